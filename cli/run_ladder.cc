// See run_ladder.h.
#include "cli/run_ladder.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "cli/command.h"
#include "cli/print_table.h"
#include "cli/run_name.h"
#include "results/run_folder.h"
#include "runtime/machine.h"
#include "runtime/wire.h"

namespace assay::cli {

MeasuredLadder measure_ladder(Console& console, const std::vector<LadderStep>& steps,
                              const MeasureOne& measure) {
  MeasuredLadder ladder;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const LadderStep& step = steps[i];
    console.say(fmt::format("model {} of {}: {}", i + 1, steps.size(), step.options.spec));
    if (i > 0) restart_peak_memory();
    const expected<RunOutcome> outcome = measure(step.options, step.folder);
    LadderRun run{step.options.spec, step.folder, {}, {}};
    if (!outcome) {
      if (outcome.error().code == ErrorCode::kInterrupted) {
        ladder.interrupted = true;
        return ladder;
      }
      console.say(fmt::format("{} failed: {}", step.options.spec, outcome.error().message));
      run.failure = outcome.error();
      ladder.runs.push_back(std::move(run));
      continue;
    }
    if (outcome->interrupted) {
      console.say(fmt::format("stopped with {} of {} items of {} answered. The same line goes on:",
                              outcome->answered, outcome->items, step.options.spec));
      console.say("  " + shell_line(command_line()));
      ladder.interrupted = true;
      return ladder;
    }
    expected<RunFolder> folder = load_run_summary(step.folder);
    if (folder) {
      run.run = *std::move(folder);
    } else {
      run.failure = folder.error();
    }
    ladder.runs.push_back(std::move(run));
  }
  return ladder;
}

expected<std::vector<LadderStep>> plan_ladder(const std::vector<ModelOptions>& models,
                                              const RunSettings& settings,
                                              const std::string& folder, const Json& more) {
  std::vector<LadderStep> steps;
  std::set<std::string> taken;
  for (const ModelOptions& model : models) {
    std::string own = folder.empty() ? default_run_folder(settings, model, more)
                                     : folder + "/" + harmless_model_name(model.spec);
    if (!taken.insert(own).second) {
      return usage_error(
          fmt::format("Two of the models would share the run folder {}; run them one by one, each "
                      "with its own -o.",
                      own));
    }
    steps.push_back({model, std::move(own)});
  }
  return steps;
}

ExitCode print_ladder(Console& console, const MeasuredLadder& ladder, bool as_json) {
  if (as_json) {
    console.print(dump_pretty(ladder_json(ladder.runs)) + "\n");
  } else {
    print_lines(console,
                ladder_table(ladder.runs, static_cast<std::size_t>(console.output_width())));
  }
  for (const LadderRun& run : ladder.runs) {
    if (run.failure) return exit_code_of(*run.failure);
  }
  return ExitCode::kOk;
}

}  // namespace assay::cli
