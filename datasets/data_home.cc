// See data_home.h.
#include "datasets/data_home.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>

#include "assay/digest.h"
#include "assay/embedded.h"
#include "datasets/adaptors.h"
#include "datasets/file_bytes.h"
#include "datasets/readers.h"
#include "datasets/utf8.h"

namespace assay {
namespace {

constexpr std::string_view kMini = "mini/";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct FileStamp {
  std::uint64_t size;
  std::int64_t changed;
};

std::optional<FileStamp> stamp_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return FileStamp{static_cast<std::uint64_t>(info.st_size),
                   std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

std::string embedded_name(std::string_view path) { return fmt::format("datasets/mini/{}", path); }

Error unknown_dataset(std::string_view name) {
  std::vector<std::string_view> names;
  for (const DatasetInfo& info : registry()) names.push_back(info.name);
  return usage_error(fmt::format("There is no data set \"{}\"; the known ones are {}.", name,
                                 fmt::join(names, ", ")));
}

Error unknown_split(const DatasetInfo& info, std::string_view config, std::string_view split) {
  std::set<std::string> known;
  for (const RegistrySplit& entry : info.splits) {
    if (entry.config == config) known.insert(entry.split);
  }
  if (!known.empty()) {
    return usage_error(fmt::format("The data set {}{} has no split \"{}\"; it has {}.", info.name,
                                   config.empty() ? "" : fmt::format(" ({})", config), split,
                                   fmt::join(known, ", ")));
  }
  for (const RegistrySplit& entry : info.splits) known.insert('"' + entry.config + '"');
  return usage_error(
      fmt::format("The data set {} has no configuration \"{}\"; it has {}.", info.name, config,
                  known.empty() ? "no splits" : fmt::format("{}", fmt::join(known, ", "))));
}

expected<DataSplit> adapt(const SplitSource& source, const RegistrySplit& split,
                          std::vector<AdaptorFile> files, const RowTaker& take) {
  const Adaptor adaptor = find_adaptor(source.adaptor);
  if (adaptor == nullptr) {
    return internal_error(
        fmt::format("The registry names an unknown adaptor \"{}\".", source.adaptor));
  }
  DataSplit result;
  for (const AdaptorFile& file : files) result.files.push_back(file.name);
  const expected<void> read =
      adaptor({split.config, split.split, std::move(files)}, [&](Json&& row) {
        ++result.status.rows;
        return take(std::move(row), result.files);
      });
  if (!read) return read.error();
  if (result.status.rows == 0) {
    return data_error(fmt::format("{} holds no items; the file is empty or damaged, get it again.",
                                  result.files.front()));
  }
  return result;
}

std::string joined_digest(const std::vector<std::string>& digests) {
  return sha256_hex(fmt::format("{}\n", fmt::join(digests, "\n")));
}

expected<DataSplit> read_mini(std::string_view name, std::string_view config,
                              std::string_view split_name, const RowTaker& take) {
  const DatasetInfo* info = find_dataset(name);
  if (info == nullptr) return unknown_dataset(fmt::format("mini/{}", name));
  const RegistrySplit* split = info->split(config, split_name);
  if (split == nullptr) return unknown_split(*info, config, split_name);
  for (const SplitSource& source : split->sources) {
    std::vector<AdaptorFile> files;
    std::vector<std::string> digests;
    for (const std::string& path : source.files) {
      const auto bytes = embedded_file(embedded_name(path));
      if (!bytes) break;
      files.push_back({fmt::format("mini/{}", path), *bytes});
      digests.push_back(sha256_hex(*bytes));
    }
    if (files.size() != source.files.size()) continue;
    expected<DataSplit> result = adapt(source, *split, std::move(files), take);
    if (!result) return result;
    result->status.expected_rows = result->status.rows;
    result->status.verified = true;
    result->sha256 = joined_digest(digests);
    return result;
  }
  return unavailable(
      fmt::format("The miniature data set mini/{} has no {}{} split; it is a small "
                  "part of {}, of which only some configurations are carried.",
                  name, config.empty() ? "" : fmt::format("{} ", config), split_name, name));
}

expected<std::string> checked_text(std::string_view bytes, std::string_view name) {
  if (const auto offset = first_invalid_utf8(bytes)) {
    const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(*offset);
    return data_error(fmt::format(
        "{} line {} is not UTF-8: byte 0x{:02X}; convert the file or get it again.", name,
        1 + std::count(bytes.begin(), end, '\n'), static_cast<unsigned char>(bytes[*offset])));
  }
  return std::string(without_bom(bytes));
}

}  // namespace

std::string data_home_folder(std::string_view option) {
  if (!option.empty()) return std::string(option);
  if (std::string folder = environment("ASSAY_DATA"); !folder.empty()) return folder;
  if (const std::string base = environment("XDG_DATA_HOME"); !base.empty()) return base + "/assay";
  const std::string home = environment("HOME");
  return (home.empty() ? std::string(".") : home) + "/.local/share/assay";
}

std::string how_to_get(const DatasetInfo& info) {
  if (!info.downloads.empty()) return fmt::format("`assay data fetch {}`", info.name);
  return "`assay data import DIR` with a folder that has it";
}

DataHome::DataHome(std::string folder) : folder_(std::move(folder)) {}

std::string DataHome::find(std::string_view path) const {
  const std::string plain = fmt::format("{}/{}", folder_, path);
  if (stamp_of(plain)) return plain;
  if (std::string packed = plain + ".gz"; stamp_of(packed)) return packed;
  return "";
}

expected<DataHome::Bytes> DataHome::bytes_of(std::string_view path) const {
  const std::string found = find(path);
  if (found.empty()) {
    return unavailable(fmt::format("{} is not in the data home {}.", path, folder_));
  }
  const std::optional<FileStamp> stamp = stamp_of(found);
  expected<std::string> data = read_bytes(found, path);
  if (!data) return data.error();
  if (found.ends_with(".gz") && !path.ends_with(".gz")) {
    data = gunzip(*data, fmt::format("{}.gz", path));
    if (!data) return data.error();
  }
  Bytes bytes{std::move(*data), ""};
  const std::lock_guard lock(mutex_);
  Stamp& known = digests_[found];
  if (!stamp || known.size != stamp->size || known.changed != stamp->changed ||
      known.sha256.empty()) {
    known = {stamp ? stamp->size : 0, stamp ? stamp->changed : 0, sha256_hex(bytes.data)};
  }
  bytes.sha256 = known.sha256;
  return bytes;
}

expected<std::string> DataHome::sha256(std::string_view path) const {
  const std::string found = find(path);
  if (const std::optional<FileStamp> stamp = stamp_of(found)) {
    const std::lock_guard lock(mutex_);
    const auto known = digests_.find(found);
    if (known != digests_.end() && known->second.size == stamp->size &&
        known->second.changed == stamp->changed) {
      return known->second.sha256;
    }
  }
  expected<Bytes> bytes = bytes_of(path);
  if (!bytes) return bytes.error();
  return std::move(bytes->sha256);
}

expected<DataSplit> DataHome::read_source(const DatasetInfo& info, const RegistrySplit& split,
                                          const SplitSource& source, const RowTaker& take) const {
  std::optional<LineStream> lines;  // of the first file, where the adaptor takes it so
  std::vector<std::string> contents(source.files.size());
  std::vector<std::string> digests(source.files.size());
  std::vector<AdaptorFile> files;
  for (std::size_t i = 0; i < source.files.size(); ++i) {
    const std::string& path = source.files[i];
    const std::string found = find(path);
    if (i == 0 && reads_lines(source.adaptor) && !found.empty() && !found.ends_with(".gz")) {
      expected<LineStream> opened = LineStream::open(found, path);
      if (!opened) return opened.error();
      files.push_back({path, {}, &lines.emplace(std::move(*opened))});
      continue;
    }
    expected<Bytes> bytes = bytes_of(path);
    if (!bytes) return bytes.error();
    digests[i] = bytes->sha256;
    contents[i] = std::move(bytes->data);
    if (path.ends_with(".gz")) {
      expected<std::string> plain = gunzip(contents[i], path);
      if (!plain) return plain.error();
      contents[i] = std::move(*plain);
    }
    files.push_back({path, contents[i]});
  }
  expected<DataSplit> result = adapt(source, split, std::move(files), take);
  if (!result) return result;
  if (lines) digests.front() = lines->sha256();
  result->status.expected_rows = split.rows;
  result->status.verified = true;
  for (std::size_t i = 0; i < source.files.size(); ++i) {
    const RegistryFile* file = info.file(source.files[i]);
    const bool known = file != nullptr && std::find(file->sha256.begin(), file->sha256.end(),
                                                    digests[i]) != file->sha256.end();
    result->status.verified = result->status.verified && known;
  }
  result->status.note = source.note;
  result->sha256 = joined_digest(digests);
  return result;
}

expected<DataSplit> DataHome::load(std::string_view dataset, std::string_view config,
                                   std::string_view split) const {
  std::vector<Json> rows;
  expected<DataSplit> loaded =
      read(dataset, config, split, [&rows](Json&& row, const std::vector<std::string>&) {
        rows.push_back(std::move(row));
        return expected<void>();
      });
  if (loaded) loaded->rows = std::move(rows);
  return loaded;
}

expected<DataSplit> DataHome::read(std::string_view dataset, std::string_view config,
                                   std::string_view split_name, const RowTaker& take) const {
  if (dataset.starts_with(kMini)) {
    return read_mini(dataset.substr(kMini.size()), config, split_name, take);
  }
  const DatasetInfo* info = find_dataset(dataset);
  if (info == nullptr) {
    const DataReader* reader = find_reader(dataset);
    if (reader != nullptr) {
      return hand_over(read_with(*reader, folder_, config, split_name), take);
    }
    return unknown_dataset(dataset);
  }
  const RegistrySplit* split = info->split(config, split_name);
  if (split == nullptr) return unknown_split(*info, config, split_name);
  for (const SplitSource& source : split->sources) {
    const bool here = std::all_of(source.files.begin(), source.files.end(),
                                  [this](const std::string& path) { return !find(path).empty(); });
    if (here) return read_source(*info, *split, source, take);
  }
  return unavailable(fmt::format(
      "The {} split of {}{} is not in the data home {}: {} is missing; run {} to get it.",
      split_name, dataset, config.empty() ? "" : fmt::format(" ({})", config), folder_,
      fmt::join(split->sources.front().files, " or "), how_to_get(*info)));
}

expected<std::string> DataHome::text(std::string_view dataset, std::string_view file) const {
  const bool mini = dataset.starts_with(kMini);
  const std::string_view name = mini ? dataset.substr(kMini.size()) : dataset;
  const DatasetInfo* info = find_dataset(name);
  if (info == nullptr) return unknown_dataset(dataset);
  if (file.empty() || file.find("..") != std::string_view::npos || file.starts_with('/')) {
    return usage_error(fmt::format("\"{}\" is not the name of a file of {}.", file, dataset));
  }
  const std::string path = fmt::format("{}/{}", info->folder, file);
  if (mini) {
    const auto bytes = embedded_file(embedded_name(path));
    if (!bytes) {
      return unavailable(fmt::format("The miniature data set {} has no file {}.", dataset, file));
    }
    return checked_text(*bytes, fmt::format("mini/{}", path));
  }
  if (find(path).empty()) {
    const bool fetchable =
        std::any_of(info->downloads.begin(), info->downloads.end(),
                    [&](const Download& download) { return download.file == path; });
    return unavailable(fmt::format(
        "{} is not in the data home {}; run {} to get it.", path, folder_,
        fetchable ? how_to_get(*info) : "`assay data import DIR` with a folder that has it"));
  }
  const expected<Bytes> bytes = bytes_of(path);
  if (!bytes) return bytes.error();
  return checked_text(bytes->data, path);
}

}  // namespace assay
