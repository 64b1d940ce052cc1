// Checks on text that came from outside. Data files are UTF-8; a file in another encoding would
// give prompts nobody else has, so it is refused with the place of the first wrong byte instead of
// being repaired in silence.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace assay {

// The offset of the first byte that cannot be part of well-formed UTF-8 (Unicode 15, table 3-7:
// no overlong forms, no surrogates, nothing above U+10FFFF), or nullopt when all of it is.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// The text without a leading byte order mark.
std::string_view without_bom(std::string_view text);

}  // namespace assay
