// Reader for files that are one JSON value. Also the one place where nlohmann's parser is called
// on data, so that its exceptions end here.
#pragma once

#include <string_view>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

// Parses one JSON text. The message of an Error is a fragment to put after "is not JSON: ", for
// example `column 17: unexpected end of input`. Nesting deeper than 500 levels is refused.
// A whole number beyond 64 bits is kept as Json::binary of its digits.
expected<Json> parse_json_text(std::string_view text);

// Parses a whole file: byte order mark skipped, encoding checked. Errors name file and line.
expected<Json> parse_json_file(std::string_view bytes, std::string_view display_name);

}  // namespace assay
