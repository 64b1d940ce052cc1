// The two joining rules of protocols.md section 3, out of which every prompt is made.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// One side empty: the other side. White space at the seam: a + b. Else a + delimiter + b.
std::string soft_join(std::string_view a, std::string_view b, std::string_view delimiter);

// False when `a` is empty, else whether neither character at the seam is white space.
bool needs_delimiter(std::string_view a, std::string_view b);

bool ends_in_space(std::string_view text);  // Python's white space; false for ""
bool begins_with_space(std::string_view text);

}  // namespace assay
