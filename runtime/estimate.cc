// What a plan would ask of a model, for `assay run -n`: everything is rendered and tokenised, in
// parallel, and nothing is answered. The sums do not depend on the order of the work.
#include <oneapi/tbb/parallel_for.h>

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "runtime/decode_forecast.h"
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

Cost cost_of(const Plan& plan, const PlannedTask& task, const LoadedItem& item, const Model* model,
             std::optional<PreparedRequest>& kept) {
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
  expected<PreparedRequest> prepared = model->prepare(*request);
  if (!prepared) return {0, 0, 0, 1};
  for (const TokenSequence& sequence : prepared->sequences) {
    cost.prompt_tokens += sequence.context.size() + sequence.continuation.size();
  }
  kept = std::move(*prepared);
  return cost;
}

// A unit's requests as the engine will get them, and their sums.
struct PreparedUnit {
  std::vector<PreparedRequest> requests;
  Cost cost;
};

PreparedUnit prepare_unit(const Plan& plan, const Unit& unit, const Model* model) {
  const PlannedTask& task = plan.tasks[unit.task];
  std::vector<std::optional<PreparedRequest>> prepared(unit.size());
  std::vector<Cost> costs(unit.size());
  tbb::parallel_for(std::size_t{0}, unit.size(), [&](std::size_t i) {
    costs[i] = cost_of(plan, task, plan.item(unit, i), model, prepared[i]);
  });
  PreparedUnit out;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    out.cost.add(costs[i]);
    if (prepared[i]) out.requests.push_back(std::move(*prepared[i]));
  }
  return out;
}

}  // namespace

std::vector<TaskEstimate> estimate(const Plan& plan, const Model* model) {
  std::vector<TaskEstimate> estimates;
  for (const PlannedTask& task : plan.tasks) {
    TaskEstimate made;
    made.task = task.loaded.task->name;
    made.items = task.loaded.items.size();
    made.available = task.loaded.available;
    made.shots = task.loaded.shots;
    made.data_label = task.loaded.status.label();
    estimates.push_back(std::move(made));
  }
  // In the order in which units are answered: what one leaves in the cache, the next one finds.
  const std::unique_ptr<DecodeForecast> forecast = model == nullptr ? nullptr : forecast_of(*model);
  for (const Unit& unit : plan.units) {
    const PreparedUnit prepared = prepare_unit(plan, unit, model);
    TaskEstimate& task = estimates[unit.task];
    task.requests += prepared.cost.requests;
    task.prompt_tokens += prepared.cost.prompt_tokens;
    task.max_new_tokens += prepared.cost.max_new_tokens;
    task.errors += prepared.cost.errors;
    if (forecast == nullptr) continue;
    const std::size_t decoded = prepared.requests.empty() ? 0 : forecast->add(prepared.requests);
    task.decoded_tokens = task.decoded_tokens.value_or(0) + decoded;
  }
  return estimates;
}

}  // namespace assay
