// See stopwatch.h.
#include "bench/throughput/stopwatch.h"

#include <ctime>

namespace assay::bench {
namespace {

ClockKind chosen = ClockKind::kWall;

}  // namespace

void set_clock(ClockKind kind) { chosen = kind; }
ClockKind clock_kind() { return chosen; }

double now() {
  timespec time{};
  const bool wall = chosen == ClockKind::kWall;
  clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace assay::bench
