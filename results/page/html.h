// Text as HTML text. Everything a model or a data set wrote goes through here: nothing of it can
// become markup.
#pragma once

#include <string>
#include <string_view>

namespace assay::page {

// For element content and for attributes in double quotes. Control characters that HTML does not
// allow become U+FFFD; direction-changing characters (bidi overrides) become visible as ⟨U+202E⟩,
// so that they cannot reorder what stands around them.
std::string escaped(std::string_view text);

// JSON for a <script type="application/json"> element: "</" and "<!--" cannot end or open anything.
std::string json_in_script(std::string_view json);

// RFC 4648, with padding, in one line.
std::string base64(std::string_view bytes);

}  // namespace assay::page
