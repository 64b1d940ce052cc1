// Rewrites a Python regular expression for RE2 and ICU; an inner part of python_regex.
#pragma once

#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

struct TranslatedRegex {
  std::string pattern;              // means the same in ICU and, unless told otherwise, in RE2
  bool needs_backtracking = false;  // only ICU can run it
};

// kUsage with the reason when the pattern is not one that Python accepts or that assay supports.
expected<TranslatedRegex> translate_regex(std::string_view python);

}  // namespace assay
