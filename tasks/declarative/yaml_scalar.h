// An unquoted YAML scalar as PyYAML reads it (YAML 1.1): null, truth values (yes, off), whole
// numbers with underscores and in base 2, 8 and 16, floats that need a dot; all else is text.
//
// Thread-safety: a function of its argument.
#pragma once

#include <string>

#include "assay/json.h"

namespace assay {

Json yaml_scalar(const std::string& text);

}  // namespace assay
