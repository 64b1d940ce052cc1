// See fetch.h.
#include "datasets/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "assay/digest.h"
#include "datasets/archive.h"
#include "datasets/file_bytes.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string base_of(const FetchOptions& options) {
  if (!options.base_url.empty()) return options.base_url;
  const char* value = std::getenv("ASSAY_FETCH_BASE");
  return value == nullptr ? "" : value;
}

std::string with_base(const std::string& url, std::string base) {
  if (base.empty()) return url;
  while (base.ends_with('/')) base.pop_back();
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return base + (path == std::string::npos ? "/" : url.substr(path));
}

bool is_right(const RegistryFile& file, const std::string& digest) {
  return std::find(file.sha256.begin(), file.sha256.end(), digest) != file.sha256.end();
}

class Fetcher {
 public:
  Fetcher(const DataHome& home, const DatasetInfo& info, const FetchOptions& options)
      : home_(home), info_(info), options_(options) {}

  expected<std::vector<FetchedFile>> run() {
    for (const Download& item : info_.downloads) {
      const std::vector<std::string> targets = targets_of(item);
      if (!targets.empty() && std::all_of(targets.begin(), targets.end(), [this](const auto& path) {
            return already_here(path);
          })) {
        continue;
      }
      if (expected<void> ok = from_mirrors(item, targets); !ok) return ok.error();
    }
    return std::move(done_);
  }

 private:
  std::vector<std::string> targets_of(const Download& item) const {
    std::vector<std::string> targets;
    if (!item.file.empty()) targets.push_back(item.file);
    for (const auto& [from, to] : item.members) targets.push_back(to);
    for (const auto& [from, to] : item.tree) {
      for (const RegistryFile& file : info_.files) {
        if (file.path.starts_with(to)) targets.push_back(file.path);
      }
    }
    return targets;
  }

  // Right by its digest, or simply there when the registry knows none.
  bool already_here(const std::string& path) {
    if (home_.find(path).empty()) return false;
    const RegistryFile* file = info_.file(path);
    const expected<std::string> digest = home_.sha256(path);
    if (!digest || file == nullptr) return false;
    const bool right = is_right(*file, *digest);
    if (!right && !file->sha256.empty()) return false;
    if (std::none_of(done_.begin(), done_.end(),
                     [&](const FetchedFile& f) { return f.path == path; })) {
      std::error_code error;
      done_.push_back({path, fs::file_size(home_.find(path), error), right, true});
    }
    return true;
  }

  expected<void> from_mirrors(const Download& item, const std::vector<std::string>& targets) {
    std::optional<Error> first;
    for (const std::string& upstream : item.urls) {
      const std::string url = with_base(upstream, base_of(options_));
      expected<void> result = from_url(item, targets, url);
      if (result || result.error().code == ErrorCode::kInterrupted) return result;
      if (!first) first = result.error();
    }
    return *first;
  }

  expected<void> from_url(const Download& item, const std::vector<std::string>& targets,
                          const std::string& url) {
    const bool archive = item.unpack == "zip" || item.unpack == "tar";
    const std::string name =
        archive ? fmt::format("{}/{}", info_.folder, url.substr(url.rfind('/') + 1)) : item.file;
    const std::string part = fmt::format("{}/{}.part", home_.folder(), name);
    std::error_code error;
    fs::create_directories(fs::path(part).parent_path(), error);
    if (error) {
      return unavailable(fmt::format("The folder {} cannot be made: {}.",
                                     fs::path(part).parent_path().string(), error.message()));
    }
    const DownloadProgress progress = [&](std::uint64_t received, std::uint64_t total) {
      return !options_.progress || options_.progress({url, name, received, total});
    };
    while (true) {
      const expected<DownloadResult> got = download(url, part, options_.download, progress);
      if (!got) return got.error();
      expected<void> placed = archive ? unpack(item, targets, url, part) : place(item, url, part);
      const bool wrong = !placed && placed.error().code == ErrorCode::kBadData;
      if (placed || wrong) fs::remove(part, error);
      // The beginning may have come from another version of the file: once more, from nothing.
      if (wrong && got->resumed) continue;
      return placed;
    }
  }

