// Proof, before anything is measured, that isolation is real on this machine: programs that must
// pass, must fail, and things that must be impossible.
#pragma once

#include "assay/code_executor.h"
#include "assay/expected.h"

namespace assay::sandbox {

// Errors: kUnavailable, naming the first probe that went wrong.
expected<void> prove_isolation(CodeExecutor& executor);

}  // namespace assay::sandbox
