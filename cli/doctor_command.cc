// `assay doctor [MODEL]`: is this machine fit to measure, is this model fit to be measured, are the
// data here, do the plug-ins load? One line per check. A refused model or plug-in ends with 65; a
// model that is not there with 69.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "cli/command.h"
#include "cli/model_arguments.h"
#include "cli/plugins.h"
#include "cli/run_arguments.h"
#include "datasets/catalog.h"
#include "datasets/data_home.h"
#include "runtime/doctor.h"
#include "runtime/drift.h"
#include "runtime/plan.h"
#include "runtime/reference_model.h"
#include "runtime/wire.h"
#include "tasks/suite.h"

namespace assay::cli {
namespace {

Style style_of(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return Style::kGreen;
    case CheckState::kWarn:
      return Style::kYellow;
    case CheckState::kFail:
      return Style::kRed;
    case CheckState::kNotRun:
      break;
  }
  return Style::kDim;
}

Check data_check(const std::string& data_option) {
  const DataHome home(data_home_folder(data_option));
  std::size_t complete = 0;
  std::size_t partial = 0;
  const std::vector<DataListing> listings = list_data(home);
  for (const DataListing& set : listings) {
    complete += set.presence == Presence::kComplete ? 1 : 0;
    partial += set.presence == Presence::kPartial ? 1 : 0;
  }
  const bool some = complete + partial > 0;
  return {"data", some ? CheckState::kOk : CheckState::kWarn,
          fmt::format("{} of {} data sets complete, {} in part, in {}{}", complete, listings.size(),
                      partial, home.folder(),
                      some ? ""
                           : "; `assay data list` says how to get them, `assay run mini` "
                             "needs none")};
}

// One line per plug-in found; where none is, where they are looked for.
std::vector<Check> plugin_checks() {
  std::vector<Check> checks;
  for (const PluginOutcome& outcome : plugin_outcomes()) {
    if (outcome.refused) {
      checks.push_back({"plug-in", CheckState::kFail, outcome.refused->message});
      continue;
    }
    const LoadedPlugin& plugin = *outcome.plugin;
    checks.push_back({"plug-in", CheckState::kOk,
                      fmt::format("{} {} from {} brings {}.", plugin.name, plugin.version,
                                  plugin.file, fmt::join(plugin.brings, ", "))});
  }
  if (checks.empty()) {
    checks.push_back({"plug-ins", CheckState::kOk,
                      fmt::format("None; looked in {} and $ASSAY_PLUGINS.", plugin_folder())});
  }
  return checks;
}

// Items of the data that come with the program: choices of one token and of many, and texts.
expected<std::vector<Request>> drift_requests() {
  RunSettings settings;
  settings.targets = {"mini-mmlu", "mini-arc", "mini-hellaswag", "mini-gsm8k"};
  settings.shots = 2;
  settings.limit = 4;
  settings.max_tokens = 24;
  const expected<std::vector<Suite>> suites = load_suites("");
  if (!suites) return suites.error();
  const DataHome data(data_home_folder(""));
  const expected<Plan> plan = make_plan(settings, *suites, data, nullptr);
  if (!plan) return plan.error();
  std::vector<Request> requests;
  for (const Unit& unit : plan->units) {
    for (std::size_t i = 0; i < unit.size(); ++i) {
      expected<Request> request =
          planned_request(*plan, plan->tasks[unit.task], plan->item(unit, i));
      if (!request) return request.error();
      requests.push_back(*std::move(request));
    }
  }
  return requests;
}

std::vector<Check> drift_checks(const ModelOptions& options) {
  const expected<std::vector<Request>> requests = drift_requests();
  if (!requests) return {{"drift", CheckState::kNotRun, requests.error().message}};
  const expected<Drift> drift = measure_drift(options, *requests);
  if (!drift) return {{"drift", CheckState::kNotRun, drift.error().message}};
  if (drift->requests == 0 || drift->exact_asked == 0) {
    return {{"drift", CheckState::kNotRun,
             fmt::format("None of {} items could be answered; they may not fit the context.",
                         requests->size())}};
  }
  const bool moved = drift->choices_changed + drift->texts_changed > 0;
  return {{"drift", moved ? CheckState::kWarn : CheckState::kOk,
           fmt::format("Fast against exact: {} log-likelihoods differ by {:.2g} on average, {:.2g} "
                       "at most; {} of {} choices and {} of {} texts are others.",
                       drift->scored, drift->mean, drift->worst, drift->choices_changed,
                       drift->choices, drift->texts_changed, drift->texts)},
          {"exact", drift->exact_unequal > 0 ? CheckState::kFail : CheckState::kOk,
           drift->exact_unequal > 0
               ? fmt::format("{} of {} exact answers changed with order and grouping: --exact does "
                             "not hold for this model here.",
                             drift->exact_unequal, drift->exact_asked)
               : fmt::format("{} answers kept every bit when asked backwards and in small units.",
                             drift->exact_asked)}};
}

class DoctorCommand : public Command {
 public:
  PluginUse plugin_use() const override { return PluginUse::kReport; }

