// How long processes were kept waiting for a processor. The limit by the clock is for programs that
// sleep; one that is ready to go on while the machine is busy with others must not be late for it.
#pragma once

#include <sys/types.h>

#include <vector>

namespace assay::sandbox {

// Seconds that the process and its descendants alive now were ready to run and did not, as the
// kernel counts them (/proc/PID/task/TID/schedstat); of a process with several threads, the longest
// wait. 0 where the kernel does not tell.
double waited_for_processor(pid_t root);

// The same of the calling thread: where it carries messages, others wait for it.
double waited_by_this_thread();

// The processes that `process` has started and that are still there, in no order; empty where the
// kernel does not tell.
std::vector<pid_t> children_of(pid_t process);

}  // namespace assay::sandbox
