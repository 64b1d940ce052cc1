// The policy itself is the two lists of names: one line for each kind of work. Names unknown to
// this machine's libseccomp or architecture are left out, which leaves them refused.
#include "scorers/sandbox/seccomp_policy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace assay::sandbox {
namespace {

constexpr const char* kAllowed[] = {
    // Files: the mounts decide what there is to open.
    "read", "write", "readv", "writev", "pread64", "pwrite64", "open", "openat", "creat", "close",
    "close_range", "stat", "fstat", "lstat", "newfstatat", "fstatat64", "statx", "statfs",
    "fstatfs", "lseek", "_llseek", "access", "faccessat", "faccessat2", "getdents", "getdents64",
    "mkdir", "mkdirat", "rmdir", "rename", "renameat", "renameat2", "unlink", "unlinkat", "symlink",
    "symlinkat", "readlink", "readlinkat", "chmod", "fchmod", "fchmodat", "umask", "utimensat",
    "truncate", "ftruncate", "fallocate", "fadvise64", "fsync", "fdatasync", "dup", "dup2", "dup3",
    "pipe", "pipe2", "getcwd", "chdir", "fchdir", "sendfile", "copy_file_range",
    // Memory: the address-space limit decides how much.
    "mmap", "mmap2", "mprotect", "munmap", "mremap", "madvise", "brk",
    // Time, signals, waiting. Signals reach only this pid namespace.
    "clock_gettime", "clock_getres", "gettimeofday", "time", "times", "nanosleep",
    "clock_nanosleep", "alarm", "setitimer", "getitimer", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend", "sigaltstack", "sigreturn",
    "pause", "kill", "tkill", "tgkill", "restart_syscall", "select", "_newselect", "pselect6",
    "poll", "ppoll", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "eventfd2", "wait4", "waitid",
    // Threads and the process itself.
    "futex", "set_robust_list", "get_robust_list", "rseq", "membarrier", "set_tid_address",
    "arch_prctl", "set_thread_area", "exit", "exit_group", "execve", "sched_yield",
    "sched_getaffinity", "getcpu", "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid",
    "getegid", "getresuid", "getresgid", "getgroups", "getpgrp", "getpgid", "getsid", "getrlimit",
    "ugetrlimit", "setrlimit", "prlimit64", "getrusage", "sysinfo", "uname", "getrandom",
    // asyncio talks to itself through a socket pair; sockets that reach anything are refused.
    "sendto", "recvfrom", "shutdown",
    // Landlock can only take rights away.
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"};

// What may be done to a descriptor: copies, flags, record locks. No leases on and no watches over
// files of the host, and no pipes that hold a megabyte; flock() would lock what is there for
// reading.
constexpr int kDescriptorCommands[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL,
                                       F_SETFL, F_GETLK,         F_SETLK, F_SETLKW};

constexpr const char* kDeadly[] = {"ptrace",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "process_madvise",
                                   "pidfd_getfd",
                                   "kcmp",
                                   "mount",
                                   "umount",
                                   "umount2",
                                   "pivot_root",
                                   "chroot",
                                   "open_tree",
                                   "move_mount",
                                   "fsopen",
                                   "fsconfig",
                                   "fsmount",
                                   "fspick",
                                   "mount_setattr",
                                   "setns",
                                   "unshare",
                                   "bpf",
                                   "userfaultfd",
                                   "perf_event_open",
                                   "io_uring_setup",
                                   "io_uring_enter",
                                   "io_uring_register",
                                   "io_setup",
                                   "keyctl",
                                   "add_key",
                                   "request_key",
                                   "init_module",
                                   "finit_module",
                                   "delete_module",
                                   "kexec_load",
                                   "kexec_file_load",
                                   "reboot",
                                   "swapon",
                                   "swapoff",
                                   "acct",
                                   "quotactl",
                                   "iopl",
                                   "ioperm",
                                   "modify_ldt",
                                   "open_by_handle_at",
                                   "name_to_handle_at",
                                   "fanotify_init",
                                   "lookup_dcookie",
                                   "settimeofday",
                                   "clock_settime",
                                   "adjtimex",
                                   "clock_adjtime",
                                   "sethostname",
                                   "setdomainname",
                                   "syslog",
                                   "vhangup",
                                   "nfsservctl",
                                   "personality",
                                   "vmsplice",
                                   "seccomp"};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {}

  template <typename... Conditions>
  void add(std::uint32_t action, const char* name, Conditions... conditions) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR || context_ == nullptr) return;
    const std::array<scmp_arg_cmp, sizeof...(Conditions)> list = {conditions...};
    const int result =
        seccomp_rule_add_array(context_.get(), action, number, list.size(), list.data());
    if (result != 0 && result != -EDOM && failed_.empty()) failed_ = name;
  }

  expected<std::string> compile() {
    if (context_ == nullptr) return unavailable("libseccomp cannot make a filter.");
    if (!failed_.empty()) return unavailable(fmt::format("libseccomp refused {}.", failed_));
    const int fd = memfd_create("assay-filter", MFD_CLOEXEC);
    if (fd < 0) return unavailable("there is no memory for the filter.");
    std::string program;
    if (seccomp_export_bpf(context_.get(), fd) == 0 && lseek(fd, 0, SEEK_SET) == 0) {
      char buffer[4096];
      ssize_t got = 0;
      while ((got = read(fd, buffer, sizeof buffer)) > 0) program.append(buffer, got);
    }
    close(fd);
    if (program.empty()) return unavailable("libseccomp cannot compile the filter.");
    return program;
  }

 private:
  std::unique_ptr<void, Release> context_;
  std::string failed_;
};

}  // namespace

expected<std::string> seccomp_program(Role role) {
  Filter filter;
  for (const char* name : kAllowed) filter.add(SCMP_ACT_ALLOW, name);
  for (const char* name : kDeadly) filter.add(SCMP_ACT_KILL_PROCESS, name);
  // clone3 hides its flags in memory, where no filter can look; the C library falls back to clone.
  filter.add(SCMP_ACT_ERRNO(ENOSYS), "clone3");
  constexpr std::uint64_t kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                        CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  if (role == Role::kChecker) {
    filter.add(SCMP_ACT_ALLOW, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, kNamespaces, 0));
    filter.add(SCMP_ACT_ALLOW, "fork");
  } else {
    filter.add(SCMP_ACT_ALLOW, "clone",
               SCMP_A0(SCMP_CMP_MASKED_EQ, kNamespaces | CLONE_THREAD, CLONE_THREAD));
  }
  for (const int command : kDescriptorCommands) {
    for (const char* name : {"fcntl", "fcntl64"}) {
      filter.add(SCMP_ACT_ALLOW, name, SCMP_A1(SCMP_CMP_EQ, static_cast<unsigned>(command)));
    }
  }
  filter.add(SCMP_ACT_ALLOW, "socketpair", SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
  for (const unsigned long request : {TCGETS, FIOCLEX, FIONCLEX, FIONBIO, FIONREAD}) {
    filter.add(SCMP_ACT_ALLOW, "ioctl", SCMP_A1(SCMP_CMP_EQ, request));
  }
  return filter.compile();
}

}  // namespace assay::sandbox
