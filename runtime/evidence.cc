// See evidence.h.
#include "runtime/evidence.h"

#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <utility>

#include "scorers/judge.h"

namespace assay {
namespace {

// A figure that is not a number must not travel on: it becomes an item error.
const MetricValue* first_not_finite(const std::vector<Judgement>& judgements) {
  for (const Judgement& judgement : judgements) {
    for (const MetricValue& value : judgement.values) {
      if (!std::isfinite(value.value) || !std::isfinite(value.weight)) return &value;
    }
  }
  return nullptr;
}

}  // namespace

JudgedItem judge_item(const Task& task, const Item& item, const Evidence& evidence,
                      CodeExecutor* executor) {
  if (!evidence.answer) return {{}, evidence.answer.error()};
  try {
    expected<std::vector<Judgement>> judgements = judge(task, item, *evidence.answer, executor);
    if (!judgements) return {{}, judgements.error()};
    if (const MetricValue* bad = first_not_finite(*judgements)) {
      return {
          {},
          internal_error(fmt::format("the {} of this answer is not a finite number", bad->metric))};
    }
    return {std::move(*judgements), {}};
  } catch (const std::exception& problem) {
    return {{}, data_error(fmt::format("the answer could not be judged: {}", problem.what()))};
  }
}

}  // namespace assay
