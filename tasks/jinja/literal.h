// Python literals: the escapes of its strings, and ast.literal_eval, by which the original reads
// lists of choices and answers back from rendered templates.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tasks/jinja/value.h"

namespace assay::jinja {

// The text between the quotes of a Python string, escapes resolved; unknown escapes stay.
std::string unescape_python(std::string_view text);

// Strings (also adjacent ones), numbers, True, False, None, lists, tuples and dicts; nullopt when
// the text is anything else.
std::optional<Value> literal_eval(std::string_view text);

}  // namespace assay::jinja
