// See task_tally.h.
#include "results/task_tally.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "results/error_place.h"
#include "results/length_results.h"

namespace assay {
namespace {

std::string kind_of(std::string reason, const std::string& id) {
  if (const std::size_t at = reason.find(id); at != std::string::npos) reason.erase(at, id.size());
  return without_digits(std::move(reason));
}

// Why a program of the item did not start, "" when all did or there were none.
std::string not_run_of(const JudgedItem& judged) {
  for (const Judgement& judgement : judged.judgements) {
    if (!judgement.not_run.empty()) return judgement.not_run;
  }
  return "";
}

}  // namespace

void ErrorTally::add(const std::string& reason, const std::string& id) {
  if (reason.empty()) return;
  const auto [known, is_new] = place_.emplace(kind_of(reason, id), counts_.size());
  if (is_new) counts_.push_back({reason, 0});
  ++counts_[known->second].count;
}

std::vector<ErrorCount> ErrorTally::by_count() const {
  std::vector<ErrorCount> counts = counts_;
  std::stable_sort(counts.begin(), counts.end(),
                   [](const ErrorCount& a, const ErrorCount& b) { return a.count > b.count; });
  return counts;
}

TaskTally::Column& TaskTally::column(const std::string& filter, const std::string& metric) {
  for (Column& known : columns_) {
    if (known.metric == metric && known.filter == filter) return known;
  }
  return columns_.emplace_back(Column{filter, metric, {}});
}

void TaskTally::add(const ItemRecord& item) {
  ++items_;
  const std::vector<Judgement>& judgements = item.judged.judgements;
  if (filters_.empty()) {
    for (const Judgement& judgement : judgements) filters_.push_back(judgement.filter);
  }
  for (const Judgement& judgement : judgements) {
    for (const MetricValue& value : judgement.values) {
      column(judgement.filter, value.metric).values.add(value.value, value.weight);
    }
    if (judgement.not_run.empty()) {
      some_run_ = true;
    } else if (not_run(judgement.filter).empty()) {
      not_run_.emplace_back(judgement.filter, judgement.not_run);
    }
    code_.add(judgement);
  }
  const std::string error = item.judged.error ? item.judged.error->message : "";
  errors_.add(error, item.item.id);
  errors_or_not_run_.add(item.judged.error ? error : not_run_of(item.judged), item.item.id);
  count_tokens(item.evidence.answer);
  keep_place(item);
}

void TaskTally::count_tokens(const expected<Response>& answer) {
  if (!answer) return;
  tokens_.prompt += static_cast<std::size_t>(answer->prompt_tokens);
  tokens_.decoded += static_cast<std::size_t>(answer->decoded_tokens);
  if (const auto* texts = std::get_if<std::vector<Generation>>(&answer->answer)) {
    for (const Generation& text : *texts) {
      tokens_.generated += static_cast<std::size_t>(text.tokens);
    }
  }
}

void TaskTally::keep_place(const ItemRecord& item) {
  if (!all_placed_) return;
  const Json& doc = item.item.doc;
  if (!grid_place(doc)) {
    all_placed_ = false;
    placed_.clear();
    return;
  }
  ItemRecord kept;
  kept.item.id = item.item.id;
  for (const char* name : {"placement", "length", "depth", "keys", "values"}) {
    if (const auto found = doc.find(name); found != doc.end()) kept.item.doc[name] = *found;
  }
  kept.judged = item.judged;
  placed_.push_back(std::move(kept));
}

const ValueSeries& TaskTally::values(const std::string& filter, const std::string& metric) const {
  static const ValueSeries kNone;
  for (const Column& known : columns_) {
    if (known.metric == metric && known.filter == filter) return known.values;
  }
  return kNone;
}

std::string TaskTally::not_run(const std::string& filter) const {
  for (const auto& [known, reason] : not_run_) {
    if (known == filter) return reason;
  }
  return "";
}

// Where some programs were run, an item whose program did not start is an item error; where none
// was, the whole score is "not run", which says it better.
std::vector<ErrorCount> TaskTally::errors() const {
  return (some_run_ ? errors_or_not_run_ : errors_).by_count();
}

}  // namespace assay
