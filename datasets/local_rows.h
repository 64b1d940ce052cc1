// Rows from files that a task names itself: JSON Lines, a JSON array, or CSV with a header. A
// column of a CSV file whose fields are all whole numbers (or all numbers) becomes one, as the
// usual loaders do; empty fields are null.
#pragma once

#include <string>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "datasets/row_source.h"

namespace assay {

// Hands over all rows of the files in order. `status.verified` stays false: nobody vouches for
// these files. kUnavailable when a file is missing; kBadData with file and line when it is broken,
// is of another kind, or has a row that is not an object.
expected<DataSplit> read_local_rows(const std::vector<std::string>& paths, const RowTaker& take);

// Whether the name ends as one of the kinds above does.
bool is_row_file(const std::string& path);

}  // namespace assay
