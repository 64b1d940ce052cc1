// See catalog.h.
#include "datasets/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace assay {
namespace {

void add_once(std::vector<std::string>* list, const std::string& value) {
  if (std::find(list->begin(), list->end(), value) == list->end()) list->push_back(value);
}

DataListing list_one(const DataHome& home, const DatasetInfo& info) {
  DataListing listing;
  listing.name = info.name;
  listing.title = info.title;
  listing.license = info.license;
  listing.homepage = info.homepage;
  listing.citation = info.citation;
  listing.note = info.note;
  listing.folder = fmt::format("{}/{}", home.folder(), info.folder);
  listing.fetchable = !info.downloads.empty();
  listing.splits = info.splits.size();
  for (const RegistryFile& file : info.files) {
    const std::string found = home.find(file.path);
    if (found.empty()) continue;
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(found, error);
    listing.files.push_back(file.path);
    if (error) continue;
    listing.bytes += size;
    const bool packed = found.size() > file.path.size() && !found.ends_with(file.path);
    // Files with several known digests have several sizes.
    if (!packed && file.bytes != 0 && size != file.bytes && file.sha256.size() < 2) {
      listing.wrong_size.push_back(file.path);
    }
  }
  bool complete = true;
  for (const RegistrySplit& split : info.splits) {
    listing.items += split.rows;
    const auto source =
        std::find_if(split.sources.begin(), split.sources.end(), [&](const SplitSource& s) {
          return std::all_of(s.files.begin(), s.files.end(),
                             [&](const std::string& path) { return !home.find(path).empty(); });
        });
    if (source == split.sources.end()) {
      complete = false;
      for (const std::string& path : split.sources.front().files) {
        if (home.find(path).empty()) add_once(&listing.missing, path);
      }
      continue;
    }
    ++listing.splits_here;
    listing.items_here += source->rows;
    complete = complete && source->rows == split.rows;
  }
  for (const std::string& text : info.texts) {
    const std::string path = fmt::format("{}/{}", info.folder, text);
    if (!home.find(path).empty()) continue;
    complete = false;
    add_once(&listing.missing, path);
  }
  if (!listing.files.empty()) {
    listing.presence =
        complete && listing.wrong_size.empty() ? Presence::kComplete : Presence::kPartial;
  }
  return listing;
}

FileCheck check_file(const DataHome& home, const RegistryFile& file) {
  FileCheck check{file.path, FileState::kMissing, "", ""};
  if (home.find(file.path).empty()) return check;
  const expected<std::string> digest = home.sha256(file.path);
  if (!digest) {
    check.state = FileState::kBroken;
    check.detail = digest.error().message;
    return check;
  }
  check.sha256 = *digest;
  const bool known =
      std::find(file.sha256.begin(), file.sha256.end(), *digest) != file.sha256.end();
  check.state = known                 ? FileState::kOk
                : file.sha256.empty() ? FileState::kNoDigest
                                      : FileState::kDiffers;
  return check;
}

DataCheck check_dataset(const DataHome& home, const DatasetInfo& info,
                        const std::function<void(const std::string&)>& progress) {
  DataCheck check;
  check.name = info.name;
  for (const RegistryFile& file : info.files) {
    if (progress && !home.find(file.path).empty()) progress(file.path);
    check.files.push_back(check_file(home, file));
    check.present = check.present || check.files.back().state != FileState::kMissing;
  }
  const auto mark_broken = [&check](const std::string& path, const std::string& why) {
    for (FileCheck& file : check.files) {
      if (file.path != path || file.state == FileState::kMissing) continue;
      file.state = FileState::kBroken;
      file.detail = why;
    }
  };
  for (const RegistrySplit& split : info.splits) {
    for (const SplitSource& source : split.sources) {
      if (std::any_of(source.files.begin(), source.files.end(),
                      [&](const std::string& path) { return home.find(path).empty(); })) {
        continue;
      }
      SplitCheck result{split.config, split.split, source.files, {}, ""};
      const expected<DataSplit> loaded = home.read_source(
          info, split, source,
          [](Json&&, const std::vector<std::string>&) { return expected<void>(); });
      if (loaded) {
        result.status = loaded->status;
      } else {
        result.error = loaded.error().message;
        for (const std::string& path : source.files) {
          if (result.error.starts_with(path)) mark_broken(path, result.error);
        }
      }
      check.splits.push_back(std::move(result));
    }
  }
  return check;
}

}  // namespace

std::string_view to_string(Presence presence) {
  switch (presence) {
    case Presence::kAbsent:
      return "absent";
    case Presence::kPartial:
      return "partial";
    case Presence::kComplete:
      return "complete";
  }
  return "";
}

std::string_view to_string(FileState state) {
  switch (state) {
    case FileState::kOk:
      return "ok";
    case FileState::kDiffers:
      return "differs";
    case FileState::kNoDigest:
      return "no digest";
    case FileState::kMissing:
      return "missing";
    case FileState::kBroken:
      return "broken";
  }
  return "";
}

bool DataCheck::ok() const {
  return std::none_of(files.begin(), files.end(),
                      [](const FileCheck& file) {
                        return file.state == FileState::kDiffers ||
                               file.state == FileState::kBroken;
                      }) &&
         std::all_of(splits.begin(), splits.end(),
                     [](const SplitCheck& split) { return split.error.empty(); });
}

std::vector<DataListing> list_data(const DataHome& home) {
  std::vector<DataListing> listings;
  for (const DatasetInfo& info : registry()) listings.push_back(list_one(home, info));
  return listings;
}

expected<std::vector<DataCheck>> verify_data(
    const DataHome& home, const std::vector<std::string>& names,
    const std::function<void(const std::string& path)>& progress) {
  for (const std::string& name : names) {
    if (find_dataset(name) == nullptr) {
      return usage_error(fmt::format(
          "There is no data set \"{}\"; `assay data list` shows those that there are.", name));
    }
  }
  std::vector<DataCheck> checks;
  for (const DatasetInfo& info : registry()) {
    if (!names.empty() && std::find(names.begin(), names.end(), info.name) == names.end()) continue;
    if (names.empty() && list_one(home, info).files.empty()) continue;
    checks.push_back(check_dataset(home, info, progress));
  }
  return checks;
}

}  // namespace assay
