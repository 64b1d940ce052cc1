// Digests: known answers, and a cache that is used, that notices change, and that may be damaged.
#include "runtime/file_digest.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "assay/json.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class DigestCache : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay_digest_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    const char* before = std::getenv("XDG_CACHE_HOME");
    if (before != nullptr) before_ = before;
    ::setenv("XDG_CACHE_HOME", folder_.c_str(), 1);
    write("abc");
  }
  void TearDown() override {
    before_.empty() ? ::unsetenv("XDG_CACHE_HOME") : ::setenv("XDG_CACHE_HOME", before_.c_str(), 1);
    fs::remove_all(folder_);
  }

  fs::path file() const { return folder_ / "model.gguf"; }
  fs::path cache() const { return folder_ / "assay/digests.json"; }
  // With a time stamp old enough to be trusted.
  void write(const std::string& bytes, int age = 100) const {
    std::ofstream(file(), std::ios::binary) << bytes;
    timespec times[2] = {};
    times[0].tv_sec = times[1].tv_sec = ::time(nullptr) - age;
    ::utimensat(AT_FDCWD, file().c_str(), times, 0);
  }
  Json read_cache() const {
    std::ifstream in(cache());
    return Json::parse(in);
  }

  fs::path folder_;
  std::string before_;
};

TEST(Sha256, HasItsPublishedAnswer) { EXPECT_EQ(sha256_of("abc"), kAbc); }

TEST_F(DigestCache, IsUsedWhileTheFileIsTheSame) {
  EXPECT_EQ(*cached_sha256_of_file(file()), kAbc);
  Json known = read_cache();
  for (auto& [path, entry] : known["files"].items()) entry["sha256"] = std::string(64, '0');
  std::ofstream(cache()) << known;
  EXPECT_EQ(*cached_sha256_of_file(file()), std::string(64, '0'));
  EXPECT_EQ(*sha256_of_file(file()), kAbc);
  write("xyz", 50);  // same size, another time
  EXPECT_EQ(*cached_sha256_of_file(file()), sha256_of("xyz"));
}

TEST_F(DigestCache, AFileJustWrittenIsNotRemembered) {
  write("abc", 0);
  EXPECT_EQ(*cached_sha256_of_file(file()), kAbc);
  EXPECT_FALSE(fs::exists(cache()));
}

TEST_F(DigestCache, ADamagedCacheIsStartedAfresh) {
  fs::create_directories(cache().parent_path());
  for (const char* broken : {"", "{", "[]", R"({"version":1,"files":3})", R"({"version":9})"}) {
    std::ofstream(cache()) << broken;
    EXPECT_EQ(*cached_sha256_of_file(file()), kAbc) << broken;
    EXPECT_EQ(read_cache()["files"].size(), 1U);
  }
}

TEST_F(DigestCache, AMissingFileIsAnError) {
  EXPECT_EQ(cached_sha256_of_file("/no/such/file").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace assay
