// From judged items to the summary: aggregates per filter and metric, groups, counts, error
// reasons. A pure function of its arguments and of the tasks' metric definitions.
#pragma once

#include <optional>
#include <vector>

#include "assay/expected.h"
#include "results/run_folder.h"
#include "results/summary.h"
#include "results/task_tally.h"

namespace assay {

// The tasks are those of the manifest, in its order. `timing` is copied, and so is `sequence`. A
// task may have fewer items than the manifest planned when a comparison was decided early: the
// others are counted as not run. Errors: a task that this program does not know, an unknown
// aggregation.
expected<Summary> summarise(const Json& manifest, const std::vector<TaskTally>& tasks,
                            const Timing& timing,
                            const std::optional<SequenceOutcome>& sequence = {});
expected<Summary> summarise(const Json& manifest, const std::vector<TaskRecord>& tasks,
                            const Timing& timing,
                            const std::optional<SequenceOutcome>& sequence = {});

}  // namespace assay
