// See model_cost.h.
#include "results/model_cost.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "results/figures.h"

namespace assay {
namespace {

template <typename T>
std::optional<T> number_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<T>();
}

std::optional<double> rate(const DecodeWork& work) {
  if (work.tokens == 0 || work.seconds < kShortestTimed) return std::nullopt;
  return static_cast<double>(work.tokens) / work.seconds;
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

ModelCost model_cost(const Json& manifest, const Timing& timing) {
  ModelCost cost;
  const Json settings = manifest.value("model", Json::object()).value("settings", Json::object());
  if (settings.is_object()) {
    cost.file_bytes = number_at<std::uint64_t>(settings, "bytes");
    cost.parameters = number_at<std::uint64_t>(settings, "parameters");
    cost.bits_per_weight = number_at<double>(settings, "bits_per_weight");
  }
  cost.load_seconds = timing.load_seconds;
  cost.prompt_tokens_per_second = rate(timing.prompt);
  cost.generation_tokens_per_second = rate(timing.generation);
  if (timing.generation.calls > 0) {
    cost.generated_together = static_cast<double>(timing.generation.tokens) /
                              static_cast<double>(timing.generation.calls);
  }
  if (timing.peak_memory_bytes > 0) cost.peak_memory_bytes = timing.peak_memory_bytes;
  return cost;
}

Json to_json(const ModelCost& cost) {
  return {{"file_bytes", or_null(cost.file_bytes)},
          {"parameters", or_null(cost.parameters)},
          {"bits_per_weight", or_null(cost.bits_per_weight)},
          {"load_seconds", or_null(cost.load_seconds)},
          {"prompt_tokens_per_second", or_null(cost.prompt_tokens_per_second)},
          {"generation_tokens_per_second", or_null(cost.generation_tokens_per_second)},
          {"generated_together", or_null(cost.generated_together)},
          {"peak_memory_bytes", or_null(cost.peak_memory_bytes)}};
}

std::string model_cost_text(const ModelCost& cost, const std::string& separator) {
  std::vector<std::string> parts;
  if (cost.file_bytes) parts.push_back("file " + bytes_text(*cost.file_bytes));
  if (cost.bits_per_weight) {
    parts.push_back(fmt::format("{:.2f} bits per weight", *cost.bits_per_weight));
  }
  if (cost.load_seconds) parts.push_back("loaded in " + duration_text(*cost.load_seconds));
  if (cost.prompt_tokens_per_second) {
    parts.push_back(fmt::format("prompt {:.0f} tokens/s", *cost.prompt_tokens_per_second));
  }
  if (cost.generation_tokens_per_second) {
    parts.push_back(fmt::format("generation {:.0f} tokens/s, {:.1f} answers at a time",
                                *cost.generation_tokens_per_second, *cost.generated_together));
  }
  if (cost.peak_memory_bytes) parts.push_back("peak memory " + bytes_text(*cost.peak_memory_bytes));
  return fmt::format("{}", fmt::join(parts, separator));
}

Timing timing_of(const RunCost& cost) {
  Timing timing;
  timing.engine_seconds = cost.engine_seconds;
  timing.prompt = cost.prompt;
  timing.generation = cost.generation;
  timing.load_seconds = cost.load_seconds;
  timing.peak_memory_bytes = cost.peak_memory_bytes;
  return timing;
}

Timing with_last_session(Timing timing, const Timing& last) {
  timing.wall_seconds = last.wall_seconds;
  timing.render_seconds = last.render_seconds;
  timing.journal_seconds = last.journal_seconds;
  timing.judge_seconds = last.judge_seconds;
  timing.resumed_items = last.resumed_items;
  timing.session = last.session;
  timing.peak_memory_bytes = std::max(timing.peak_memory_bytes, last.peak_memory_bytes);
  return timing;
}

}  // namespace assay
