// A text file line by line, for files of any size: memory holds one piece and one line. The digest
// is that of the bytes that were read, so that it belongs to what was made of them even when
// somebody writes the file meanwhile.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "assay/digest.h"
#include "assay/expected.h"

namespace assay {

class LineStream {
 public:
  // Errors as of read_bytes(); messages call the file by its display name.
  static expected<LineStream> open(const std::string& path, std::string_view display_name);
  LineStream(LineStream&& other) noexcept;
  LineStream& operator=(LineStream&&) = delete;
  ~LineStream();

  // The next line without its LF, valid until the next call; false at the end of the file.
  expected<bool> next(std::string_view& line);
  // Whether the line given last had a LF.
  bool line_was_ended() const { return ended_; }
  // Of the whole file. REQUIRES: next() gave false.
  std::string sha256() { return digest_.hex(); }

 private:
  LineStream(int file, std::string name);
  expected<bool> fill();  // false when nothing is left to read

  int file_ = -1;
  std::string name_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of what was not given yet
  std::size_t searched_ = 0;  // no LF between begin_ and here
  bool ended_ = true;
  Sha256 digest_;
};

}  // namespace assay
