// How many answers a second the extraction filters get through. They run beside the engine, which
// gives a few answers a second; the worst case is a long answer in which the pattern matches often,
// as gsm8k's flexible-extract does.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "scorers/filters.h"

namespace {

void extract_last_number(benchmark::State& state) {
  std::string text;
  for (int i = 0; i < state.range(0); ++i) {
    text += "Then she sells " + std::to_string(i) + " of the 1,250 eggs for $" +
            std::to_string(i % 7) + ".50 each. ";
  }
  const std::string pattern = R"((-?[$0-9.,]{2,})|(-?[0-9]+))";
  for (auto _ : state) {
    const auto found = assay::extract_by_regex(pattern, -1, "[invalid]", text);
    if (!found.has_value()) state.SkipWithError("the pattern was refused");
    benchmark::DoNotOptimize(found);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(extract_last_number)->Arg(5)->Arg(50);

}  // namespace
