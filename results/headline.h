// The figure of a task that claims are made about: fixed by the task and never by the data, or the
// choice itself would be a test. One rule for comparing, planning and stopping early.
//
// Pure and thread-safe.
#pragma once

#include <vector>

#include "assay/scorer.h"

namespace assay {

// acc_norm where the task reports it; else its first share that is better when higher (accuracy,
// exact match, pass@1); else its first share; else its first metric. nullptr when there is none.
// It is read under the task's first filter.
const MetricSpec* headline_metric(const std::vector<MetricSpec>& metrics);

// A mean of values between 0 and 1 that is better when higher: what can be compared while a run
// goes on, and planned for.
bool is_score(const MetricSpec& metric);

}  // namespace assay
