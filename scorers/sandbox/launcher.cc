// What the sandbox consists of, as arguments to bubblewrap and as resource limits.
#include "scorers/sandbox/launcher.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>

namespace assay::sandbox {
namespace {

constexpr int kChannelIn = 3;
constexpr int kChannelOut = 4;
constexpr int kFilter = 5;
constexpr int kInfo = 6;

struct Pipe {
  Fd read;
  Fd write;
};

expected<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return unavailable("there are too many open files to make a pipe.");
  }
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void make_nonblocking(const Fd& fd) {
  fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

expected<Fd> memory_file(const std::string& bytes) {
  Fd fd(memfd_create("assay-filter", MFD_CLOEXEC));
  if (!fd || write(fd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      lseek(fd.get(), 0, SEEK_SET) != 0) {
    return unavailable("there is no memory for the system-call filter.");
  }
  return fd;
}

}  // namespace

expected<void> Launcher::prepare() {
  if (!isolated_) return {};
  for (const Role role : {Role::kCandidate, Role::kChecker}) {
    auto program = seccomp_program(role);
    if (!program) return program.error();
    filters_[static_cast<int>(role)] = std::move(*program);
  }
  return {};
}

std::vector<std::string> Launcher::command(Role role) const {
  std::vector<std::string> words;
  const auto add = [&](std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
  };
  if (isolated_) {
    add({find_program(options_.bwrap), "--unshare-user", "--unshare-ipc", "--unshare-pid",
         "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--uid", "65534", "--gid",
         "65534", "--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop",
         "ALL"});
    for (const std::string& folder : interpreter_.folders) add({"--ro-bind", folder, folder});
    for (const std::string& folder : interpreter_.hidden) {
      add({"--perms", "0555", "--size", "4096", "--tmpfs", folder, "--remount-ro", folder});
    }
    add({"--ro-bind", interpreter_.program, interpreter_.program});
    for (const std::string& file : interpreter_.files) add({"--ro-bind", file, file});
    for (const auto& [name, target] : interpreter_.links) add({"--symlink", target, name});
    add({"--dev-bind", "/dev/null", "/dev/null", "--perms", "0700", "--size",
         std::to_string(options_.scratch_bytes), "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir",
         "/tmp", "--seccomp", std::to_string(kFilter), "--info-fd", std::to_string(kInfo), "--"});
  }
  const std::string& code =
      role == Role::kCandidate ? interpreter_.candidate_code : interpreter_.checker_code;
  add({interpreter_.program, "-s", "-S", "-B", "-X", "utf8", "-W", "ignore", "-c",
       fmt::format("import marshal,binascii;exec(marshal.loads(binascii.a2b_base64('{}')))", code),
       std::to_string(isolated_ ? options_.processes : 0), landlock_argument_});
  return words;
}

// The checker lives long and has limits of its own for each test, which its forks set.
std::vector<Limit> Launcher::limits(Role role, const CodeLimits& own) const {
  std::vector<Limit> out = {{RLIMIT_FSIZE, options_.file_bytes, options_.file_bytes},
                            {RLIMIT_NOFILE, options_.open_files, options_.open_files},
                            {RLIMIT_CORE, 0, 0},
                            {RLIMIT_STACK, std::size_t{8} << 20, std::size_t{8} << 20},
                            {RLIMIT_MEMLOCK, 0, 0},
                            {RLIMIT_MSGQUEUE, 0, 0}};
  if (role == Role::kCandidate) {
    const auto seconds = static_cast<std::size_t>(std::ceil(own.cpu_seconds));
    out.push_back({RLIMIT_AS, own.memory_bytes, own.memory_bytes});
    out.push_back({RLIMIT_CPU, seconds, seconds + 1});
  }
  return out;
}

expected<Connected> Launcher::start(Spawner& spawner, Role role, const CodeLimits& own) const {
  auto requests = make_pipe();
  auto replies = make_pipe();
  auto printed = make_pipe();
  auto told = make_pipe();
  if (!requests) return requests.error();
  if (!replies) return replies.error();
  if (!printed) return printed.error();
  if (!told) return told.error();
  const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return unavailable("/dev/null cannot be opened.");

  SpawnPlan plan;
  plan.argv = command(role);
  // Hash seeds decide the order of sets of strings: the same run has to give the same verdicts.
  plan.environment = {"PYTHONHASHSEED=0"};
  plan.limits = limits(role, own);
  plan.drop_root = drop_root_;
  plan.folder = "/";
  plan.fds = {{null.get(), 0},
              {printed->write.get(), 1},
              {printed->write.get(), 2},
              {requests->read.get(), kChannelIn},
              {replies->write.get(), kChannelOut}};
  Fd filter;
  if (isolated_) {
    auto file = memory_file(filters_[static_cast<int>(role)]);
    if (!file) return file.error();
    filter = std::move(*file);
    plan.fds.emplace_back(filter.get(), kFilter);
    plan.fds.emplace_back(told->write.get(), kInfo);
  }
  auto process = spawner.start(plan);
  if (!process) return process.error();
  make_nonblocking(told->read);
  if (isolated_) process->wraps(std::move(told->read));
  make_nonblocking(requests->write);
  make_nonblocking(replies->read);
  make_nonblocking(printed->read);
  return Connected{std::move(*process),
                   Channel(std::move(replies->read), std::move(requests->write)),
                   std::move(printed->read), landlock_argument_.empty() ? "0" : "1"};
}

}  // namespace assay::sandbox
