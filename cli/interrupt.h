// Ctrl-C and SIGTERM. The first one asks the run to stop at the next step, so that everything
// answered is written and the same line goes on; a second one ends the process at once (which the
// journal survives as well).
#pragma once

#include <atomic>

namespace assay::cli {

// Installs the handlers and returns the flag that the first signal sets. Call once.
const std::atomic<bool>& stop_on_signal();

}  // namespace assay::cli
