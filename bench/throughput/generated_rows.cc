// Rows of tasks whose answers are written: tokens per second against the engine's own program.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "bench/throughput/bench.h"

namespace assay::bench {
namespace {

constexpr int kNewTokens = 128;

// A task to write answers for, and the same work for the engine's own program.
struct Written {
  std::string name;
  RunSettings settings;            // for the lengths of its prompts
  std::vector<std::string> words;  // of `assay run`
  bool one_prompt = false;         // for all texts of an item: theirs share it, too
  std::string widths;              // of theirs; the best counts
};

// The engine's own figure, prompts and answers of the same lengths, at the width that was the best
// over all calls so far: the largest of measurements that wander would be too large.
Measure batched_bench(const BenchPtr& bench, const Written& work, std::size_t prompt) {
  const std::size_t most = std::stoul(work.widths.substr(work.widths.rfind(',') + 1));
  const std::size_t cells = (prompt + kNewTokens) * (most + 1);
  std::vector<std::string> words = {bench->setting.tools + "/llama-batched-bench",
                                    "-m",
                                    bench->setting.model,
                                    "-t",
                                    bench->threads(),
                                    "-tb",
                                    bench->threads(),
                                    "-c",
                                    std::to_string(cells),
                                    "-b",
                                    "2048",
                                    "-ub",
                                    "512",
                                    "-npp",
                                    std::to_string(prompt),
                                    "-ntg",
                                    std::to_string(kNewTokens),
                                    "-npl",
                                    work.widths,
                                    "--output-format",
                                    "jsonl"};
  if (work.one_prompt) words.push_back("-pps");
  const auto seconds_at = std::make_shared<std::map<int, double>>();  // per token, added up
  return [=]() -> expected<double> {
    const expected<ChildResult> child = run_child(words);
    if (!child) return child.error();
    std::map<int, double> rates;
    std::istringstream lines(child->out);
    for (std::string line; std::getline(lines, line);) {
      const Json json = Json::parse(line, nullptr, false);
      if (!json.is_object() || json.value("speed_tg", 0.0) <= 0) continue;
      const int width = json.value("pl", 0);
      rates[width] = json["speed_tg"].get<double>();
      (*seconds_at)[width] += 1 / rates[width];
    }
    if (rates.empty()) return internal_error("llama-batched-bench gave no figures.");
    const auto best =
        std::ranges::min_element(*seconds_at, {}, [](const auto& width) { return width.second; });
    return rates[best->first];
  };
}

// Of the program, in a process of its own: in this one several engines have teams of threads, more
// than there are processors, and calls of few tokens were slower.
Measure generation_rate(const BenchPtr& bench, const Written& work) {
  return [=]() -> expected<double> {
    const expected<ChildResult> child = run_assay(bench, work.words);
    if (!child) return child.error();
    const Json session = Json::parse(child->out)["timing"]["session"];
    const Json& generation = session["generation"];
    const double seconds = generation["seconds"].get<double>() + session["sampling"].get<double>() +
                           session["packing"].get<double>();
    return generation["tokens"].get<double>() / seconds;
  };
}

}  // namespace

expected<void> add_generation(const BenchPtr& bench, std::vector<Row>& rows) {
  const std::size_t questions = std::clamp<std::size_t>(bench->setting.items / 3, 16, 64);
  Written gsm8k{fmt::format("GSM8K 5-shot, {} items, {} new tokens", questions, kNewTokens),
                settings_of({"gsm8k"}, 5, questions),
                {},
                false,
                "8,16"};
  gsm8k.settings.max_tokens = kNewTokens;
  Written humaneval{fmt::format("HumanEval, 4 items x 10 samples, {} new tokens", kNewTokens),
                    settings_of({"humaneval"}, 0, 4),
                    {},
                    true,
                    "16,32"};
  humaneval.settings.max_tokens = kNewTokens;
  humaneval.settings.samples = 10;
  humaneval.settings.temperature = 0.8;
  const auto words = [&](const std::string& task, std::vector<std::string> more) {
    more.insert(more.begin(), {task, "-m", bench->setting.model, "--threads", bench->threads(),
                               "--contexts", std::to_string(bench->setting.contexts),
                               "--max-tokens", std::to_string(kNewTokens)});
    return more;
  };
  gsm8k.words = words("gsm8k", {"--shots", "5", "--first", std::to_string(questions)});
  humaneval.words = words("humaneval", {"--first", "4", "--samples", "10", "--temperature", "0.8"});
  for (const Written& written : {gsm8k, humaneval}) {
    const expected<WorkPtr> work = prepare(bench, written.settings);
    if (!work) return work.error();
    std::size_t prompts = 0;
    for (const auto& unit : (*work)->units) {
      for (const PreparedRequest& request : unit) prompts += request.sequences[0].context.size();
    }
    if (written.one_prompt) add_exact_row(bench, written.name, *work, rows);
    if (bench->setting.tools.empty()) continue;
    rows.push_back({written.name, "llama-batched-bench at its best width, same lengths", "tokens/s",
                    0.95, false, generation_rate(bench, written),
                    batched_bench(bench, written, prompts / (*work)->items)});
  }
  return {};
}

}  // namespace assay::bench
