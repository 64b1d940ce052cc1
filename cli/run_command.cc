// `assay run SUITE|TASK… -m MODEL`: measures a model. Opens data and model, hands both to
// results/run.h and prints what comes back. The same line again continues an interrupted run and
// prints the table of a finished one. `-n` shows the plan instead (cli/print_plan.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <filesystem>
#include <memory>

#include "cli/code_execution.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/model_arguments.h"
#include "cli/open_data.h"
#include "cli/print_plan.h"
#include "cli/print_table.h"
#include "cli/progress.h"
#include "cli/run_arguments.h"
#include "cli/run_ladder.h"
#include "cli/run_name.h"
#include "cli/sequence_arguments.h"
#include "cli/task_files.h"
#include "cli/validators.h"
#include "results/run.h"
#include "results/session_text.h"
#include "runtime/wire.h"
#include "tasks/suite.h"

namespace assay::cli {
namespace {

constexpr const char* kExamples =
    "RUN is runs/<targets>-<model>; when any setting is not the default, six digits of a digest "
    "of\n"
    "the changed settings follow, so that each setting has a folder of its own.\n\n"
    "Examples:\n"
    "  assay run mini -m model.gguf                      data that comes with the program\n"
    "  assay run mmlu --shots 5 --first 10 -m model.gguf --data DIR\n"
    "  assay run starter -m model.gguf --items 200       a drawn subset of each task\n"
    "  assay run needle --lengths 1k,4k,16k --depths 5 --context 16384 -m model.gguf\n"
    "  assay run mmlu -m model.gguf -n                   the plan; nothing is run\n"
    "  assay run capitals.yaml -m model.gguf             a task of your own\n"
    "  assay run mini -m F16.gguf -m Q8_0.gguf -m Q2_K.gguf     one table; ends as compare does\n"
    "  assay run gsm8k -m q4.gguf --against runs/gsm8k-f16 --stop-when-decided\n";

// Opens a model with the share of its weights that are loaded on the progress line.
expected<std::unique_ptr<Model>> open_with_progress(Console& console, const ModelOptions& options) {
  const bool shown = console.error_is_terminal();
  expected<std::unique_ptr<Model>> model = open_model(options, [&](double share) {
    if (shown) console.overwrite(fmt::format("loading {} {:.0f} %", options.spec, 100 * share));
  });
  console.clear_line();
  return model;
}

// What is said of the model's settings in the manifest, beside every figure.
std::vector<std::string> warnings_of(const Model& model) {
  const Json& facts = model.info().manifest;
  return facts.is_object() ? facts.value("warnings", std::vector<std::string>())
                           : std::vector<std::string>();
}

// What the engine resolved, so that rendering and judging take the other cores.
int engine_threads(const Model& model, const ModelOptions& options) {
  const auto found = model.info().manifest.find("threads");
  return found != model.info().manifest.end() && found->is_number() ? found->get<int>()
                                                                    : options.threads;
}

class RunCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("targets", targets_,
                   "suites, tasks, groups or tags (`assay list`), or task files (.yaml)")
        ->type_name("SUITE|TASK…");
    model_.add_to(app);
    settings_.add_to(app);
    sequence_.add_to(app);
    code_.add_to(app);
    app.add_option("-o,--run", folder_, "the run folder [runs/<targets>-<model>]")
        ->type_name("RUN");
    app.add_flag("--repair", repair_,
                 "keep what is intact of a damaged journal, ask the rest again");
    app.add_flag("-n,--dry-run", dry_run_, "print the plan and do nothing");
    app.add_option("-d,--debug", debug_, "also say more of a topic; stats: where the time went")
        ->type_name("TOPIC")
        ->check(one_of({"stats"}));
    app.add_flag("--json", json_, "print the summary as JSON instead of the table");
    app.footer(kExamples);
  }

  expected<ExitCode> run(Console& console) override {
    if (targets_.empty()) {
      return usage_error("Name at least one suite or task to run; `assay list suites` shows them.");
    }
    expected<RunSettings> settings = settings_.resolve();
    if (!settings) return settings.error();
    expected<std::vector<std::string>> targets =
        load_targets(console, settings_.include_path(), targets_);
    if (!targets) return targets.error();
    settings->targets = std::move(*targets);
    const expected<std::vector<ModelOptions>> models = model_.resolve_each();
    if (!models) return models.error();
    const ModelOptions& options = models->front();
    const expected<std::optional<SequenceRequest>> sequence = sequence_.resolve(models->size());
    if (!sequence) return sequence.error();
    const expected<std::vector<Suite>> suites = load_suites(settings_.suites_file());
    if (!suites) return suites.error();
    // Before anything is opened: a misspelt name should not wait for weights to load.
    const expected<ResolvedTargets> resolved = resolve_targets(settings->targets, *suites);
    if (!resolved) return resolved.error();
    if (options.spec.empty() && !dry_run_) {
      return usage_error(
          "Say which model with -m MODEL: a GGUF file, or reference for the small one that comes "
          "with assay.");
    }
    const expected<std::unique_ptr<DataSource>> data = open_data(settings_.data_dir());
    if (!data) return data.error();
    if (dry_run_) return show_plans(console, *settings, *models, *suites, **data);
    std::unique_ptr<Model> model;
    if (models->size() == 1) {
      expected<std::unique_ptr<Model>> opened = open_with_progress(console, options);
      if (!opened) return opened.error();
      model = std::move(*opened);
    }
    std::vector<const Task*> tasks;
    for (const ResolvedTask& task : resolved->tasks) tasks.push_back(task.task);
    if (const expected<void> opened = code_.open(tasks); !opened) return opened.error();
    if (!code_.warning().empty()) console.say(code_.warning());
    const SequenceRequest* compared = *sequence ? &**sequence : nullptr;
    if (models->size() > 1) {
      return measure_each(console, *settings, *models, *suites, **data, compared);
    }
    return measure(console, *settings, options, *suites, **data, *model, compared);
  }

