// See the header.
#include "cli/measure_models.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/open_data.h"
#include "cli/progress.h"
#include "cli/run_name.h"
#include "results/run.h"
#include "runtime/files.h"
#include "tasks/suite.h"

namespace assay::cli {
namespace {

// The model's run; the folder is finished when this returns without an error.
expected<RunOutcome> measure(Console& console, const ModelOptions& options, RunRequest request,
                             const std::atomic<bool>& stop) {
  const expected<std::unique_ptr<Model>> model = open_model(options);
  if (!model) return model.error();
  request.model = model->get();
  const Json& resolved = (*model)->info().manifest;
  const auto threads = resolved.find("threads");
  request.engine_threads =
      threads != resolved.end() && threads->is_number() ? threads->get<int>() : options.threads;
  Progress progress(console);
  expected<RunOutcome> outcome = assay::run(request, progress, stop);
  progress.finish();
  return outcome;
}

}  // namespace

bool is_run_folder(const std::string& path) { return file_exists(path + "/manifest.json"); }

expected<std::vector<MeasuredModel>> measure_models(
    Console& console, const std::vector<std::string>& models,
    const std::vector<std::string>& suites_and_tasks, const ModelArguments& model_arguments,
    const RunArguments& run_arguments, CodeExecution& code) {
  expected<RunSettings> settings = run_arguments.resolve();
  if (!settings) return settings.error();
  settings->targets = suites_and_tasks;
  expected<ModelOptions> options = model_arguments.resolve();
  if (!options) return options.error();
  if (!options->spec.empty()) {
    return usage_error("Name the models to compare without -m: assay compare BASE OTHER --suite …");
  }
  const expected<std::vector<Suite>> suites = load_suites(run_arguments.suites_file());
  if (!suites) return suites.error();
  const expected<ResolvedTargets> resolved = resolve_targets(suites_and_tasks, *suites);
  if (!resolved) return resolved.error();
  const expected<std::unique_ptr<DataSource>> data = open_data(run_arguments.data_dir());
  if (!data) return data.error();
  std::vector<const Task*> tasks;
  for (const ResolvedTask& task : resolved->tasks) tasks.push_back(task.task);
  if (const expected<void> opened = code.open(tasks); !opened) return opened.error();
  if (!code.warning().empty()) console.say(code.warning());

  RunRequest request;
  request.settings = *settings;
  request.suites = *suites;
  request.data = data->get();
  request.executor = code.executor();
  request.command_line = shell_line(command_line());
  const std::atomic<bool>& stop = stop_on_signal();
  std::vector<MeasuredModel> out;
  for (const std::string& model : models) {
    options->spec = model;
    request.folder = default_run_folder(*settings, *options);
    console.say(fmt::format("{}: running into {}", model, request.folder));
    const expected<RunOutcome> outcome = measure(console, *options, request, stop);
    if (outcome && outcome->interrupted) {
      return Error{ErrorCode::kInterrupted,
                   fmt::format("stopped with {} of {} items of {} answered; the same line goes on",
                               outcome->answered, outcome->items, model)};
    }
    if (!outcome && outcome.error().code == ErrorCode::kInterrupted) return outcome.error();
    if (outcome) {
      out.push_back({model, request.folder, ""});
    } else {
      console.say(fmt::format("{} failed: {}", model, outcome.error().message));
      out.push_back({model, "", outcome.error().message});
    }
  }
  return out;
}

}  // namespace assay::cli
