// Writes a run as the original harness' result files, so that tools made for those read it:
// FILE itself (its results JSON) and samples_<task>.jsonl beside it. protocols.md section 11.
//
// What the original has no word for is not hidden: a further top-level key "assay" holds item
// errors with their reasons, data labels, figures that were not measured, and the model's digest.
// A figure that was not measured is left out of "results" (there is no number for it).
//
// Fields that describe the original's own machinery (git hash, transformers version) are null.
//
// Thread-safety: one writer per target folder.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "results/run_folder.h"

namespace assay {

struct LmEvalFiles {
  std::string results;               // path written
  std::vector<std::string> samples;  // paths written, in task order
};

// kUnavailable when a file cannot be written, kBadData when the run names a task that this build
// does not have. Files appear under their names only when they are complete.
expected<LmEvalFiles> write_lm_eval(const RunFolder& run, const std::string& file);

// The results JSON. `task_hashes`: {task: hash}, from the sample lines.
expected<Json> lm_eval_results(const RunFolder& run, const Json& task_hashes);

// "a/b:c" → "a__b__c": how the original turns a model's name into a file name.
std::string lm_eval_sanitized(const std::string& model_name);

}  // namespace assay
