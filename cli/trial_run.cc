// See the header.
#include "cli/trial_run.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <atomic>
#include <memory>
#include <system_error>
#include <utility>

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "results/run.h"

namespace assay::cli {

namespace fs = std::filesystem;

TrialRun::~TrialRun() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

TrialRun::TrialRun(TrialRun&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), run_(std::move(other.run_)) {}

expected<TrialRun> TrialRun::measure(Console& console, RunSettings settings, std::size_t items,
                                     const ModelOptions& options, const std::vector<Suite>& suites,
                                     const DataSource& data) {
  std::error_code problem;
  std::string place = (fs::temp_directory_path(problem) / "assay-trial-XXXXXX").string();
  if (problem || mkdtemp(place.data()) == nullptr) {
    return unavailable("There is no place for a trial run; set TMPDIR to a folder with room.");
  }
  TrialRun trial{fs::path(place)};
  const expected<std::unique_ptr<Model>> model = open_model(options);
  if (!model) return model.error();
  settings.limit.reset();
  settings.items = items;
  RunRequest request;
  request.settings = std::move(settings);
  request.suites = suites;
  request.folder = place;
  request.data = &data;
  request.model = model->get();
  request.engine_threads = options.threads;
  Progress progress(console);
  const expected<RunOutcome> outcome = assay::run(request, progress, stop_on_signal());
  progress.finish();
  if (!outcome) return outcome.error();
  if (outcome->interrupted) return Error{ErrorCode::kInterrupted, "the trial was stopped"};
  expected<RunFolder> run = load_run(place);
  if (!run) return run.error();
  trial.run_ = *std::move(run);
  return trial;
}

}  // namespace assay::cli
