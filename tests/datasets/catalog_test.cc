// `data list`, `data verify` and `data import` on folders made by the test, and, where it is
// present, on the real data.
#include "datasets/catalog.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "datasets/archive.h"
#include "datasets/import.h"
#include "tests/datasets/archives.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::TempFolder;

namespace fs = std::filesystem;
const std::string kData = std::string(ASSAY_SHARED_DIR) + "/data";

DataListing listing_of(const DataHome& home, std::string_view name) {
  for (DataListing& listing : list_data(home)) {
    if (listing.name == name) return std::move(listing);
  }
  return {};
}

FileCheck file_of(const std::vector<DataCheck>& checks, std::string_view path) {
  for (const DataCheck& check : checks) {
    for (const FileCheck& file : check.files) {
      if (file.path == path) return file;
    }
  }
  return {};
}

std::string gsm8k_rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += fmt::format("{{\"question\": \"{}\", \"answer\": \"#### {}\"}}\n", i, i);
  }
  return text;
}

TEST(Catalog, AnEmptyHome) {
  const DataHome home("/nonexistent");
  const auto listings = list_data(home);
  EXPECT_EQ(listings.size(), registry().size());
  for (const DataListing& listing : listings) {
    EXPECT_EQ(listing.presence, Presence::kAbsent) << listing.name;
    EXPECT_EQ(listing.bytes, 0u);
  }
  EXPECT_THAT(listing_of(home, "gsm8k").missing, Contains("gsm8k/test.jsonl"));
  EXPECT_THAT(*verify_data(home, {}, {}), IsEmpty());
  EXPECT_EQ(verify_data(home, {"nothing"}, {}).error().code, ErrorCode::kUsage);
  const auto named = verify_data(home, {"gsm8k"}, {});
  EXPECT_FALSE(named->front().present);
}

TEST(Catalog, DiffersMissingAndBroken) {
  const TempFolder folder;
  folder.write("gsm8k/test.jsonl", gsm8k_rows(3));
  folder.write("humaneval/HumanEval.jsonl", "{\"task_id\": \"x\"}\n");
  const DataHome home(folder.path());
  const DataListing listing = listing_of(home, "gsm8k");
  EXPECT_EQ(listing.presence, Presence::kPartial);
  EXPECT_THAT(listing.wrong_size, Contains("gsm8k/test.jsonl"));
  EXPECT_THAT(listing.missing, Contains("gsm8k/train.jsonl"));
  std::vector<std::string> seen;
  const auto checks =
      verify_data(home, {}, [&seen](const std::string& path) { seen.push_back(path); });
  ASSERT_TRUE(checks);
  ASSERT_EQ(checks->size(), 2u);
  EXPECT_THAT(seen, testing::ElementsAre("gsm8k/test.jsonl", "humaneval/HumanEval.jsonl"));
  EXPECT_EQ(file_of(*checks, "gsm8k/test.jsonl").state, FileState::kDiffers);
  EXPECT_EQ(file_of(*checks, "gsm8k/train.jsonl").state, FileState::kMissing);
  EXPECT_EQ((*checks)[0].splits.front().status.label(), "partial 3/1319, unverified");
  EXPECT_FALSE((*checks)[0].ok());
  const FileCheck broken = file_of(*checks, "humaneval/HumanEval.jsonl");
  EXPECT_EQ(broken.state, FileState::kBroken);
  EXPECT_THAT(broken.detail, HasSubstr("line 1"));
}

TEST(Import, ByNameAndSchema) {
  const TempFolder source;
  const TempFolder target;
  source.write("downloads/gsm/test.jsonl", gsm8k_rows(5));
  source.write("downloads/qa/test.jsonl",
               "{\"id\": \"1\", \"question\": {\"stem\": \"s\", \"choices\": [{\"text\": \"t\", "
               "\"label\": \"A\"}]}, \"answerKey\": \"A\"}\n");
  source.write("mmlu/test/anatomy_test.csv", "q,a,b,c,d,A\n");
  source.write("physical/dev.jsonl", "{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\"}\n");
  source.write("physical/dev-labels.lst", "1\n");
  source.write("renamed/whatever.jsonl", gsm8k_rows(1319));
  source.write("notes.md", "hello");
  source.write("train.jsonl", "{\"a\": ");
  const DataHome home(target.path());
  const auto report = import_data(home, source.path(), {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(target.read("openbookqa/test.jsonl"), source.read("downloads/qa/test.jsonl"));
  EXPECT_EQ(target.read("mmlu/test/anatomy_test.csv"), "q,a,b,c,d,A\n");
  EXPECT_EQ(target.read("piqa/dev-labels.lst"), "1\n");
  EXPECT_TRUE(home.load("piqa", "", "validation"));
  for (const ImportedFile& file : report->imported) EXPECT_FALSE(file.verified) << file.from;
  const auto reason = [&](std::string_view from) {
    for (const IgnoredFile& file : report->ignored) {
      if (file.from == from) return file.reason;
    }
    return std::string();
  };
  EXPECT_THAT(reason("notes.md"), HasSubstr("not a kind of file"));
  EXPECT_THAT(reason("train.jsonl"), HasSubstr("no file of a known data set"));
  EXPECT_EQ(report->ignored.size(), 2u);
  // Nothing of the import is left half-written.
  for (const auto& entry : fs::recursive_directory_iterator(target.path())) {
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos);
  }
}

TEST(Import, DryRunAndAbsentFolder) {
  const TempFolder source;
  const TempFolder target;
  source.write("test.jsonl", gsm8k_rows(2));
  const DataHome home(target.path());
  ImportOptions options;
  options.dry_run = true;
  const auto report = import_data(home, source.path(), options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->imported.size(), 1u);
  EXPECT_FALSE(target.has("gsm8k/test.jsonl"));
  const auto one_file = import_data(home, source / "test.jsonl", {});
  ASSERT_TRUE(one_file);
  EXPECT_TRUE(target.has("gsm8k/test.jsonl"));
  const auto absent = import_data(home, source / "nowhere", {});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kUnavailable);
}

