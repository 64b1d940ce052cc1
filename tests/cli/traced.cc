// See traced.h: ptrace(2), one stop before and one after each system call.
#include "tests/cli/traced.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace assay::test {
namespace {

std::string text_at(pid_t child, std::uint64_t address) {
  char bytes[256] = {};
  iovec local{bytes, sizeof bytes - 1};
  iovec remote{reinterpret_cast<void*>(address), sizeof bytes - 1};
  while (remote.iov_len > 0 && process_vm_readv(child, &local, 1, &remote, 1, 0) < 0) {
    remote.iov_len /= 2;  // the text may stand at the end of what is mapped
  }
  return bytes;
}

void count(pid_t child, const __ptrace_syscall_info& call, Traced& traced) {
  ++traced.calls;
  switch (call.entry.nr) {
    case SYS_clone:
    case SYS_clone3:
#ifdef SYS_fork
    case SYS_fork:
    case SYS_vfork:
#endif
      ++traced.starts;
      break;
    case SYS_socket:
      ++traced.sockets;
      break;
    case SYS_openat:
      traced.opened.push_back(text_at(child, call.entry.args[1]));
      break;
#ifdef SYS_open
    case SYS_open:
      traced.opened.push_back(text_at(child, call.entry.args[0]));
      break;
#endif
    default:
      break;
  }
}

[[noreturn]] void become_traced(const std::vector<std::string>& arguments) {
  const int null = open("/dev/null", O_RDWR);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  std::vector<char*> words = {const_cast<char*>("assay")};
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) _exit(126);
  execv(ASSAY_BINARY, words.data());
  _exit(127);
}

}  // namespace

std::optional<Traced> trace_assay(const std::vector<std::string>& arguments) {
  const pid_t child = fork();
  if (child == 0) become_traced(arguments);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) return std::nullopt;  // it ended without having been traced
  ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  Traced traced;
  while (ptrace(PTRACE_SYSCALL, child, 0, 0) == 0 && waitpid(child, &status, 0) == child &&
         WIFSTOPPED(status)) {
    __ptrace_syscall_info call{};
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof call, &call) <= 0) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return std::nullopt;
    }
    if (call.op == PTRACE_SYSCALL_INFO_ENTRY) count(child, call, traced);
  }
  traced.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return traced;
}

}  // namespace assay::test
