// See llama_lane.h.
#include "runtime/llama_lane.h"

#include <fmt/format.h>

#include <cstddef>
#include <exception>
#include <variant>

#include "runtime/llama_generate.h"
#include "runtime/llama_score.h"
#include "runtime/numa.h"

namespace assay {

LlamaLane::~LlamaLane() {
  thread_.run([this] { close(); });
}

void LlamaLane::close() { context_.reset(); }

expected<void> LlamaLane::run(const std::function<expected<void>()>& work) {
  expected<void> done;
  thread_.run([&] {
    try {
      done = work();
    } catch (const std::exception& e) {
      done = internal_error(fmt::format("The engine failed: {}.", e.what()));
    }
  });
  return done;
}

void LlamaLane::stay_on(std::span<const int> processors) {
  thread_.run([&] { assay::stay_on(processors); });
}

expected<void> LlamaLane::open(llama_model* model, const ContextSettings& settings,
                               std::span<const Adapter> adapters) {
  return run([&]() -> expected<void> {
    expected<std::unique_ptr<LlamaContext>> made = LlamaContext::create(model, settings, adapters);
    if (!made) return made.error();
    context_ = *std::move(made);
    return {};
  });
}

expected<std::vector<expected<Response>>> LlamaLane::answer(
    std::span<const PreparedRequest> unit, const LlamaTokenizer& tokenizer,
    const std::function<bool()>& should_stop) {
  std::vector<std::size_t> scored;
  std::vector<std::size_t> generated;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    (std::holds_alternative<Completion>(unit[i].request) ? generated : scored).push_back(i);
  }
  std::vector<expected<Response>> responses(unit.size(),
                                            internal_error("The request was not answered."));
  const expected<void> done = run([&]() -> expected<void> {
    const double before = context_->reading_seconds();
    const expected<void> first = score_requests(*context_, unit, scored, should_stop, responses);
    const double between = context_->reading_seconds();
    likelihood_seconds_ += between - before;
    if (!first) return first;
    const expected<void> second =
        generate_requests(*context_, tokenizer, unit, generated, should_stop, responses);
    sampling_seconds_ += context_->reading_seconds() - between;
    return second;
  });
  if (!done) return done.error();
  return responses;
}

EngineWork LlamaLane::work() const {
  return {0, context_->prompt_work(), context_->generation_work()};
}

EngineDetail LlamaLane::detail() const {
  EngineDetail detail = context_->detail();
  detail.likelihood_seconds = likelihood_seconds_;
  detail.sampling_seconds = sampling_seconds_;
  return detail;
}

}  // namespace assay
