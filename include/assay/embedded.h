// Files carried inside the program: the miniature data sets, the shipped suites and whatever else
// must work with no download and no installation. They are read as they are in the source tree;
// cmake/Embed.cmake puts them there.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace assay {

// The bytes of an embedded file, by its path in the source tree, for example
// "datasets/mini/gsm8k/test.jsonl". Returns nullopt when no file of that name is carried. The bytes
// live as long as the program and begin at a 64-byte boundary. Thread-safe.
std::optional<std::string_view> embedded_file(std::string_view name);

// The names of all embedded files, in ascending byte order. Thread-safe.
std::vector<std::string_view> embedded_file_names();

}  // namespace assay
