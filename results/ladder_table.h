// Several models on the same suite side by side, as `assay run` prints at the end of a ladder:
// tasks and metrics down, models across, and below them what each model costs. A model that could
// not be measured has its column too, saying so.
//
// Thread-safety: pure functions over values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "results/run_folder.h"
#include "results/table.h"

namespace assay {

struct LadderRun {
  std::string model;   // as it was named
  std::string folder;  // "" when it came to no run
  std::optional<RunFolder> run;
  std::optional<Error> failure;  // exactly one of the two
};

// Top-level tasks and groups only; each run's own table has the rest. `width` 0 = as wide as
// needed.
std::vector<TableLine> ladder_table(std::span<const LadderRun> runs, std::size_t width);

// {"runs":[{"model","folder","summary","cost"} or {"model","failed"}]}
Json ladder_json(std::span<const LadderRun> runs);

}  // namespace assay
