// See import.h.
#include "datasets/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "assay/digest.h"
#include "datasets/archive.h"
#include "datasets/file_bytes.h"
#include "datasets/recognise.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxFile = std::uint64_t{1} << 30;

bool has_ending(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_archive(std::string_view name) {
  return has_ending(name, {".zip", ".tar", ".tar.gz", ".tgz"});
}

bool may_be_data(std::string_view name) {
  return has_ending(name, {".jsonl", ".json", ".csv", ".tsv", ".txt", ".raw", ".lst", ".gz"});
}

class Importer {
 public:
  Importer(const DataHome& home, const ImportOptions& options) : home_(home), options_(options) {}

  expected<ImportReport> run(const fs::path& root) {
    std::vector<fs::path> files;
    std::error_code error;
    if (fs::is_regular_file(root, error)) {
      files.push_back(root);
    } else if (fs::is_directory(root, error)) {
      fs::recursive_directory_iterator walk(root, fs::directory_options::skip_permission_denied,
                                            error);
      for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
        std::error_code ignored;
        if (walk->is_regular_file(ignored)) files.push_back(walk->path());
      }
    } else {
      return unavailable(fmt::format(
          "There is no folder or file {} to import from; give the path of one.", root.string()));
    }
    if (error) {
      return unavailable(
          fmt::format("{} cannot be looked through: {}.", root.string(), error.message()));
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      const std::string name = fs::is_directory(root, error)
                                   ? file.lexically_relative(root).generic_string()
                                   : file.filename().generic_string();
      if (options_.progress) options_.progress(name);
      if (expected<void> ok = import_path(file, name); !ok) return ok.error();
    }
    // A label file travels with its data; alone it says nothing.
    std::erase_if(report_.ignored, [this](const IgnoredFile& file) {
      return std::any_of(report_.imported.begin(), report_.imported.end(),
                         [&](const ImportedFile& i) { return i.from == file.from; });
    });
    const auto by_name = [](const auto& a, const auto& b) { return a.from < b.from; };
    std::stable_sort(report_.imported.begin(), report_.imported.end(), by_name);
    return std::move(report_);
  }

 private:
  expected<void> import_path(const fs::path& file, const std::string& name) {
    std::error_code error;
    if (is_archive(name)) return import_archive(file, name);
    if (!may_be_data(name)) return ignore(name, "it is not a kind of file that data sets have");
    if (fs::file_size(file, error) > kMaxFile || error) {
      return ignore(name, "it is larger than any known data set");
    }
    expected<std::string> bytes = read_bytes(file.string(), name);
    if (!bytes) return ignore(name, bytes.error().message);
    const std::string labels_path = label_file_of(file.string());
    std::string labels;
    if (fs::is_regular_file(labels_path, error)) {
      labels = read_bytes(labels_path, labels_path).value_or("");
    }
    return import_bytes(name, *bytes, labels);
  }

  expected<void> import_archive(const fs::path& file, const std::string& name) {
    const auto wanted = [](std::string_view entry) {
      return may_be_data(entry) && !entry.starts_with("__MACOSX");
    };
    // Labels first, so that they are at hand when their data comes.
    std::map<std::string, std::string> labels;
    const expected<void> first = for_each_archived(
        file.string(), name, [](std::string_view entry) { return entry.ends_with("-labels.lst"); },
        [&labels](const std::string& entry, std::string_view bytes) -> expected<void> {
          labels[entry] = bytes;
          return {};
        });
    if (!first) return ignore(name, first.error().message);
    bool stop = false;
    const expected<void> walked = for_each_archived(
        file.string(), name, wanted,
        [&](const std::string& entry, std::string_view bytes) -> expected<void> {
          const auto label = labels.find(label_file_of(entry));
          expected<void> ok = import_bytes(fmt::format("{}:{}", name, entry), bytes,
                                           label == labels.end() ? "" : label->second);
          stop = !ok;
          return ok;
        });
    if (!walked && stop) return walked;
    if (!walked) return ignore(name, walked.error().message);
    return {};
  }

  expected<void> import_bytes(const std::string& name, std::string_view bytes,
                              std::string_view labels) {
    Recognised known = recognise(name, bytes, labels);
    std::string unpacked;
    if (known.paths.empty() && name.ends_with(".gz")) {
      expected<std::string> plain = gunzip(bytes, name);
      if (!plain) return ignore(name, plain.error().message);
      unpacked = std::move(*plain);
      bytes = unpacked;
      known = recognise(name.substr(0, name.size() - 3), bytes, labels);
    }
    if (known.paths.empty()) return ignore(name, known.reason);
    for (const std::string& path : known.paths) {
      if (expected<void> ok = put(name, path, bytes, known.verified); !ok) return ok;
      const std::string label_path = label_file_of(path);
      const bool has_labels = !labels.empty() && !known.verified && is_registered(label_path);
      if (!has_labels) continue;
      if (expected<void> ok = put(label_file_of(name), label_path, labels, false); !ok) return ok;
    }
    return {};
  }

  expected<void> put(const std::string& from, const std::string& path, std::string_view bytes,
                     bool verified) {
    ImportedFile entry{from, path, verified, false};
    const expected<std::string> here =
        home_.find(path).empty() ? expected<std::string>(std::string()) : home_.sha256(path);
    const bool keep = here && !here->empty() &&
                      (is_right(path, *here) || (!verified && *here == sha256_hex(bytes)));
    if (!keep) {
      entry.copied = true;
      if (!options_.dry_run) {
        const std::string target = fmt::format("{}/{}", home_.folder(), path);
        if (expected<void> ok = write_bytes_atomically(target, bytes); !ok) return ok;
      }
    }
    report_.imported.push_back(std::move(entry));
    return {};
  }

  static bool is_registered(const std::string& path) {
    return std::any_of(registry().begin(), registry().end(),
                       [&](const DatasetInfo& info) { return info.file(path) != nullptr; });
  }

  static bool is_right(const std::string& path, const std::string& digest) {
    return std::any_of(registry().begin(), registry().end(), [&](const DatasetInfo& info) {
      const RegistryFile* file = info.file(path);
      return file != nullptr &&
             std::find(file->sha256.begin(), file->sha256.end(), digest) != file->sha256.end();
    });
  }

  expected<void> ignore(const std::string& name, const std::string& reason) {
    report_.ignored.push_back({name, reason});
    return {};
  }

  const DataHome& home_;
  const ImportOptions& options_;
  ImportReport report_;
};

}  // namespace

expected<ImportReport> import_data(const DataHome& home, const std::string& folder,
                                   const ImportOptions& options) {
  return Importer(home, options).run(folder);
}

}  // namespace assay
