// Where a session's time went, as `assay run -d stats` prints it: a line per part with its share
// of the wall clock, then tokens asked and decoded, prefix hits and batch fill; and what a run says
// unasked of a session that was short of memory.
//
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "runtime/session_stats.h"

namespace assay {

// Lines, each ended. Parts that cannot occur (a scripted model decodes nothing) are left out.
std::string session_text(const SessionStats& stats);

// A sentence when memory was too short to decode as planned, "" otherwise: the answers are sound,
// but in the fast mode their last digits may be others than with more memory.
std::string memory_warning(const SessionStats& stats);

}  // namespace assay
