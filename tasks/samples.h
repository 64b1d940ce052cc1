// A task as a run has it: with another number of samples per item than its own (--samples), in the
// original's form where ours differs (--compat lm-eval).
#pragma once

#include <string_view>
#include <vector>

#include "assay/task.h"

namespace assay {

// 1, 5, 10, 50, 100, 500, … up to `samples`. REQUIRES: samples >= 1
std::vector<int> pass_at_ks(int samples);

// The task with `repeats` = samples. Code tasks report pass@k for the k that so many samples allow:
// a task that only reports pass@1 gets pass_at_ks; a task with a list of its own keeps what fits.
Task with_samples(const Task& task, int samples);

// The same as a task that lives as long as the program; `task` itself when it has so many samples
// already. Thread-safe. REQUIRES: `task` lives as long as the program (it comes from the registry
// or is the original of one that does).
const Task* task_with_samples(const Task& task, int samples);

inline constexpr std::string_view kCompatLmEval = "lm-eval";

// The task that `compat` ("" or "lm-eval") asks for: the original's form, or the task itself.
const Task* task_in_form(const Task* task, std::string_view compat);

}  // namespace assay
