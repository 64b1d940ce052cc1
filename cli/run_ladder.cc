// See run_ladder.h.
#include "cli/run_ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "cli/command.h"
#include "cli/print_table.h"
#include "cli/run_name.h"
#include "results/compare.h"
#include "results/comparison_json.h"
#include "results/comparison_text.h"
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

namespace {

// Every measured model against the first; nothing when there are not two, or the first failed.
expected<std::optional<Comparison>> compare_with_first(const MeasuredLadder& ladder,
                                                       const CompareOptions& options) {
  std::vector<RunFolder> runs;
  for (const LadderRun& run : ladder.runs) {
    if (!run.run) {
      if (runs.empty()) break;
      continue;
    }
    expected<RunFolder> folder = load_run(run.folder);
    if (!folder) return folder.error();
    runs.push_back(*std::move(folder));
  }
  if (runs.size() < 2) return std::optional<Comparison>();
  expected<Comparison> comparison = compare_runs(runs.front(), std::span(runs).subspan(1), options);
  if (!comparison) return comparison.error();
  return std::optional<Comparison>(*std::move(comparison));
}

}  // namespace

ExitCode print_ladder(Console& console, const MeasuredLadder& ladder, const CompareOptions& options,
                      bool as_json) {
  const expected<std::optional<Comparison>> compared = compare_with_first(ladder, options);
  if (!compared) console.say("The models cannot be compared: " + compared.error().message);
  const Comparison* comparison = compared && *compared ? &**compared : nullptr;
  if (as_json) {
    Json json = ladder_json(ladder.runs);
    json["comparison"] = comparison != nullptr ? to_json(*comparison) : Json();
    console.print(dump_pretty(json) + "\n");
  } else {
    const auto width = static_cast<std::size_t>(console.output_width());
    print_lines(console, ladder_table(ladder.runs, width));
    if (comparison != nullptr) {
      console.print("\n");
      print_lines(console, comparison_lines(*comparison, width));
    }
  }
  for (const LadderRun& run : ladder.runs) {
    if (run.failure) return exit_code_of(*run.failure);
  }
  if (!compared) return exit_code_of(compared.error());
  const bool stopping = std::any_of(ladder.runs.begin(), ladder.runs.end(), [](const auto& run) {
    return run.run && run.run->summary.sequence;
  });
  return comparison == nullptr || stopping ? ExitCode::kOk : exit_code_of(comparison->outcome);
}

}  // namespace assay::cli