  void add_options(CLI::App& app) override {
    app.add_option("model", named_, "a model to examine")->type_name("MODEL");
    model_.add_to(app);
    add_data_option(app, data_dir_);
    app.add_flag("--drift", drift_,
                 "also measure on real items how far fast answers are from --exact ones");
    app.add_flag("--json", json_, "as JSON");
  }

  expected<ExitCode> run(Console& console) override {
    expected<ModelOptions> options = model_.resolve();
    if (!options) return options.error();
    if (!named_.empty() && !options->spec.empty() && named_ != options->spec) {
      return usage_error("Two models were named; the doctor examines one at a time.");
    }
    if (!named_.empty()) options->spec = named_;
    DoctorReport report = examine_machine();
    report.checks.push_back(data_check(data_dir_));
    const std::vector<Check> plugins = plugin_checks();
    report.checks.insert(report.checks.end(), plugins.begin(), plugins.end());
    DoctorReport of_model;
    if (!options->spec.empty()) {
      of_model = examine_model(*options);
      if (drift_ && !of_model.refused()) {
        for (Check& check : drift_checks(*options)) of_model.checks.push_back(std::move(check));
      }
      report.checks.insert(report.checks.end(), of_model.checks.begin(), of_model.checks.end());
    } else if (drift_) {
      return usage_error("--drift needs a model to measure.");
    }
    print(console, report);
    const bool plugin_refused = DoctorReport{plugins}.refused();
    if (!of_model.refused()) return plugin_refused ? ExitCode::kBadData : ExitCode::kOk;
    return model_is_there(options->spec) ? ExitCode::kBadData : ExitCode::kUnavailable;
  }

 private:
  static bool model_is_there(const std::string& spec) {
    std::error_code failed;
    return spec.rfind("scripted:", 0) == 0 || spec == kReferenceModel ||
           std::filesystem::exists(spec, failed);
  }

  void print(Console& console, const DoctorReport& report) const {
    if (json_) {
      Json checks = Json::array();
      for (const Check& check : report.checks) {
        checks.push_back(
            {{"name", check.name}, {"state", name_of(check.state)}, {"sentence", check.sentence}});
      }
      const Json json = {{"refused", report.refused()}, {"checks", std::move(checks)}};
      console.print(dump_pretty(json) + "\n");
      return;
    }
    std::size_t width = 0;
    for (const Check& check : report.checks) width = std::max(width, check.name.size());
    for (const Check& check : report.checks) {
      const std::string state = fmt::format("{:<7}", name_of(check.state));
      console.print(fmt::format("{} {:<{}}  {}\n", console.styled(state, style_of(check.state)),
                                check.name, width, check.sentence));
    }
  }

  std::string named_;
  ModelArguments model_;
  std::string data_dir_;
  bool drift_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace assay::cli
