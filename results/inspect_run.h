// A run folder in whatever state it is, for reports: finished, unfinished with its progress, or not
// readable; with everything that does not verify. Unlike load_run, which refuses, a report has to
// show such a folder and say what is wrong with it.
//
// Thread-safety: value types; inspect_run may run for several folders at once.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "results/run_folder.h"
#include "runtime/asked_tokens.h"

namespace assay {

enum class RunState { kFinished, kUnfinished, kUnreadable };

struct TaskProgress {
  std::string task;
  std::size_t answered = 0;  // items with a record in the journal, item errors included
  std::size_t planned = 0;
};

struct RunInspection {
  std::string path;
  std::string model;  // "" when the manifest cannot be read
  RunState state = RunState::kUnreadable;
  Json manifest;                         // null when it cannot be read
  std::optional<RunFolder> run;          // of a finished run whose files can be read
  std::vector<TaskProgress> progress;    // of an unfinished run
  std::vector<std::string> problems;     // what does not verify; full sentences
  std::vector<std::string> not_checked;  // what could not be checked here, and why
  std::string checked;                   // what was checked, one sentence; "" = nothing

  // Shows where tokens begin; null = no vocabulary of this run is at hand.
  std::shared_ptr<const AskedTokens> tokens{};

  bool verifies() const { return problems.empty(); }
};

struct InspectOptions {
  const DataSource* data = nullptr;  // to score again; null = the folder is checked by itself
  bool verify = true;
};

// Never runs code that a model wrote. Errors: kUnavailable when there is no such folder.
expected<RunInspection> inspect_run(const std::string& path, const InspectOptions& options);

}  // namespace assay
