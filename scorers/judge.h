// Judges one item: runs the task's filter pipelines over the response and computes every metric of
// sections 7 and 8 of protocols.md. Pure, apart from the code executor of code tasks.
#pragma once

#include <vector>

#include "assay/code_executor.h"
#include "assay/expected.h"
#include "assay/task.h"

namespace assay {

// One judgement per filter pipeline, in the task's order. `executor` may be null: then code tasks
// yield judgements whose `not_run` is "no sandbox".
// Errors: an unknown filter or metric, a document field that is missing.
expected<std::vector<Judgement>> judge(const Task& task, const Item& item, const Response& response,
                                       CodeExecutor* executor);

// The metric names a task will report per filter, e.g. {"acc","acc_norm"} or {"pass@1","pass@10"},
// in report order. Used for scores that could not be measured.
std::vector<MetricSpec> reported_metrics(const Task& task);

}  // namespace assay
