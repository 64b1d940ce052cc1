// `assay compare BASE OTHER…`: what changed between runs of the same questions. Loads the run
// folders, hands them to results/compare.h and prints sentences, tables or JSON. The exit code is
// made for CI: 0 no regression, 1 regression, 2 inconclusive; a comparison that is refused ends
// with 64 or 65, never with a verdict.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <vector>

#include "cli/command.h"
#include "cli/measure_models.h"
#include "cli/print_table.h"
#include "cli/validators.h"
#include "results/claims.h"
#include "results/compare.h"
#include "results/comparison_json.h"
#include "results/comparison_text.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

constexpr std::size_t kShownFlips = 20;

class CompareCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("runs", runs_, "run folders, or with --suite models: the base, then the others")
        ->type_name("BASE OTHER…")
        ->required();
    app.add_option("--margin", options_.margin,
                   "a loss that is accepted: points for shares, percent for perplexities")
        ->type_name("X")
        ->check(number(1e-9, 1e9));
    app.add_option("--alpha", options_.alpha,
                   "chance of any false claim; intervals have 1 - A [0.05]")
        ->type_name("A")
        ->check(number(1e-9, 0.5));
    app.add_option("--tasks", options_.tasks, "only these tasks or groups, comma separated")
        ->type_name("TASK,…")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--max-errors", max_errors_,
                   "refuse a task with more items measured in one run only, in percent [5]")
        ->type_name("P")
        ->check(number(0, 100));
    app.add_flag("--despite-differences", options_.despite_differences,
                 "compare runs that were not asked the same, and list how they differ");
    app.add_option("--suite", suite_, "run these suites and tasks on each model first")
        ->type_name("SUITE,…")
        ->delimiter(',')
        ->allow_extra_args(false);
    model_.add_to(app);
    settings_.add_to(app);
    code_.add_to(app);
    flips_ = app.add_option("--flips", flip_task_, "list the items that changed [of TASK]")
                 ->type_name("TASK")
                 ->expected(0, 1);
    app.add_flag("--all-flips", all_flips_,
                 fmt::format("with --flips: all of them, not the first {}", kShownFlips));
    app.add_flag("--json", json_, "every figure as JSON instead of the text");
    app.footer(
        "Ends with 0 when no regression was detected (with --margin: when every task is shown to\n"
        "be not worse by more than it), 1 for a regression, 2 when the runs do not decide.\n\n"
        "Examples:\n"
        "  assay compare runs/mini-F16 runs/mini-Q8_0 runs/mini-Q4_0\n"
        "  assay compare runs/a runs/b --margin 1          not worse by more than one point?\n"
        "  assay compare runs/a runs/b --flips gsm8k       which items changed\n"
        "  assay compare F16.gguf Q4_0.gguf --suite mini   runs both first, as assay run does\n");
  }

  expected<ExitCode> run(Console& console) override {
    if (runs_.size() < 2) {
      return usage_error("Give a base run and at least one run to compare with it.");
    }
    options_.max_error_share = max_errors_ / 100;
    expected<std::vector<MeasuredModel>> places = find_runs(console);
    if (!places) return places.error();
    std::vector<RunFolder> runs;
    for (const MeasuredModel& place : *places) {
      if (!place.failure.empty()) continue;
      expected<RunFolder> run = load_run(place.folder);
      if (!run) return run.error();
      runs.push_back(std::move(*run));
    }
    if (!places->front().failure.empty() || runs.size() < 2) {
      return unavailable("There is nothing to compare: the base, or every other model, failed.");
    }
    expected<Comparison> comparison =
        compare_runs(runs.front(), std::span(runs).subspan(1), options_);
    if (!comparison) return comparison.error();
    for (const MeasuredModel& place : *places) {
      if (place.failure.empty()) continue;
      PairComparison failed;
      failed.other.label = failed.other.model = place.model;
      failed.other.failed = place.failure;
      comparison->others.push_back(std::move(failed));
    }
    conclude(*comparison);
    if (json_) {
      console.print(dump_pretty(to_json(*comparison)));
    } else if (flips_->count() > 0) {
      if (const expected<void> listed = list_flips(console, *comparison); !listed) {
        return listed.error();
      }
    } else {
      print_lines(console,
                  comparison_lines(*comparison, static_cast<std::size_t>(console.output_width())));
    }
    return exit_code_of(comparison->outcome);
  }

 private:
  // Run folders as they were given; models after they were run.
  expected<std::vector<MeasuredModel>> find_runs(Console& console) {
    std::vector<std::string> models;
    for (const std::string& name : runs_) {
      if (!is_run_folder(name)) models.push_back(name);
    }
    std::vector<MeasuredModel> measured;
    if (!suite_.empty() && !models.empty()) {
      expected<std::vector<MeasuredModel>> ran =
          measure_models(console, models, suite_, model_, settings_, code_);
      if (!ran) return ran.error();
      measured = std::move(*ran);
    }
    std::vector<MeasuredModel> places;
    std::size_t next = 0;
    for (const std::string& name : runs_) {
      const bool was_run = !is_run_folder(name) && next < measured.size();
      places.push_back(was_run ? measured[next++] : MeasuredModel{name, name, ""});
    }
    return places;
  }

  expected<void> list_flips(Console& console, const Comparison& comparison) const {
    if (!flip_task_.empty()) {
      bool known = false;
      for (const PairComparison& pair : comparison.others) {
        for (const TaskComparison& task : pair.tasks) {
          known = known || (task.name == flip_task_ && !task.is_group);
        }
      }
      if (!known) {
        return usage_error(
            fmt::format("No task {} was compared; --flips without a name lists all.", flip_task_));
      }
    }
    console.print(flips_text(comparison, flip_task_, all_flips_ ? 0 : kShownFlips));
    return {};
  }

  std::vector<std::string> runs_;
  CompareOptions options_;
  double max_errors_ = 5;
  std::vector<std::string> suite_;
  ModelArguments model_;
  RunArguments settings_;
  CodeExecution code_;
  CLI::Option* flips_ = nullptr;
  std::string flip_task_;
  bool all_flips_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_compare_command() { return std::make_unique<CompareCommand>(); }

}  // namespace assay::cli
