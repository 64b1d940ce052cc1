// The machine a run was made on, for the manifest. It is recorded for people who compare speeds; it
// is not part of the fingerprint, because a run may be continued on another machine.
#pragma once

#include <cstddef>

#include "assay/json.h"

namespace assay {

// {"cpu", "cores", "memory_bytes", "os", "kernel", "load_average"}; what the system does not tell
// is left out.
Json describe_machine();

// Of the machine, or what its container is allowed; 0 when the system does not tell.
std::size_t memory_bytes();

// What a process can still take without pushing others out: what the system says is available, and
// no more than is left of the container's limit. 0 when the system does not tell.
std::size_t available_memory_bytes();

// Peak resident memory of this process in bytes, since its start or since restart_peak_memory();
// 0 when the system does not tell.
std::size_t peak_memory_bytes();

// Forgets the peak so far, so that a model that is opened after another one is not charged for it.
// Memory that was freed is given back first. Where the system does not allow this, the peak is not
// known from here on.
void restart_peak_memory();

}  // namespace assay
