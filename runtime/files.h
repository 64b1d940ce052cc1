// The few file operations a run folder is made of, each failing with a sentence that names the path
// and the system's reason (disk full, no permission). Files that are written whole are written
// beside their place and renamed into it, so a reader never sees half of one.
//
// Thread-safety: the functions share nothing; an OutputFile belongs to one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

// "cannot ACTION PATH: REASON" with what errno said, as kUnavailable.
Error system_error(std::string_view action, const std::string& path, int error_number);

// Makes the folder and its parents; nothing happens when it is there.
expected<void> make_folder(const std::string& path);

// The whole file. kUnavailable when it cannot be opened or read.
expected<std::string> read_file(const std::string& path);

bool file_exists(const std::string& path);

// Where what can be made again is kept: $XDG_CACHE_HOME/assay, or ~/.cache/assay; nothing when
// neither variable names an absolute folder.
std::optional<std::string> cache_folder();

// All bytes to a descriptor, going on after partial writes and signals. Returns 0 or an errno.
int write_fully(int descriptor, std::string_view bytes);

// A file that takes its place only when it is complete: bytes go to PATH.partial, commit() flushes
// them to the disk and renames. Without commit() the partial file is removed.
class OutputFile {
 public:
  static expected<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  expected<void> write(std::string_view bytes);
  expected<void> commit();

 private:
  OutputFile(std::string path, int descriptor);
  expected<void> flush();

  std::string path_;
  std::string partial_path_;
  std::string buffer_;
  int descriptor_ = -1;
};

// One OutputFile holding `bytes`.
expected<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace assay
