// One candidate, one test: carries messages between the candidate's process and the checker's,
// keeps the clock, and says how it ended. It reads only lengths, kinds and the checker's verdict;
// what the candidate sends is passed on unread.
#pragma once

#include <string>

#include "assay/code_executor.h"
#include "assay/expected.h"
#include "scorers/sandbox.h"
#include "scorers/sandbox/launcher.h"

namespace assay::sandbox {

struct SessionResult {
  CodeVerdict verdict;
  bool checker_usable = true;  // otherwise it has to be replaced
};

// Waits until the process says that it is ready, in the words that are expected of it. Errors:
// kUnavailable with what it said or printed instead.
expected<void> wait_until_ready(Connected& process, const SandboxOptions& options);

// `candidate` is freshly started with `limits`, `checker` is ready; the candidate is over when this
// returns.
// Errors: nothing was measured.
expected<SessionResult> run_session(Connected candidate, Connected& checker,
                                    const std::string& program, const std::string& test,
                                    const SandboxOptions& options, const CodeLimits& limits);

}  // namespace assay::sandbox
