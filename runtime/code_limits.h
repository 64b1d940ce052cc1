// What the tests of a code task ask for beyond the usual limits, as the manifest tells it.
#pragma once

#include "assay/json.h"
#include "tasks/load.h"

namespace assay {

// The limits of most items as {cpu_seconds, wall_seconds, memory_bytes}, with those of the others
// under "items" by their ids. Null where all items are content with the usual limits, which stand
// in the manifest's "code".
Json code_limits_json(const LoadedTask& loaded);

}  // namespace assay
