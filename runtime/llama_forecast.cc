// See llama_forecast.h.
#include "runtime/llama_forecast.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "runtime/llama_generate.h"
#include "runtime/llama_score.h"
#include "runtime/trunk_plan.h"

namespace assay {
namespace {

class LlamaForecast : public DecodeForecast {
 public:
  explicit LlamaForecast(const ContextSettings& settings) : settings_(settings) {}

  std::size_t add(std::span<const PreparedRequest> unit) override {
    std::vector<std::size_t> scored;
    std::vector<std::size_t> generated;
    for (std::size_t i = 0; i < unit.size(); ++i) {
      (std::holds_alternative<Completion>(unit[i].request) ? generated : scored).push_back(i);
    }
    std::size_t tokens = 0;
    for (const PlannedDecode& planned : plan_scores(unit, scored, settings_)) {
      tokens += hold(planned) + planned.tokens;
    }
    for (const PlannedDecode& planned : plan_generation(unit, generated, settings_)) {
      tokens += hold(planned) + planned.tokens;
    }
    return tokens;
  }

 private:
  std::size_t hold(const PlannedDecode& planned) {
    if (planned.streams != streams_) held_.clear();
    streams_ = planned.streams;
    const std::size_t kept = kept_of_header(held_, planned.header, settings_);
    held_ = planned.header;
    return planned.header.size() - kept;
  }

  ContextSettings settings_;
  Streams streams_;
  std::vector<Token> held_;
};

}  // namespace

std::unique_ptr<DecodeForecast> forecast_llama(const ContextSettings& settings) {
  return std::make_unique<LlamaForecast>(settings);
}

}  // namespace assay
