// A task's entry under "configs" of the original's results JSON: the resolved YAML of the task.
#pragma once

#include "assay/json.h"
#include "assay/task.h"

namespace assay {

// Templates and whatever else only the original's text can say come from
// Task::config_for_reports; the rest from the task's own fields, so that it cannot disagree with
// what was run. Pure.
Json lm_eval_task_config(const Task& task, int shots, const Json& generation_kwargs,
                         const Json& version);

}  // namespace assay
