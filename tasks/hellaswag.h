// HellaSwag's cleaning of a text, for its tests.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// Strips, turns " [title]" into ". ", deletes bracketed markup, and replaces each pair of spaces by
// one in a single pass from the left. A space may remain at either end.
std::string clean_hellaswag(std::string_view text);

}  // namespace assay