TEST(Import, ArchivesAndGzip) {
  const TempFolder source;
  const TempFolder target;
  source.write("piqa.zip", test_archives::zip({{"p/dev.jsonl",
                                                "{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": "
                                                "\"b\"}\n"},
                                               {"p/dev-labels.lst", "0\n"}}));
  source.write("mmlu.tar", test_archives::tar({{"data/dev/anatomy_dev.csv", "q,a,b,c,d,B\n"}}));
  source.write("gsm8k/train.jsonl.gz", test_archives::gzip(gsm8k_rows(4)));
  source.write("broken.zip", "PK\x03\x04 and then nothing");
  const auto report = import_data(DataHome(target.path()), source.path(), {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(target.read("piqa/dev-labels.lst"), "0\n");
  EXPECT_EQ(target.read("mmlu/dev/anatomy_dev.csv"), "q,a,b,c,d,B\n");
  EXPECT_EQ(target.read("gsm8k/train.jsonl"), gsm8k_rows(4));
  ASSERT_EQ(report->ignored.size(), 1u);
  EXPECT_THAT(report->ignored[0].reason, HasSubstr("damaged or truncated"));
}

TEST(Archive, DamageIsNoticed) {
  const TempFolder folder;
  const std::string zip = test_archives::zip({{"a", std::string(5000, 'x') + "y"}, {"b", "z"}});
  const std::string tar = test_archives::tar({{"a", std::string(5000, 'x')}, {"b", "z"}});
  const auto read = [&](const std::string& bytes) {
    folder.write("archive", bytes);
    return for_each_archived(
        folder / "archive", "archive", [](std::string_view) { return true; },
        [](const std::string&, std::string_view) { return expected<void>(); });
  };
  EXPECT_TRUE(read(zip));
  EXPECT_TRUE(read(tar));
  for (std::size_t size = 1; size < zip.size(); size += 11) EXPECT_FALSE(read(zip.substr(0, size)));
  EXPECT_FALSE(read(tar.substr(0, 700)));
  EXPECT_FALSE(read(tar.substr(0, tar.size() - 1024)));
  EXPECT_FALSE(read(""));
  int refused = 0;
  for (std::size_t i = 0; i < zip.size(); i += 3) {
    std::string damaged = zip;
    damaged[i] ^= 0x24;
    refused += read(damaged) ? 0 : 1;  // must end and must not crash; most damage is noticed
  }
  EXPECT_GT(refused, 15);
}

class RealData : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kData)) GTEST_SKIP() << "no real data beside this checkout";
  }
};

TEST_F(RealData, EverythingKnownVerifies) {
  const DataHome home(kData);
  EXPECT_EQ(listing_of(home, "arc").presence, Presence::kComplete);
  EXPECT_EQ(listing_of(home, "gsm8k").presence, Presence::kComplete);
  EXPECT_EQ(listing_of(home, "hellaswag").presence, Presence::kPartial);
  const DataListing mmlu = listing_of(home, "mmlu");
  EXPECT_EQ(mmlu.items_here, 14042u + 285u);
  EXPECT_EQ(mmlu.splits_here, 114u);
  EXPECT_EQ(mmlu.files.size(), 114u);
  const auto checks = verify_data(home, {}, {});
  ASSERT_TRUE(checks);
  EXPECT_GE(checks->size(), 18u);
  for (const DataCheck& check : *checks) {
    EXPECT_TRUE(check.ok()) << check.name;
    for (const SplitCheck& split : check.splits) {
      EXPECT_EQ(split.error, "");
      EXPECT_TRUE(split.status.verified) << check.name << " " << split.split;
      if (check.name != "hellaswag") {
        EXPECT_EQ(split.status.label(), "") << check.name << " " << split.config << split.split;
      }
    }
  }
}

// Files under other names are known by their bytes, and a verified file is never replaced.
TEST_F(RealData, ImportByDigest) {
  const TempFolder source;
  const TempFolder target;
  fs::create_directories(source / "x");
  fs::copy_file(kData + "/arc/ARC-Easy-Dev.jsonl", source / "x/1.txt");
  fs::copy_file(kData + "/gsm8k/test.jsonl", source / "x/2.json");
  fs::copy_file(kData + "/humaneval/HumanEval.jsonl", source / "x/3.jsonl");
  const DataHome home(target.path());
  const auto report = import_data(home, source.path(), {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->imported.size(), 3u);
  for (const ImportedFile& file : report->imported) EXPECT_TRUE(file.verified && file.copied);
  EXPECT_EQ(home.load("humaneval", "", "test")->status.label(), "");
  // Now something else under the right name: the verified file stays.
  const TempFolder other;
  other.write("test.jsonl", gsm8k_rows(2));
  const auto second = import_data(home, other.path(), {});
  ASSERT_TRUE(second);
  ASSERT_EQ(second->imported.size(), 1u);
  EXPECT_FALSE(second->imported[0].copied);
  EXPECT_EQ(home.load("gsm8k", "main", "test")->status.label(), "");
  // And the other way round: a verified file replaces an unverified one.
  const TempFolder unverified;
  unverified.write("gsm8k/test.jsonl", gsm8k_rows(2));
  const DataHome worse(unverified.path());
  ASSERT_TRUE(import_data(worse, source.path(), {}));
  EXPECT_EQ(worse.load("gsm8k", "main", "test")->status.label(), "");
}

}  // namespace
}  // namespace assay
