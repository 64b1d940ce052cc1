// `assay plan SUITE|TASK… -m MODEL --detect P`: what a paired comparison would cost and could show,
// before anything runs. Reads data, the model's header and vocabulary, and earlier runs that are
// named; asks nothing and writes nothing, but for --trial. The figures are results/power_plan.h's.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/model_arguments.h"
#include "cli/open_data.h"
#include "cli/run_arguments.h"
#include "cli/trial_run.h"
#include "cli/validators.h"
#include "results/power_plan.h"
#include "runtime/wire.h"
#include "tasks/suite.h"

namespace assay::cli {
namespace {

constexpr double kPoints = 100;
constexpr std::size_t kTrialItems = 4;

constexpr const char* kExamples =
    "Examples:\n"
    "  assay plan gsm8k -m q4.gguf --detect 2              can 1319 items show two points?\n"
    "  assay plan mini -m q4.gguf --trial                  time and memory from a few items\n"
    "  assay plan starter --items 200 -m q4.gguf --against runs/starter-f16 --detect 5\n"
    "  assay plan mmlu -m q3.gguf --against runs/mmlu-f16 --pilot runs/mmlu-q4 --detect 1\n";

class PlanCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("targets", targets_, "suites, tasks, groups or tags (`assay list`)")
        ->type_name("SUITE|TASK…");
    app.add_option("--detect", detect_, "points of difference to detect [1]")
        ->type_name("P")
        ->check(number_above(0, 100));
    app.add_option("--power", power_, "probability of detecting it [0.8]")
        ->type_name("P")
        ->check(number(0.5, 0.999));
    app.add_option("--alpha", alpha_, "chance of any wrong claim [0.05]")
        ->type_name("A")
        ->check(number_above(0, 0.5));
    app.add_option("--discordance", discordance_,
                   "share of items on which the models differ, in percent [measured, else 10]")
        ->type_name("P")
        ->check(number_above(0, 100));
    app.add_option("--against", against_, "an earlier run to compare with")->type_name("RUN");
    app.add_option("--pilot", pilot_,
                   "an earlier run of a model like this one: time; with --against discordance")
        ->type_name("RUN");
    trial_option_ = app.add_option("--trial", trial_,
                                   "load the model and measure N items of each task or group [4]")
                        ->type_name("N")
                        ->expected(0, 1)
                        ->check(whole_number(1));
    model_.add_to(app);
    settings_.add_to(app);
    app.add_flag("--json", json_, "print the plan as JSON");
    app.footer(kExamples);
  }

  expected<ExitCode> run(Console& console) override {
    if (targets_.empty()) {
      return usage_error(
          "Name at least one suite or task to plan; `assay list suites` shows them.");
    }
    expected<RunSettings> settings = settings_.resolve();
    if (!settings) return settings.error();
    settings->targets = targets_;
    const expected<ModelOptions> options = model_.resolve();
    if (!options) return options.error();
    const bool tries = trial_option_->count() > 0;
    if (tries && options->spec.empty()) {
      return usage_error("--trial needs the model that is tried; name it with -m.");
    }
    const expected<std::vector<Suite>> suites = load_suites(settings_.suites_file());
    if (!suites) return suites.error();
    const expected<ResolvedTargets> resolved = resolve_targets(targets_, *suites);
    if (!resolved) return resolved.error();
    std::optional<RunFolder> base;
    std::optional<RunFolder> pilot;
    for (const auto& [path, run] : {std::pair{&against_, &base}, std::pair{&pilot_, &pilot}}) {
      if (path->empty()) continue;
      expected<RunFolder> loaded = load_run(*path);
      if (!loaded) return loaded.error();
      *run = std::move(*loaded);
    }
    const expected<std::unique_ptr<DataSource>> data = open_data(settings_.data_dir());
    if (!data) return data.error();
    std::unique_ptr<Model> model;
    if (!options->spec.empty()) {
      expected<std::unique_ptr<Model>> opened = open_for_planning(*options);
      if (!opened) return opened.error();
      model = std::move(*opened);
    }
    const expected<Plan> plan = make_plan(*settings, *suites, **data, model.get());
    if (!plan) return plan.error();
    PowerQuestion question;
    question.difference = detect_ / kPoints;
    question.alpha = alpha_;
    question.power = power_;
    if (discordance_) question.discordance = *discordance_ / kPoints;
    question.base = base ? &*base : nullptr;
    question.pilot = pilot ? &*pilot : nullptr;
    std::optional<TrialRun> trial;
    if (tries) {
      expected<TrialRun> measured = TrialRun::measure(
          console, *settings, trial_ > 0 ? trial_ : kTrialItems, *options, *suites, **data);
      if (!measured) return measured.error();
      trial.emplace(*std::move(measured));
      question.trial = &trial->run();
    }
    const expected<PowerPlan> power = plan_power(*plan, model.get(), question);
    if (!power) return power.error();
    console.print(json_
                      ? dump_pretty(to_json(*power)) + "\n"
                      : power_plan_text(*power, static_cast<std::size_t>(console.output_width())));
    return ExitCode::kOk;
  }

 private:
  std::vector<std::string> targets_;
  ModelArguments model_;
  RunArguments settings_;
  double detect_ = 1;
  double power_ = 0.8;
  double alpha_ = 0.05;
  std::optional<double> discordance_;
  std::string against_;
  std::string pilot_;
  std::size_t trial_ = 0;
  CLI::Option* trial_option_ = nullptr;  // its value may be left out
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_plan_command() { return std::make_unique<PlanCommand>(); }

}  // namespace assay::cli
