// `assay data import DIR`: looks through a folder (or at one file) for files of known data sets,
// whatever they are called and also inside ZIP and tar archives and gzip, and copies them into the
// data home under the registry's names.
//
// A verified file is never replaced by one that is not; a file takes its place by renaming, so a
// reader never sees half of it; the source is never changed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "datasets/data_home.h"

namespace assay {

struct ImportedFile {
  std::string from;       // below the imported folder; "a.zip:b/c.jsonl" for an archive's file
  std::string path;       // in the data home
  bool verified = false;  // recognised by SHA-256; else by its shape
  bool copied = false;    // false: already there, or a verified file is kept
};

struct IgnoredFile {
  std::string from;
  std::string reason;
};

struct ImportReport {
  std::vector<ImportedFile> imported;
  std::vector<IgnoredFile> ignored;
};

struct ImportOptions {
  bool dry_run = false;                                   // recognise, but copy nothing
  std::function<void(const std::string& file)> progress;  // may be empty
};

// kUnavailable when the folder cannot be read or the data home cannot be written. Files that are
// not recognised are not an error; they are reported with the reason.
expected<ImportReport> import_data(const DataHome& home, const std::string& folder,
                                   const ImportOptions& options);

}  // namespace assay
