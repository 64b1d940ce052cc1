// What the data home holds, for `assay data list` and `assay data verify`: typed results, nothing
// is printed here. `list_data` looks at names and sizes only and is instant; `verify_data` reads
// every file, compares its SHA-256 and counts the items of every split.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "datasets/data_home.h"
#include "datasets/registry.h"

namespace assay {

enum class Presence { kAbsent, kPartial, kComplete };
std::string_view to_string(Presence presence);  // "absent", "partial", "complete"

struct DataListing {
  std::string name;
  std::string title;
  std::string license;
  std::string homepage;
  std::string citation;
  std::string note;
  std::string folder;      // where its files are or would be
  bool fetchable = false;  // `assay data fetch` can get (some of) it
  Presence presence = Presence::kAbsent;
  std::size_t splits_here = 0;  // splits with any source
  std::size_t splits = 0;
  std::size_t items_here = 0;  // by the registry, for the files that are there
  std::size_t items = 0;       // official
  std::uint64_t bytes = 0;
  std::vector<std::string> files;       // registered files that are there
  std::vector<std::string> missing;     // files of absent splits, and absent texts
  std::vector<std::string> wrong_size;  // there, but of another size than the registry's
};

// One entry per data set of the registry, in its order; the miniature sets are not listed.
std::vector<DataListing> list_data(const DataHome& home);

enum class FileState { kOk, kDiffers, kNoDigest, kMissing, kBroken };
std::string_view to_string(FileState state);  // "ok", "differs", "no digest", "missing", "broken"

struct FileCheck {
  std::string path;
  FileState state = FileState::kMissing;
  std::string sha256;  // of the file here, "" when missing or unreadable
  std::string detail;  // why it is broken
};

struct SplitCheck {
  std::string config;
  std::string split;
  std::vector<std::string> files;
  DataStatus status;  // status.label() says partial/unverified
  std::string error;  // the file cannot be read: the sentence that says why
};

struct DataCheck {
  std::string name;
  bool present = false;  // at least one file is there
  std::vector<FileCheck> files;
  std::vector<SplitCheck> splits;  // only those with files
  // No file differs or is broken and every split can be read. Missing files do not count: a user
  // may want the test split alone.
  bool ok() const;
};

// `names` empty: every data set of which a file is there. kUsage for an unknown name. `progress` is
// called before each file (may be empty).
expected<std::vector<DataCheck>> verify_data(
    const DataHome& home, const std::vector<std::string>& names,
    const std::function<void(const std::string& path)>& progress);

}  // namespace assay
