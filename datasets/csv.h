// Reader for comma-separated values by RFC 4180: fields may be quoted, quoted fields may hold
// commas, doubled quotes and line ends, records end in LF or CR LF. What is inside quotes is kept
// byte for byte (also CR LF). A byte order mark is skipped and blank lines are ignored.
//
// Refused with file and line: a quote that is never closed, text after a closing quote, a record
// with another number of fields than the first, bytes that are not UTF-8. A bare quote inside an
// unquoted field is kept as it is, as Python's csv module does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"

namespace assay {

struct CsvRecord {
  std::vector<std::string> fields;
  std::size_t line;  // 1-based line of the file on which the record begins
};

expected<std::vector<CsvRecord>> parse_csv(std::string_view bytes, std::string_view display_name);

// The index of a column in a header record, or an Error that names file and column.
expected<std::size_t> csv_column(const CsvRecord& header, std::string_view name,
                                 std::string_view display_name);

}  // namespace assay
