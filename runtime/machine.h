// The machine a run was made on, for the manifest. It is recorded for people who compare speeds; it
// is not part of the fingerprint, because a run may be continued on another machine.
#pragma once

#include <cstddef>

#include "assay/json.h"

namespace assay {

// {"cpu", "cores", "memory_bytes", "os", "kernel", "load_average"}; what the system does not tell
// is left out.
Json describe_machine();

// Peak resident memory of this process in bytes; 0 when the system does not tell.
std::size_t peak_memory_bytes();

}  // namespace assay
