// A task measured with another number of samples per item than its own (--samples).
#pragma once

#include <vector>

#include "assay/task.h"

namespace assay {

// 1, 5, 10, 50, 100, 500, … up to `samples`. REQUIRES: samples >= 1
std::vector<int> pass_at_ks(int samples);

// The task with `repeats` = samples. Code tasks report pass@k for the k that so many samples allow:
// a task that only reports pass@1 gets pass_at_ks; a task with a list of its own keeps what fits.
Task with_samples(const Task& task, int samples);

// The same as a task that lives as long as the program; `task` itself when it has so many samples
// already. Thread-safe. REQUIRES: `task` comes from the registry (its name identifies it).
const Task* task_with_samples(const Task& task, int samples);

}  // namespace assay
