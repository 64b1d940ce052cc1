// The kernel's account of who waited for a processor, which keeps a busy machine from deciding
// verdicts: a sleeper waited for none, one that shares its processor did.
#include "scorers/sandbox/processor_wait.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <vector>

namespace assay::sandbox {
namespace {

double processor_seconds(pid_t pid) {
  double nanoseconds = 0;
  std::ifstream("/proc/" + std::to_string(pid) + "/schedstat") >> nanoseconds;
  return nanoseconds * 1e-9;
}

TEST(ProcessorWait, IsThatOfProcessesThatShareAProcessor) {
  double known = -1;
  if (!(std::ifstream("/proc/self/schedstat") >> known))
    GTEST_SKIP() << "the kernel does not count";
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // so that what is killed below leaves nothing behind
  // A child with two children of its own on one processor, until both have had their share.
  const pid_t parent = fork();
  if (parent == 0) {
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(sched_getcpu(), &first);
    sched_setaffinity(0, sizeof first, &first);
    for (int i = 0; i < 2; ++i) {
      if (fork() == 0) {
        while (true) asm volatile("");
      }
    }
    pause();
  }
  std::vector<pid_t> spinning;
  const auto used = [&] {
    spinning.clear();
    std::ifstream children("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) +
                           "/children");
    for (pid_t child = 0; children >> child;) spinning.push_back(child);
    double least = spinning.size() == 2 ? 1.0 : 0.0;
    for (const pid_t child : spinning) least = std::min(least, processor_seconds(child));
    return least;
  };
  while (used() < 0.05) sched_yield();
  // While the second had its 0.05 s the first waited.
  EXPECT_GT(waited_for_processor(parent), 0.03);
  const std::vector<pid_t> last = spinning;
  for (const pid_t child : last) kill(child, SIGKILL);
  kill(parent, SIGKILL);
  while (waitpid(-1, nullptr, 0) > 0) {
  }
}

TEST(ProcessorWait, IsNoneForWhatIsNotThere) { EXPECT_EQ(waited_for_processor(1 << 30), 0.0); }

}  // namespace
}  // namespace assay::sandbox
