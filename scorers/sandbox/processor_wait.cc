// Reads /proc of the host; the processes in a sandbox are descendants like any others there.
#include "scorers/sandbox/processor_wait.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace assay::sandbox {
namespace {

// A tree deeper or wider than this is no candidate's, which may not start processes.
constexpr std::size_t kMostProcesses = 64;

std::vector<pid_t> threads_of(pid_t process) {
  std::vector<pid_t> threads;
  std::error_code error;
  const std::string folder = fmt::format("/proc/{}/task", process);
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    threads.push_back(static_cast<pid_t>(std::atoi(at->path().filename().c_str())));
  }
  return threads;
}

}  // namespace

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> out;
  for (const pid_t thread : threads_of(process)) {
    std::ifstream children(fmt::format("/proc/{}/task/{}/children", process, thread));
    for (pid_t child = 0; children >> child;) out.push_back(child);
  }
  return out;
}

double waited_by_this_thread() {
  std::uint64_t ran = 0;
  std::uint64_t waited = 0;
  if (!(std::ifstream("/proc/thread-self/schedstat") >> ran >> waited)) return 0.0;
  return static_cast<double>(waited) * 1e-9;
}

double waited_for_processor(pid_t root) {
  std::vector<pid_t> processes = {root};
  std::uint64_t nanoseconds = 0;
  for (std::size_t i = 0; i < processes.size() && i < kMostProcesses; ++i) {
    std::uint64_t longest = 0;
    for (const pid_t thread : threads_of(processes[i])) {
      const std::string folder = fmt::format("/proc/{}/task/{}/", processes[i], thread);
      std::uint64_t ran = 0;
      std::uint64_t waited = 0;
      if (std::ifstream(folder + "schedstat") >> ran >> waited) longest = std::max(longest, waited);
    }
    const std::vector<pid_t> children = children_of(processes[i]);
    processes.insert(processes.end(), children.begin(), children.end());
    nanoseconds += longest;
  }
  return static_cast<double>(nanoseconds) * 1e-9;
}

}  // namespace assay::sandbox
