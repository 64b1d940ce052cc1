// A short measured trial for `assay plan --trial`: a few items of each task are really asked, in a
// run folder that nobody keeps, so that time and memory of the whole can be said from what was
// measured.
//
// Ownership: the folder goes with the object.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "cli/console.h"
#include "results/run_folder.h"
#include "runtime/model_options.h"
#include "runtime/run_settings.h"
#include "tasks/suite.h"

namespace assay::cli {

class TrialRun {
 public:
  // Opens the model and asks `items` items of each task or group of the settings. kInterrupted when
  // the user stopped it.
  static expected<TrialRun> measure(Console& console, RunSettings settings, std::size_t items,
                                    const ModelOptions& options, const std::vector<Suite>& suites,
                                    const DataSource& data);
  ~TrialRun();
  TrialRun(TrialRun&& other) noexcept;
  TrialRun& operator=(TrialRun&&) = delete;

  const RunFolder& run() const { return run_; }

 private:
  explicit TrialRun(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;  // "" when another object has it
  RunFolder run_;
};

}  // namespace assay::cli
