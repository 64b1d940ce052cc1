// See reference_model.h.
#include "runtime/reference_model.h"

#include <fmt/format.h>

#include <filesystem>

#include "assay/embedded.h"
#include "runtime/file_digest.h"
#include "runtime/files.h"

namespace assay {
namespace {

constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kFolderDigits = 12;
constexpr const char* kRestore =
    "Restore it with `git checkout -- models/reference.gguf` and build again.";

// Where unpacked models go; below the system's temporary folder when there is no home.
std::filesystem::path folder_of_models() {
  if (const std::optional<std::string> cache = cache_folder()) return *cache;
  std::error_code failed;
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(failed);
  return (failed ? std::filesystem::path("/tmp") : temporary) / "assay";
}

}  // namespace

expected<std::string_view> checked_reference(std::optional<std::string_view> bytes,
                                             std::optional<std::string_view> checksum) {
  if (!checksum || checksum->size() < kDigestDigits) {
    return unavailable(
        "This build of assay carries no reference model: models/reference.sha256 was missing when "
        "it was built. Restore it with `git checkout -- models` and build again, or name a GGUF "
        "file with -m.");
  }
  const std::string_view wanted = checksum->substr(0, kDigestDigits);
  if (!bytes) {
    return unavailable(fmt::format(
        "This build of assay carries no reference model: models/reference.gguf (SHA-256 {}) was "
        "missing when it was built. {}",
        wanted, kRestore));
  }
  const std::string found = sha256_of(*bytes);
  if (found != wanted) {
    return data_error(
        fmt::format("The reference model in this build was altered: models/reference.gguf has the "
                    "SHA-256 {}, not {}. {}",
                    found, wanted, kRestore));
  }
  return *bytes;
}

expected<std::string> unpack_reference(std::string_view bytes, const std::string& folder) {
  const std::string path = folder + "/reference.gguf";
  const auto is_there = [&] {
    if (!file_exists(path)) return false;
    // Hashed in full: the cache of digests goes by size and time, and a few MB take no time.
    const expected<std::string> found = sha256_of_file(path);
    return found && *found == sha256_of(bytes);
  };
  if (is_there()) return path;
  if (const expected<void> made = make_folder(folder); !made) return made.error();
  const expected<void> written = write_file(path, bytes);
  // Another process may have put it in place in the meantime, and taken the partial file away.
  if (!written && !is_there()) return written.error();
  return path;
}

expected<std::string> model_file(const std::string& spec) {
  if (spec != kReferenceModel) return spec;
  const std::optional<std::string_view> checksum = embedded_file("models/reference.sha256");
  const expected<std::string_view> bytes =
      checked_reference(embedded_file("models/reference.gguf"), checksum);
  if (!bytes) return bytes.error();
  const std::filesystem::path folder =
      folder_of_models() / "reference" / std::string(checksum->substr(0, kFolderDigits));
  return unpack_reference(*bytes, folder.string());
}

}  // namespace assay
