// Which system calls a process in the sandbox may make. A list of what Python needs; everything
// else is refused with "operation not permitted", and calls that only an attack makes end the
// process, so that the outcome names the filter.
#pragma once

#include <string>

#include "assay/expected.h"

namespace assay::sandbox {

enum class Role {
  kCandidate,  // may start threads, never processes
  kChecker     // may fork
};

// The compiled filter, as bubblewrap's --seccomp takes it. Thread-safe.
expected<std::string> seccomp_program(Role role);

}  // namespace assay::sandbox
