// Splits row by row, for data sets that are larger than what should be in memory: each row is
// handed over and forgotten. A DataSource that can do it is a RowSource besides; of others the
// whole split is loaded first.
//
// Thread-safe as DataSource is.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

// An Error ends the reading and is returned. `files` as in DataSplit.
using RowTaker = std::function<expected<void>(Json&& row, const std::vector<std::string>& files)>;

class RowSource {
 public:
  virtual ~RowSource() = default;
  // As DataSource::load(), but `rows` of what is returned is empty.
  virtual expected<DataSplit> read(std::string_view dataset, std::string_view config,
                                   std::string_view split, const RowTaker& take) const = 0;
};

// The rows of a split that is in memory.
expected<DataSplit> hand_over(expected<DataSplit> split, const RowTaker& take);

// Of any source.
expected<DataSplit> read_rows(const DataSource& source, std::string_view dataset,
                              std::string_view config, std::string_view split,
                              const RowTaker& take);

}  // namespace assay
