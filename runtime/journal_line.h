// One line of the journal: JSON with a checksum as its last member, over the bytes in front of it.
#pragma once

#include <string>
#include <string_view>

#include "assay/expected.h"
#include "assay/json.h"
#include "runtime/json_text.h"

namespace assay {

// REQUIRES: `object` is an object without "sum". Ends in a newline.
std::string seal_line(const Json& object);
std::string seal_line(ObjectText object);

// The object of a line (without its newline) whose checksum is right; "sum" is left out.
// Errors say what is wrong without naming the place.
expected<Json> open_line(std::string_view line);

// What can still be read of a damaged line: the text of a string member, "" when it cannot.
std::string salvage_member(std::string_view line, std::string_view member);

}  // namespace assay
