// See engine.h.
#include "bench/throughput/engine.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <variant>

#include "bench/throughput/stopwatch.h"
#include "runtime/lane_pool.h"
#include "runtime/llama_model.h"
#include "runtime/llama_score.h"
#include "runtime/plan.h"
#include "runtime/session_stats.h"
#include "runtime/trunk_plan.h"

namespace assay::bench {
namespace {

constexpr int kLimitCalls = 4;

double since(double start) { return now() - start; }

// A request for each sequence of a scored one, with that sequence alone.
std::vector<PreparedRequest> taken_apart(const PreparedRequest& request) {
  std::vector<PreparedRequest> out;
  const auto* choices = std::get_if<Choices>(&request.request);
  for (std::size_t i = 0; i < request.sequences.size(); ++i) {
    PreparedRequest one = request;
    one.sequences = {request.sequences[i]};
    if (choices != nullptr) {
      one.request = Choices{{choices->context_of(i)}, {choices->continuations[i]}};
    }
    out.push_back(std::move(one));
  }
  return out;
}

// What is decoded when nothing is decoded twice, one context doing all units; and the tokens of the
// same text in front of each call, on average. A group larger than a batch is one text.
void count_tokens(const Workload& work, const ContextSettings& settings, Demand& demand) {
  const auto batch = static_cast<std::size_t>(settings.batch);
  std::size_t before = 0;
  const auto decode = [&](std::size_t from, std::size_t count) {
    for (std::size_t at = 0; at < count; at += batch) {
      before += (from + at) * std::min(batch, count - at);
    }
    demand.tokens += count;
  };
  std::vector<Token> held;
  for (const std::vector<PreparedRequest>& unit : work.units) {
    std::vector<std::size_t> all(unit.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (PlannedDecode& planned : plan_scores(unit, all, settings)) {
      const std::size_t kept = kept_of_header(held, planned.header, settings);
      decode(kept, planned.header.size() - kept);
      decode(planned.header.size(), planned.tokens);
      held = std::move(planned.header);
    }
  }
  demand.depth = demand.tokens == 0 ? 0 : before / demand.tokens;
}

}  // namespace

Engine::~Engine() {
  context_.reset();
  loaded_.model.reset();
}

expected<std::unique_ptr<Engine>> Engine::open(const ModelOptions& options) {
  std::unique_ptr<Engine> made(new Engine);
  expected<std::unique_ptr<Model>> model = open_llama_model(options, {});
  if (!model) return model.error();
  made->model_ = *std::move(model);
  ModelOptions single = options;
  single.contexts = 1;
  expected<LoadedLlama> loaded = load_llama(single, {});
  if (!loaded) return loaded.error();
  made->loaded_ = *std::move(loaded);
  expected<std::unique_ptr<LlamaContext>> context =
      LlamaContext::create(made->loaded_.model.get(), made->loaded_.context);
  if (!context) return context.error();
  made->context_ = *std::move(context);
  made->tokenizer_ = LlamaTokenizer::of(made->loaded_.model.get(), options.add_bos);
  made->encoding_ = {options.add_bos, made->loaded_.context.max_length, options.truncate_left};
  return made;
}

expected<Workload> Engine::prepare(const RunSettings& settings, const DataSource& data) const {
  const expected<std::vector<Suite>> suites = load_suites("");
  if (!suites) return suites.error();
  const expected<Plan> plan = make_plan(settings, *suites, data, nullptr);
  if (!plan) return plan.error();
  Workload work;
  for (const Unit& unit : plan->units) {
    work.units.emplace_back();
    work.tasks.push_back(unit.task);
    for (std::size_t i = 0; i < unit.size(); ++i) {
      const expected<Request> request =
          planned_request(*plan, plan->tasks[unit.task], plan->item(unit, i));
      if (!request) return request.error();
      expected<PreparedRequest> prepared = prepare_request(*tokenizer_, *request, encoding_);
      if (!prepared) return prepared.error();
      work.units.back().push_back(std::move(*prepared));
      ++work.items;
    }
  }
  return work;
}

expected<void> Engine::answer_alone(const PreparedRequest& request) {
  context_->drop_everything();
  std::vector<expected<Response>> response(1, internal_error("not answered"));
  const std::vector<std::size_t> it = {0};
  const std::span<const PreparedRequest> unit(&request, 1);
  const expected<void> done = score_requests(*context_, unit, it, {}, response);
  if (!done) return done;
  return response.front() ? expected<void>() : response.front().error();
}

expected<double> Engine::packed_seconds(const Workload& work) {
  LanePool pool(*model_, [] { return false; });
  // What the last round left in the caches is nobody's beginning.
  const expected<PreparedRequest> other = model_->prepare(Choices{{"\n\n#"}, {" 0"}});
  if (!other) return other.error();
  std::vector<LaneJob> clearing(static_cast<std::size_t>(pool.lanes()));
  for (std::size_t i = 0; i < clearing.size(); ++i) {
    clearing[i].unit = clearing[i].task = i;
    clearing[i].requests = {&*other, 1};
  }
  for (LaneJob& job : clearing) pool.submit(job);
  for (LaneJob& job : clearing) pool.wait(job);

  const double start = now();
  std::vector<LaneJob> jobs(work.units.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].unit = i;
    jobs[i].task = work.tasks[i];
    jobs[i].requests = work.units[i];
    pool.submit(jobs[i]);
  }
  pool.close();
  for (LaneJob& job : jobs) {
    pool.wait(job);
    if (!job.responses) return job.responses.error();
    for (const expected<Response>& response : *job.responses) {
      if (!response) return response.error();
    }
  }
  return since(start);
}

expected<double> Engine::naive_seconds(const Workload& work, std::size_t items) {
  const double start = now();
  for (const std::vector<PreparedRequest>& unit : work.units) {
    for (const PreparedRequest& request : unit) {
      if (items == 0) return since(start);
      --items;
      for (const PreparedRequest& alone : taken_apart(request)) {
        const expected<void> done = answer_alone(alone);
        if (!done) return done.error();
      }
    }
  }
  return since(start);
}

expected<Demand> Engine::demand(const Workload& work) {
  const EngineDetail before = detail_of(*model_);
  const expected<double> done = packed_seconds(work);
  if (!done) return done.error();
  const EngineDetail detail = difference(before, detail_of(*model_));
  Demand demand;
  count_tokens(work, context_->settings(), demand);
  demand.outputs = detail.outputs;
  return demand;
}

expected<double> Engine::prompt_rate(std::size_t depth, bool outputs) {
  const auto room = static_cast<std::size_t>(context_->settings().batch);
  std::vector<Token> tokens(depth + room);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    tokens[i] = static_cast<Token>((i * 7919 + 13) %
                                   static_cast<std::size_t>(context_->vocabulary() - 300)) +
                256;
  }
  const std::array<std::size_t, 2> batches = {room, room / 2};
  std::array<Spent, 2>& spent = spent_[{depth, outputs}];
  std::array<double, 2> now_rate{};
  for (std::size_t size = 0; size < batches.size(); ++size) {
    const std::size_t batch = batches[size];
    context_->drop_everything();
    const std::span<const Token> text = std::span(tokens).first(depth + batch);
    const expected<void> held = context_->hold_header(text.first(depth), {});
    if (!held) return held.error();
    const std::vector<PlanPath> paths = {{text, outputs ? depth : text.size() - 1}};
    const PrefixPlan plan = plan_prefixes(paths, depth, Sequences::kShared);
    const double start = now();
    for (int i = 0; i < kLimitCalls; ++i) {
      const expected<void> done = context_->run(plan, [](int, std::span<const float>) {}, {});
      if (!done) return done.error();
    }
    const Spent one = {kLimitCalls * static_cast<double>(batch), since(start)};
    now_rate[size] = one.rate();
    spent[size].tokens += one.tokens;
    spent[size].seconds += one.seconds;
  }
  return now_rate[spent[0].rate() >= spent[1].rate() ? 0 : 1];
}

expected<double> Engine::limit_seconds(const Demand& demand) {
  const expected<double> bare = prompt_rate(demand.depth, false);
  if (!bare) return bare.error();
  const expected<double> with_outputs = prompt_rate(demand.depth, true);
  if (!with_outputs) return with_outputs.error();
  const auto rows = static_cast<double>(std::min(demand.outputs, demand.tokens));
  return (static_cast<double>(demand.tokens) - rows) / *bare + rows / *with_outputs;
}

}  // namespace assay::bench
