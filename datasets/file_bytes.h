// Whole files as bytes: reading, unpacking gzip, and writing so that a reader sees either the old
// file or the complete new one. The largest data set is tens of megabytes, so a file is read at
// once; the readers then work on views of it and never copy a line.
//
// Messages call a file by its display name (relative to the data home), which is what a user knows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

// kUnavailable when the file is missing or may not be read; kBadData when it is a folder or reading
// breaks off.
expected<std::string> read_bytes(const std::string& path, std::string_view display_name);

// A descriptor to read from, which the caller closes; errors as above.
expected<int> open_regular_file(const std::string& path, std::string_view display_name);

// Unpacks one or several concatenated gzip members. kBadData when the stream is damaged or cut off.
// `limit` bounds the unpacked size, so that a hostile file cannot eat the memory.
expected<std::string> gunzip(std::string_view bytes, std::string_view display_name,
                             std::size_t limit = std::size_t{4} << 30);

// Writes next to the target and renames, creating missing folders. On failure nothing is left
// behind and the target is as it was.
expected<void> write_bytes_atomically(const std::string& path, std::string_view bytes);

// "No space left on device (28)": the system's words for errno.
std::string system_reason(int error_number);

}  // namespace assay
