// What a summary needs of a task's items, gathered while they go by, so that no one has to keep
// them: the values of each metric, why items could not be measured, counts of tokens and of how
// programs ended. Whole items are kept of long-context tasks only, whose figures are made over the
// fields of their documents.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "results/code_summary.h"
#include "results/run_folder.h"
#include "results/summary.h"
#include "scorers/aggregate.h"

namespace assay {

// Reasons why items have no score, each with its count. Reasons that differ in numbers or in the
// item's id only are one, told in the words of the first.
class ErrorTally {
 public:
  void add(const std::string& reason, const std::string& id);
  std::vector<ErrorCount> by_count() const;  // most frequent first

 private:
  std::vector<ErrorCount> counts_;
  std::map<std::string, std::size_t> place_;
};

class TaskTally {
 public:
  // REQUIRES: called for each item once, in data set order.
  void add(const ItemRecord& item);

  std::size_t items() const { return items_; }
  // Filter names as the first judged item lists them; none when nothing was judged.
  const std::vector<std::string>& filters() const { return filters_; }
  const ValueSeries& values(const std::string& filter, const std::string& metric) const;
  // Why the first item that was not run under the filter was not, "" when all were.
  std::string not_run(const std::string& filter) const;
  std::vector<ErrorCount> errors() const;
  const TokenCounts& tokens() const { return tokens_; }
  const CodeTally& code() const { return code_; }
  // The items of a long-context task with what length_results() reads; empty for other tasks.
  const std::vector<ItemRecord>& placed() const { return placed_; }

 private:
  struct Column {
    std::string filter;
    std::string metric;
    ValueSeries values;
  };
  Column& column(const std::string& filter, const std::string& metric);
  void count_tokens(const expected<Response>& answer);
  void keep_place(const ItemRecord& item);

  std::size_t items_ = 0;
  std::vector<std::string> filters_;
  std::vector<Column> columns_;
  std::vector<std::pair<std::string, std::string>> not_run_;  // filter, reason
  bool some_run_ = false;                                     // a judgement that is not "not run"
  ErrorTally errors_;                                         // item errors alone
  ErrorTally errors_or_not_run_;  // and items whose program did not start
  TokenCounts tokens_;
  CodeTally code_;
  bool all_placed_ = true;
  std::vector<ItemRecord> placed_;
};

}  // namespace assay
