// See row_source.h.
#include "datasets/row_source.h"

#include <utility>

namespace assay {

expected<DataSplit> hand_over(expected<DataSplit> split, const RowTaker& take) {
  if (!split) return split;
  for (Json& row : split->rows) {
    if (const expected<void> taken = take(std::move(row), split->files); !taken) {
      return taken.error();
    }
  }
  split->rows.clear();
  return split;
}

expected<DataSplit> read_rows(const DataSource& source, std::string_view dataset,
                              std::string_view config, std::string_view split,
                              const RowTaker& take) {
  if (const auto* rows = dynamic_cast<const RowSource*>(&source)) {
    return rows->read(dataset, config, split, take);
  }
  return hand_over(source.load(dataset, config, split), take);
}

}  // namespace assay
