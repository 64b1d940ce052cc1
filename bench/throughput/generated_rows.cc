// Rows of tasks whose answers are written: tokens per second against the engine's own program.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "bench/throughput/bench.h"

namespace assay::bench {
namespace {

constexpr int kNewTokens = 128;
constexpr std::size_t kItems = 64;  // two units

// The engine's own figure at the best of some widths, prompts and answers of the same lengths.
Measure batched_bench(const BenchPtr& bench, std::size_t prompt) {
  return [=]() -> expected<double> {
    const expected<ChildResult> child = run_child({bench->setting.tools + "/llama-batched-bench",
                                                   "-m",
                                                   bench->setting.model,
                                                   "-t",
                                                   bench->threads(),
                                                   "-tb",
                                                   bench->threads(),
                                                   "-c",
                                                   std::to_string((prompt + kNewTokens) * 33),
                                                   "-b",
                                                   "2048",
                                                   "-ub",
                                                   "512",
                                                   "-npp",
                                                   std::to_string(prompt),
                                                   "-ntg",
                                                   std::to_string(kNewTokens),
                                                   "-npl",
                                                   "16,32",
                                                   "-pps",
                                                   "--output-format",
                                                   "jsonl"});
    if (!child) return child.error();
    double best = 0;
    std::istringstream lines(child->out);
    for (std::string line; std::getline(lines, line);) {
      const Json json = Json::parse(line, nullptr, false);
      if (json.is_object()) best = std::max(best, json.value("speed_tg", 0.0));
    }
    if (best <= 0) return internal_error("llama-batched-bench gave no figures.");
    return best;
  };
}

}  // namespace

expected<void> add_generation(const BenchPtr& bench, std::vector<Row>& rows) {
  const auto generate = [=](const WorkPtr& work) -> Measure {
    return [=]() -> expected<double> {
      const expected<double> seconds = bench->engine->packed_seconds(*work);
      if (!seconds) return seconds.error();
      return bench->engine->generation_rate();
    };
  };
  RunSettings gsm8k = settings_of({"gsm8k"}, 5, kItems);
  gsm8k.max_tokens = kNewTokens;
  RunSettings humaneval = settings_of({"humaneval"}, 0, 4);
  humaneval.max_tokens = kNewTokens;
  humaneval.samples = 10;
  humaneval.temperature = 0.8;
  for (const auto& [name, settings] :
       {std::pair{fmt::format("GSM8K 5-shot, {} items, {} new tokens", kItems, kNewTokens), gsm8k},
        std::pair{fmt::format("HumanEval, 4 items x 10 samples, {} new tokens", kNewTokens),
                  humaneval}}) {
    const expected<WorkPtr> work = prepare(bench, settings);
    if (!work) return work.error();
    std::size_t prompts = 0;
    for (const auto& unit : (*work)->units) {
      for (const PreparedRequest& request : unit) prompts += request.sequences[0].context.size();
    }
    add_exact_row(bench, name, *work, rows);
    if (bench->setting.tools.empty()) continue;
    rows.push_back({name, "llama-batched-bench at its best width, same lengths", "tokens/s", 0.95,
                    false, generate(*work), batched_bench(bench, prompts / (*work)->items)});
  }
  return {};
}

}  // namespace assay::bench
