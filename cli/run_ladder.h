// `assay run` with several -m: each model is opened, measured and closed before the next, so that
// only one is in memory; one that cannot be opened or measured is kept as a failure and the others
// go on. Ends with one table of all and the comparison of each with the first (results/compare.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/exit_code.h"
#include "results/comparison.h"
#include "results/ladder_table.h"
#include "results/run.h"
#include "runtime/model_options.h"

namespace assay::cli {

// Opens and measures one model into `folder`; nothing of the model is left when it returns.
using MeasureOne =
    std::function<expected<RunOutcome>(const ModelOptions& options, const std::string& folder)>;

struct LadderStep {
  ModelOptions options;
  std::string folder;
};

struct MeasuredLadder {
  std::vector<LadderRun> runs;
  bool interrupted = false;
};

MeasuredLadder measure_ladder(Console& console, const std::vector<LadderStep>& steps,
                              const MeasureOne& measure);

// Where each model's run goes: `folder`/<model>, or the default folder of each when it is "".
// kUsage when two models would share one.
expected<std::vector<LadderStep>> plan_ladder(const std::vector<ModelOptions>& models,
                                              const RunSettings& settings,
                                              const std::string& folder,
                                              const Json& more = Json::object());

// The table and the comparison (or JSON with both), and the exit code: the first failure's when
// there is one, else the comparison's as `assay compare` has it. Runs that stopped when they were
// decided have had their verdict: their comparison is printed, and says that it is too sure, and
// gives no exit code.
ExitCode print_ladder(Console& console, const MeasuredLadder& ladder, const CompareOptions& options,
                      bool as_json);

}  // namespace assay::cli
