// How long the planner takes to lay out one unit of multiple-choice scoring: it runs between two
// decodes of the engine, so it must be far below a decode (milliseconds). The shape is MMLU's: a
// common few-shot header, then questions that differ, with four continuations of one token each.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "runtime/prefix_plan.h"

namespace {

using assay::PlanPath;
using assay::Token;

void plan_multiple_choice(benchmark::State& state) {
  const auto questions = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t kHeader = 700;
  constexpr std::size_t kQuestion = 90;
  constexpr std::size_t kChoices = 4;
  std::vector<std::vector<Token>> texts;
  for (std::size_t question = 0; question < questions; ++question) {
    for (std::size_t choice = 0; choice < kChoices; ++choice) {
      std::vector<Token> text;
      for (std::size_t i = 0; i < kHeader; ++i) text.push_back(static_cast<Token>(i % 97));
      for (std::size_t i = 0; i < kQuestion; ++i) {
        text.push_back(static_cast<Token>((question * 31 + i * 7) % 1009));
      }
      text.push_back(static_cast<Token>(2000 + choice));
      texts.push_back(std::move(text));
    }
  }
  std::vector<PlanPath> paths;
  for (const auto& text : texts) paths.push_back({text, text.size() - 2});

  for (auto _ : state) {
    const std::size_t header = assay::shared_header(paths, 64);
    benchmark::DoNotOptimize(
        assay::plan_prefixes(paths, header, assay::Sequences::kShared).tokens.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(questions));
}
BENCHMARK(plan_multiple_choice)->Arg(1)->Arg(16)->Arg(64);

}  // namespace
