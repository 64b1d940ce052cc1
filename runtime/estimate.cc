// What a plan would ask of a model, for `assay run -n`: everything is rendered and tokenised, in
// parallel, and nothing is answered. The sums do not depend on the order of the work.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <variant>

#include "runtime/plan.h"

namespace assay {
namespace {

struct Cost {
  std::size_t requests = 0, prompt_tokens = 0, max_new_tokens = 0, errors = 0;
  void add(const Cost& other) {
    requests += other.requests;
    prompt_tokens += other.prompt_tokens;
    max_new_tokens += other.max_new_tokens;
    errors += other.errors;
  }
};

Cost cost_of(const Plan& plan, const PlannedTask& task, const LoadedItem& item,
             const Model* model) {
  Cost cost;
  const expected<Request> request = planned_request(plan, task, item);
  if (!request) {
    cost.errors = 1;
    return cost;
  }
  cost.requests = 1;
  if (const auto* choices = std::get_if<Choices>(&*request)) {
    cost.requests = choices->continuations.size();
  } else if (const auto* completion = std::get_if<Completion>(&*request)) {
    cost.requests = static_cast<std::size_t>(completion->samples);
    cost.max_new_tokens = cost.requests * static_cast<std::size_t>(completion->max_tokens);
  }
  if (model == nullptr) return cost;
  const expected<PreparedRequest> prepared = model->prepare(*request);
  if (!prepared) return {0, 0, 0, 1};
  for (const TokenSequence& sequence : prepared->sequences) {
    cost.prompt_tokens += sequence.context.size() + sequence.continuation.size();
  }
  return cost;
}

}  // namespace

std::vector<TaskEstimate> estimate(const Plan& plan, const Model* model) {
  std::vector<TaskEstimate> estimates;
  for (const PlannedTask& task : plan.tasks) {
    const std::vector<LoadedItem>& items = task.loaded.items;
    const Cost cost = tbb::parallel_reduce(
        tbb::blocked_range<std::size_t>(0, items.size(), kUnitItems), Cost{},
        [&](const tbb::blocked_range<std::size_t>& range, Cost sum) {
          for (std::size_t i = range.begin(); i < range.end(); ++i) {
            sum.add(cost_of(plan, task, items[i], model));
          }
          return sum;
        },
        [](Cost left, const Cost& right) {
          left.add(right);
          return left;
        });
    estimates.push_back({task.loaded.task->name, items.size(), task.loaded.available,
                         task.loaded.shots, task.loaded.status.label(), cost.requests,
                         cost.prompt_tokens, cost.max_new_tokens, cost.errors});
  }
  return estimates;
}

}  // namespace assay
