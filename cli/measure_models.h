// Models given where run folders are wanted: each is measured on a suite first, as `assay run`
// would, into the folder that `assay run` would choose; a finished run is taken as it is. One model
// is in memory at a time, and one that cannot be opened does not stop the others.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "cli/code_execution.h"
#include "cli/console.h"
#include "cli/model_arguments.h"
#include "cli/run_arguments.h"

namespace assay::cli {

// Whether a path is a run folder (it has a manifest) rather than a model.
bool is_run_folder(const std::string& path);

struct MeasuredModel {
  std::string model;   // as it was named
  std::string folder;  // of its finished run; "" when `failure` is set
  std::string failure;
};

// Measures each model on `suites_and_tasks`. Errors: settings, suites and data that are wrong for
// all of them; kInterrupted when the user stopped it (the same line goes on).
expected<std::vector<MeasuredModel>> measure_models(
    Console& console, const std::vector<std::string>& models,
    const std::vector<std::string>& suites_and_tasks, const ModelArguments& model_arguments,
    const RunArguments& run_arguments, CodeExecution& code);

}  // namespace assay::cli
