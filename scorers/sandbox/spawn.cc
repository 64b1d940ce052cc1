// The child between vfork and exec makes system calls only: it shares the parent's memory, which
// may hold gigabytes of model, and vfork is what keeps starting it cheap.
#include "scorers/sandbox/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <future>

#include "scorers/sandbox/processor_wait.h"

namespace assay::sandbox {
namespace {

constexpr int kNobody = 65534;
constexpr int kFirstSpare = 10;

struct Prepared {
  std::vector<char*> argv;
  std::vector<char*> environment;
  const SpawnPlan* plan;
  std::vector<std::pair<int, int>> fds;  // ours, all at kFirstSpare or above
};

void close_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  for (unsigned fd = first; fd < 65536; ++fd) syscall(SYS_close, fd);
}

// Runs in the child. Returns only by failing.
int become(const Prepared& prepared) {
  const SpawnPlan& plan = *prepared.plan;
  syscall(SYS_setsid);  // so that Ctrl-C in the terminal does not end what is being measured
  struct sigaction normal {};
  normal.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &normal, nullptr);
  int highest = 0;
  for (const auto& [ours, theirs] : prepared.fds) {
    if (dup2(ours, theirs) < 0) return errno;
    highest = theirs > highest ? theirs : highest;
  }
  close_from(static_cast<unsigned>(highest) + 1);
  for (const Limit& limit : plan.limits) {
    rlimit value{};
    prlimit(0, static_cast<__rlimit_resource>(limit.resource), nullptr, &value);
    value.rlim_max = limit.hard < value.rlim_max ? limit.hard : value.rlim_max;
    value.rlim_cur = limit.soft < value.rlim_max ? limit.soft : value.rlim_max;
    if (prlimit(0, static_cast<__rlimit_resource>(limit.resource), &value, nullptr) != 0) {
      return errno;
    }
  }
  if (!plan.folder.empty() && chdir(plan.folder.c_str()) != 0) return errno;
  if (plan.drop_root) {
    // Raw calls: the C library's would try to change every thread of the parent.
    if (syscall(SYS_setgroups, 0, nullptr) != 0) return errno;
    if (syscall(SYS_setresgid, kNobody, kNobody, kNobody) != 0) return errno;
    if (syscall(SYS_setresuid, kNobody, kNobody, kNobody) != 0) return errno;
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(prepared.argv[0], prepared.argv.data(), prepared.environment.data());
  return errno;
}

// The only function with a vfork: nothing of its frame is used by the child but the arguments.
[[gnu::noinline]] pid_t vfork_and_become(const Prepared& prepared, volatile int* error) {
  const pid_t pid = vfork();
  if (pid == 0) {
    *error = become(prepared);
    _exit(127);
  }
  return pid;
}

expected<Process> start_here(const SpawnPlan& plan) {
  Prepared prepared{{}, {}, &plan, {}};
  for (const std::string& word : plan.argv)
    prepared.argv.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& row : plan.environment) {
    prepared.environment.push_back(const_cast<char*>(row.c_str()));
  }
  prepared.argv.push_back(nullptr);
  prepared.environment.push_back(nullptr);
  std::vector<Fd> spare;  // out of the way of the numbers the child wants
  for (const auto& [ours, theirs] : plan.fds) {
    spare.emplace_back(fcntl(ours, F_DUPFD_CLOEXEC, kFirstSpare));
    prepared.fds.emplace_back(spare.back().get(), theirs);
  }
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  volatile int error = 0;
  const pid_t pid = vfork_and_become(prepared, &error);
  const int fork_error = pid < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    return unavailable(fmt::format("a process cannot be started ({}).", strerror(fork_error)));
  }
  if (error != 0) {
    waitpid(pid, nullptr, 0);
    return unavailable(fmt::format("{} cannot be started ({}).", plan.argv[0], strerror(error)));
  }
  return Process(pid);
}

Fd handle_of(pid_t pid) { return Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

bool ended_within(const Fd& handle, std::chrono::milliseconds grace) {
  if (!handle) return false;
  pollfd waiting{handle.get(), POLLIN, 0};
  int result = 0;
  do {
    result = poll(&waiting, 1, static_cast<int>(grace.count()));
  } while (result < 0 && errno == EINTR);
  return result > 0;
}

}  // namespace

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    if (running()) (void)end({});
    pid_ = std::exchange(other.pid_, -1);
    wrapper_ = other.wrapper_;
    told_ = std::move(other.told_);
    inner_ = std::move(other.inner_);
  }
  return *this;
}

Process::~Process() {
  if (running()) (void)end(std::chrono::milliseconds(100));  // its channel has closed already
}

// Killing bubblewrap would make an orphan of the first process inside, which in a container nobody
// may collect. So that one is killed first: it takes everything inside with it, and bubblewrap
// collects it and ends.
void Process::kill_now() const {
  if (wrapper_) {
    const std::vector<pid_t> inside = children_of(pid_);
    for (const pid_t child : inside) kill(child, SIGKILL);
    if (!inside.empty() && ended_within(handle_of(pid_), std::chrono::milliseconds(2000))) return;
  }
  kill(-pid_, SIGKILL);  // its process group: a plain child may have children
  kill(pid_, SIGKILL);
}

void Process::wraps(Fd told) {
  wrapper_ = true;
  told_ = std::move(told);
}

// Bubblewrap writes {"child-pid": N, …} before it lets that child go on, so here it stands there
// already, or never will. The list of children would miss one whose wrapper has ended.
void Process::watch_inner() {
  if (!told_ || !running()) return;
  char text[512] = {};
  const ssize_t n = read(told_.get(), text, sizeof text - 1);
  told_.reset();
  const char* number = n > 0 ? strpbrk(text, "0123456789") : nullptr;
  if (number != nullptr) inner_ = handle_of(static_cast<pid_t>(std::atoi(number)));
}

// What the child left behind has become ours. The first process inside a wrapper ends when the
// wrapper does (--die-with-parent); whether it was the wrapper that collected it is not known.
void Process::collect_orphans(pid_t group) {
  kill(-group, SIGKILL);
  while (waitpid(-group, nullptr, WNOHANG) > 0) {
  }
  watch_inner();  // it may have ended before it could say that it runs
  if (inner_ && ended_within(inner_, std::chrono::milliseconds(2000))) {
    siginfo_t info{};
    (void)waitid(P_PIDFD, static_cast<id_t>(inner_.get()), &info, WEXITED | WNOHANG);
  }
  inner_.reset();
}

Ending Process::end(std::chrono::milliseconds grace) {
  Ending ending;
  if (!running()) return ending;
  if (grace.count() <= 0 || !ended_within(handle_of(pid_), grace)) kill_now();
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  collect_orphans(pid_);
  pid_ = -1;
  if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
  if (WIFEXITED(status)) {
    const int code = WEXITSTATUS(status);
    if (code > 128 && code < 128 + NSIG) ending.signal = code - 128;
    if (ending.signal == 0) ending.status = code;
  }
  return ending;
}

Spawner::Spawner() : thread_([this] { serve(); }) { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

Spawner::~Spawner() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

expected<Process> Spawner::start(const SpawnPlan& plan) {
  std::promise<expected<Process>> promise;
  auto result = promise.get_future();
  {
    const std::lock_guard lock(mutex_);
    work_.push([&] { promise.set_value(start_here(plan)); });
  }
  changed_.notify_all();
  return result.get();
}

void Spawner::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || !work_.empty(); });
    if (work_.empty()) return;
    const auto job = std::move(work_.front());
    work_.pop();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace assay::sandbox