 private:
  expected<ExitCode> show_plans(Console& console, const RunSettings& settings,
                                const std::vector<ModelOptions>& models,
                                const std::vector<Suite>& suites, const DataSource& data) const {
    if (json_ && models.size() > 1) {
      return usage_error("-n --json shows the plan of one model; name one with -m.");
    }
    for (const ModelOptions& options : models) {
      std::unique_ptr<Model> model;
      if (!options.spec.empty()) {
        expected<std::unique_ptr<Model>> opened = open_for_planning(options);
        if (!opened) return opened.error();
        model = std::move(*opened);
      }
      const expected<ExitCode> shown =
          show_plan(console, settings, options, suites, data, model.get());
      if (!shown) return shown;
    }
    return ExitCode::kOk;
  }

  expected<ExitCode> show_plan(Console& console, const RunSettings& settings,
                               const ModelOptions& options, const std::vector<Suite>& suites,
                               const DataSource& data, const Model* model) const {
    const expected<Plan> plan = make_plan(settings, suites, data, model);
    if (!plan) return plan.error();
    const std::string folder = !folder_.empty() || model == nullptr
                                   ? folder_
                                   : default_run_folder(settings, options, sequence_.changed());
    print_plan(console, *plan, model, folder, json_);
    return ExitCode::kOk;
  }

  expected<ExitCode> measure_each(Console& console, const RunSettings& settings,
                                  const std::vector<ModelOptions>& models,
                                  const std::vector<Suite>& suites, const DataSource& data,
                                  const SequenceRequest* sequence) const {
    const expected<std::vector<LadderStep>> steps =
        plan_ladder(models, settings, folder_, sequence_.changed());
    if (!steps) return steps.error();
    const std::atomic<bool>& stop = stop_on_signal();
    const MeasuredLadder ladder = measure_ladder(
        console, *steps,
        [&](const ModelOptions& options, const std::string& folder) -> expected<RunOutcome> {
          if (stop.load()) return Error{ErrorCode::kInterrupted, "stopped"};
          const expected<std::unique_ptr<Model>> model = open_with_progress(console, options);
          if (!model) return model.error();
          return ask(console, settings, options, suites, data, **model, folder, stop, sequence);
        });
    if (ladder.interrupted) return ExitCode::kInterrupted;
    const ExitCode code = print_ladder(console, ladder, sequence_.ladder_options(), json_);
    const bool failed =
        code != ExitCode::kOk && code != ExitCode::kRegression && code != ExitCode::kInconclusive;
    return failed || ending() == ExitCode::kOk ? code : ending();
  }

  expected<RunOutcome> ask(Console& console, const RunSettings& settings,
                           const ModelOptions& options, const std::vector<Suite>& suites,
                           const DataSource& data, Model& model, const std::string& folder,
                           const std::atomic<bool>& stop, const SequenceRequest* sequence) const {
    RunRequest request;
    request.sequence = sequence;
    request.settings = settings;
    request.suites = suites;
    request.folder = folder;
    request.data = &data;
    request.model = &model;
    request.command_line = shell_line(command_line());
    request.engine_threads = engine_threads(model, options);
    request.repair = repair_;
    request.executor = code_.executor();
    for (const std::string& warning : warnings_of(model)) console.say("warning: " + warning + ".");
    Progress progress(console);
    expected<RunOutcome> outcome = assay::run(request, progress, stop);
    progress.finish();
    // With --json it stands in the summary's timing.
    if (outcome && debug_ == "stats" && !json_) console.print(session_text(outcome->session));
    const std::string short_of = outcome ? memory_warning(outcome->session) : "";
    if (!short_of.empty()) console.say("warning: " + short_of + ".");
    return outcome;
  }

  expected<ExitCode> measure(Console& console, const RunSettings& settings,
                             const ModelOptions& options, const std::vector<Suite>& suites,
                             const DataSource& data, Model& model,
                             const SequenceRequest* sequence) const {
    const expected<RunOutcome> outcome =
        ask(console, settings, options, suites, data, model,
            folder_.empty() ? default_run_folder(settings, options, sequence_.changed()) : folder_,
            stop_on_signal(), sequence);
    if (!outcome) return outcome.error();
    if (outcome->interrupted) {
      console.say(fmt::format("stopped with {} of {} items answered. The same line goes on:",
                              outcome->answered, outcome->items));
      console.say("  " + shell_line(command_line()));
      return ExitCode::kInterrupted;
    }
    if (json_) {
      console.print(dump_pretty(to_json(outcome->summary)) + "\n");
      return ending();
    }
    if (outcome->was_finished)
      console.say("this run was finished before; nothing was asked again.");
    print_result_table(console, outcome->summary, outcome->folder);
    for (const std::string& warning : warnings_of(model)) {
      console.print(console.styled("warning: " + warning, Style::kYellow) + "\n");
    }
    if (!code_.warning().empty()) console.print(code_.warning() + "\n");
    return ending();
  }

  // A run of code tasks alone that could not run any code has not done what it was for.
  ExitCode ending() const {
    return code_.missed_point().empty() ? ExitCode::kOk : ExitCode::kUnavailable;
  }

  std::vector<std::string> targets_;
  ModelArguments model_;
  RunArguments settings_;
  SequenceArguments sequence_;
  CodeExecution code_;
  std::string folder_;
  bool repair_ = false;
  std::string debug_;
  bool dry_run_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_run_command() { return std::make_unique<RunCommand>(); }

}  // namespace assay::cli
