// Is this model fit to be measured, and this machine fit to measure it? A list of checks, each
// with a verdict and a sentence; nothing is printed here.
//
// The arithmetic check scores a story two ways, in one decode and token by token. The two differ
// a little in any engine (kernels round differently by batch shape); they differ a lot, are all
// alike, or are not numbers, when weights, kernels or cache types are broken.
//
// Thread-safety: free functions.
#pragma once

#include <string>
#include <vector>

#include "runtime/model_options.h"

namespace assay {

enum class CheckState { kOk, kWarn, kFail, kNotRun };

struct Check {
  std::string name;  // "file", "load", "arithmetic", …
  CheckState state;
  std::string sentence;
};

struct DoctorReport {
  std::vector<Check> checks;
  bool refused() const;  // some check failed
};

const char* name_of(CheckState state);  // "ok", "warn", "fail", "not run"

// Checks of the model, in the order made; after a failure that leaves nothing to look at (no file,
// not loadable) the rest are "not run". A scripted model has no arithmetic to check.
DoctorReport examine_model(const ModelOptions& options);

// Checks of this build and machine that need no model: the engine, the code sandbox.
DoctorReport examine_machine();

}  // namespace assay
