// See evidence.h.
#include "runtime/evidence.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "scorers/judge.h"

namespace assay {

JudgedItem judge_item(const Task& task, const Item& item, const Evidence& evidence,
                      CodeExecutor* executor) {
  if (!evidence.answer) return {{}, evidence.answer.error()};
  try {
    expected<std::vector<Judgement>> judgements = judge(task, item, *evidence.answer, executor);
    if (!judgements) return {{}, judgements.error()};
    return {std::move(*judgements), {}};
  } catch (const std::exception& problem) {
    return {{}, data_error(fmt::format("the answer could not be judged: {}", problem.what()))};
  }
}

}  // namespace assay
