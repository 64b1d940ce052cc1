// One sandbox for all tests of a program, because opening one proves isolation anew each time.
#pragma once

#include <string>

#include "scorers/sandbox.h"

namespace assay {

// Short limits and no second try, so that a suite of hostile programs takes seconds. On an emulated
// machine ASSAY_TEST_SLOWER=20 makes the limits of time twenty times as long.
SandboxOptions quick_options();

// Null where bubblewrap cannot work; why_no_sandbox() says why.
Sandbox* shared_sandbox();
const std::string& why_no_sandbox();

}  // namespace assay
