// Reader for JSON Lines: one JSON value per line. Lines end in LF or CR LF, a byte order mark is
// skipped, blank lines are ignored. Anything else that is wrong ends the reading with the file's
// name and the line in the message: a data set that is read in part would change every score.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "assay/expected.h"
#include "assay/json.h"
#include "datasets/line_stream.h"

namespace assay {

// Calls `row` with each value and its 1-based line; an Error from it ends the reading and is
// returned. Values are parsed one at a time, so memory holds the bytes (of a stream one line) and
// one row.
using JsonlRow = std::function<expected<void>(Json&&, std::size_t line)>;
expected<void> for_each_jsonl(std::string_view bytes, std::string_view display_name,
                              const JsonlRow& row);
expected<void> for_each_jsonl(LineStream& lines, std::string_view display_name,
                              const JsonlRow& row);

}  // namespace assay
