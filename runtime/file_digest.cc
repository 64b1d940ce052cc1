// Digests of files and their cache (see the header).
#include "runtime/file_digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "assay/json.h"
#include "runtime/files.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr int kCacheVersion = 1;
// A file changed within this time of being hashed is not remembered: its time stamp may not have
// moved on when it is changed again.
constexpr std::int64_t kSettleSeconds = 2;

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void update(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw;
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), raw.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", raw[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::optional<fs::path> cache_file() {
  const std::optional<std::string> folder = cache_folder();
  if (!folder) return std::nullopt;
  return fs::path(*folder) / "digests.json";
}

Json read_cache(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  Json cache = in ? Json::parse(in, nullptr, /*allow_exceptions=*/false) : Json();
  if (!cache.is_object() || cache.value("version", Json()) != Json(kCacheVersion) ||
      !cache.contains("files") || !cache["files"].is_object()) {
    cache = Json{{"version", kCacheVersion}, {"files", Json::object()}};
  }
  return cache;
}

void write_cache(const fs::path& path, const Json& cache) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  const fs::path fresh = path.string() + fmt::format(".{}", ::getpid());
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << cache.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
    out.flush();
    if (!out) {
      fs::remove(fresh, ignored);
      return;
    }
  }
  fs::rename(fresh, path, ignored);
  if (ignored) fs::remove(fresh, ignored);
}

}  // namespace

std::string sha256_of(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes.data(), bytes.size());
  return digest.hex();
}

expected<std::string> sha256_of_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return unavailable(fmt::format("{} cannot be read: {}.", path, std::strerror(errno)));
  }
  Sha256 digest;
  std::vector<char> buffer(1 << 20);
  ssize_t got = 0;
  while ((got = ::read(file, buffer.data(), buffer.size())) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    digest.update(buffer.data(), static_cast<std::size_t>(got));
  }
  const int problem = got < 0 ? errno : 0;
  ::close(file);
  if (problem != 0) {
    return unavailable(fmt::format("{} cannot be read: {}.", path, std::strerror(problem)));
  }
  return digest.hex();
}

expected<std::string> cached_sha256_of_file(const std::string& path) {
  struct stat info = {};
  const std::optional<fs::path> cache_path = cache_file();
  std::error_code problem;
  const fs::path absolute = fs::canonical(path, problem);
  if (!cache_path || problem || ::stat(path.c_str(), &info) != 0) return sha256_of_file(path);

  const std::int64_t nanoseconds =
      static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
  const std::string stamp =
      fmt::format("{}:{}:{}:{}", info.st_size, nanoseconds, info.st_dev, info.st_ino);
  const Json known = read_cache(*cache_path);
  const Json entry = known["files"].value(absolute.string(), Json());
  if (entry.is_object() && entry.value("stamp", Json()) == Json(stamp) &&
      entry.contains("sha256") && entry["sha256"].is_string() &&
      entry["sha256"].get_ref<const std::string&>().size() == 64) {
    return entry["sha256"].get<std::string>();
  }
  expected<std::string> digest = sha256_of_file(path);
  if (!digest) return digest;
  struct stat after = {};
  const bool settled = ::stat(path.c_str(), &after) == 0 && after.st_size == info.st_size &&
                       after.st_mtim.tv_sec == info.st_mtim.tv_sec &&
                       after.st_mtim.tv_nsec == info.st_mtim.tv_nsec &&
                       ::time(nullptr) - info.st_mtim.tv_sec > kSettleSeconds;
  if (settled) {
    Json cache = read_cache(*cache_path);
    cache["files"][absolute.string()] = Json{{"stamp", stamp}, {"sha256", *digest}};
    write_cache(*cache_path, cache);
  }
  return digest;
}

}  // namespace assay
