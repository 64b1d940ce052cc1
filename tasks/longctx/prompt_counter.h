// The data a task is made from, together with the one thing that only the model knows: how many
// tokens an item's whole prompt will have, chat template and special tokens included. Tasks that
// make prompts of an exact length ask the source they are given; where it cannot tell, they count
// the bare text.
//
// Ownership: borrows the source. Thread-safe as far as source and counter are.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "assay/dataset.h"
#include "assay/item.h"
#include "datasets/row_source.h"

namespace assay {

class PromptCountingSource : public DataSource, public RowSource {
 public:
  using Counter = std::function<std::optional<int>(const Item& item)>;
  PromptCountingSource(const DataSource& data, Counter counter)
      : data_(data), counter_(std::move(counter)) {}

  expected<DataSplit> load(std::string_view dataset, std::string_view config,
                           std::string_view split) const override {
    return data_.load(dataset, config, split);
  }
  expected<std::string> text(std::string_view dataset, std::string_view file) const override {
    return data_.text(dataset, file);
  }
  expected<DataSplit> read(std::string_view dataset, std::string_view config,
                           std::string_view split, const RowTaker& take) const override {
    return read_rows(data_, dataset, config, split, take);
  }
  // Tokens of the item's prompt as the model will see it; nothing when it cannot be written.
  std::optional<int> count_prompt(const Item& item) const { return counter_(item); }

 private:
  const DataSource& data_;
  Counter counter_;
};

// The same of any source: nothing where it does not count prompts.
inline std::optional<int> count_prompt(const DataSource& source, const Item& item) {
  const auto* counting = dynamic_cast<const PromptCountingSource*>(&source);
  return counting == nullptr ? std::nullopt : counting->count_prompt(item);
}

}  // namespace assay