  expected<void> place(const Download& item, const std::string& url, const std::string& part) {
    expected<std::string> bytes = read_bytes(part, url);
    if (bytes && item.unpack == "gz") bytes = gunzip(*bytes, url);
    if (!bytes) return bytes.error();
    return put(item.file, *bytes, url);
  }

  expected<void> put(const std::string& path, std::string_view bytes, const std::string& url) {
    const RegistryFile& file = *info_.file(path);
    const std::string digest = sha256_hex(bytes);
    const bool right = is_right(file, digest);
    if (!right && !file.sha256.empty()) {
      return data_error(fmt::format(
          "What {} sent for {} has the SHA-256 {} where the registry knows {}; nothing was "
          "replaced. Upstream may have changed the file; `assay data import` accepts other "
          "versions.",
          url, path, digest, file.sha256.front()));
    }
    if (expected<void> ok = write_bytes_atomically(home_.folder() + "/" + path, bytes); !ok) {
      return ok;
    }
    done_.push_back({path, bytes.size(), right, false});
    return {};
  }

  expected<void> unpack(const Download& item, const std::vector<std::string>& targets,
                        const std::string& url, const std::string& part) {
    const auto target_of = [&](std::string_view name) -> std::string {
      if (const auto found = item.members.find(std::string(name)); found != item.members.end()) {
        return found->second;
      }
      for (const auto& [from, to] : item.tree) {
        if (!name.starts_with(from)) continue;
        std::string path = to + std::string(name.substr(from.size()));
        if (info_.file(path) != nullptr) return path;
      }
      return "";
    };
    std::vector<std::string> missing = targets;
    const expected<void> walked = for_each_archived(
        part, url, [&](std::string_view name) { return !target_of(name).empty(); },
        [&](const std::string& name, std::string_view bytes) -> expected<void> {
          const std::string path = target_of(name);
          std::erase(missing, path);
          if (already_here(path)) return {};
          return put_member(path, bytes, url);
        });
    if (!walked) return walked;
    if (!missing.empty()) {
      return data_error(fmt::format("The archive {} has no {} where the registry expects it.", url,
                                    missing.front()));
    }
    return {};
  }

  // Archives are pinned less well than files: upstream may have packed them anew with other line
  // ends. A member with another digest is taken as unverified unless a verified file is there.
  expected<void> put_member(const std::string& path, std::string_view bytes,
                            const std::string& url) {
    expected<void> ok = put(path, bytes, url);
    if (ok || ok.error().code != ErrorCode::kBadData) return ok;
    if (expected<void> written = write_bytes_atomically(home_.folder() + "/" + path, bytes);
        !written) {
      return written;
    }
    done_.push_back({path, bytes.size(), false, false});
    return {};
  }

  const DataHome& home_;
  const DatasetInfo& info_;
  const FetchOptions& options_;
  std::vector<FetchedFile> done_;
};

}  // namespace

expected<std::vector<FetchedFile>> fetch_dataset(const DataHome& home, const DatasetInfo& info,
                                                 const FetchOptions& options) {
  if (info.downloads.empty()) {
    return unavailable(fmt::format(
        "{} cannot be fetched: it is not published in a form that assay reads. {} Get it from {} "
        "and use `assay data import DIR`.",
        info.name, info.note, info.homepage));
  }
  return Fetcher(home, info, options).run();
}

expected<std::vector<FetchedFile>> fetch_dataset(const DataHome& home, std::string_view name,
                                                 const FetchOptions& options) {
  const DatasetInfo* info = find_dataset(name);
  if (info == nullptr) {
    return usage_error(fmt::format(
        "There is no data set \"{}\"; `assay data list` shows those that there are.", name));
  }
  return fetch_dataset(home, *info, options);
}

}  // namespace assay
