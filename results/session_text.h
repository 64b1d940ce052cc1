// Where a session's time went, as `assay run -d stats` prints it: a line per part with its share
// of the wall clock, then tokens asked and decoded, prefix hits and batch fill.
//
// Thread-safety: a pure function.
#pragma once

#include <string>

#include "runtime/session_stats.h"

namespace assay {

// Lines, each ended. Parts that cannot occur (a scripted model decodes nothing) are left out.
std::string session_text(const SessionStats& stats);

}  // namespace assay
