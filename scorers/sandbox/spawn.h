// Starting and ending child processes. All of them are started from one thread that lives as long
// as the sandbox: a child asks to be killed when its parent goes, and to the kernel the parent is
// the thread that started it, so a worker thread that comes and goes must not be it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "assay/expected.h"
#include "scorers/sandbox/channel.h"

namespace assay::sandbox {

struct Limit {
  int resource;  // RLIMIT_*
  std::size_t soft;
  std::size_t hard;
};

struct SpawnPlan {
  std::vector<std::string> argv;         // argv[0] is an absolute path
  std::vector<std::string> environment;  // "NAME=value"
  std::vector<std::pair<int, int>> fds;  // (ours, theirs); theirs are below 10; the rest is closed
  std::vector<Limit> limits;
  std::string folder;      // working directory, "" = ours
  bool drop_root = false;  // become nobody when we are root
};

struct Ending {
  int signal = 0;  // that ended it, also when bubblewrap reports it as 128 + signal
  int status = 0;  // exit status otherwise
};

// A running child and its tree. Not thread-safe.
class Process {
 public:
  Process() = default;
  explicit Process(pid_t pid) : pid_(pid) {}
  Process(Process&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        wrapper_(other.wrapper_),
        told_(std::move(other.told_)),
        inner_(std::move(other.inner_)) {}
  Process& operator=(Process&& other) noexcept;
  ~Process();
  bool running() const { return pid_ > 0; }
  pid_t pid() const { return pid_; }  // -1 when it does not run

  // It is bubblewrap, which starts one process, collects it, and ends when that does. `told` reads
  // what it writes of that process (--info-fd).
  void wraps(Fd told);

  // Takes note of the process inside the wrapper, which has to be collected when it outlives the
  // wrapper. To be called once it runs.
  void watch_inner();

  // Waits up to `grace` for the child to end by itself, then kills it.
  Ending end(std::chrono::milliseconds grace);

 private:
  void kill_now() const;
  void collect_orphans(pid_t group);
  pid_t pid_ = -1;
  bool wrapper_ = false;
  Fd told_;
  Fd inner_;  // a handle: the number of a process may be given away, a handle stays what it is
};

// Thread-safe. Making one makes this program the parent of what its children leave behind, so that
// nothing waits, defunct, for a system that does not collect orphans.
class Spawner {
 public:
  Spawner();
  ~Spawner();
  expected<Process> start(const SpawnPlan& plan);

 private:
  void serve();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::function<void()>> work_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace assay::sandbox
