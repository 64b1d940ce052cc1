// The original harness' sample lines: one per item and filter pipeline, grouped by filter, as
// Python's json.dumps writes them (protocols.md section 11).
//
// Items that could not be measured have no place in that format: they get no line here and are
// listed in the results file under "assay" instead.
//
// Thread-safety: pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/task.h"
#include "results/run_folder.h"

namespace assay {

// The generation settings as the original shows them in `arguments` and `configs`; an empty object
// for tasks that do not generate. `asked` are the run's settings (manifest.json, "settings").
Json lm_eval_generation_kwargs(const Task& task, const Json& asked);

// Hands every line (with its newline) to `write`, which returns false to stop. Returns the task's
// hash: SHA-256 over all lines' document, prompt and target hashes in file order.
expected<std::string> lm_eval_samples(const Task& task, const TaskRecord& record,
                                      const Json& generation_kwargs,
                                      const std::function<bool(std::string_view line)>& write);

}  // namespace assay
