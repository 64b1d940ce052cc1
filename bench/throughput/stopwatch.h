// The clock of the measurements: the wall's, or the processor time of this process. On a machine
// that others use, and with one engine thread, processor time is what an idle machine would show.
//
// Thread-safety: set_clock() before the first measurement.
#pragma once

namespace assay::bench {

enum class ClockKind { kWall, kProcessor };

void set_clock(ClockKind kind);
ClockKind clock_kind();
double now();  // seconds from some start

}  // namespace assay::bench
