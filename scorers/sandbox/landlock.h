// Landlock, the kernel's own list of what a process may do with files: applied inside the sandbox,
// by the interpreter, before it reads a candidate. It says once more, by other means, what the
// mounts say already: the interpreter may be read, the private /tmp may be written, nothing else.
// Kernels differ in what they can restrict, by the version of their interface ("ABI"); what follows
// is from linux/landlock.h and Documentation/userspace-api/landlock.rst of Linux 6.12.
//
// Stateless and thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scorers/sandbox/interpreter.h"

namespace assay::sandbox {

// A system call as syscall(2) makes it: -1 and errno for an error.
using LandlockCall =
    std::function<long(long number, const void* first, std::size_t second, unsigned third)>;

// What the kernel offers.
struct KernelLandlock {
  int abi = 0;           // 0 = none
  std::string why_none;  // "not in this kernel", "switched off in this kernel"
};
KernelLandlock kernel_landlock(const LandlockCall& call);
KernelLandlock kernel_landlock();  // of this machine

// Everything that a kernel of that version can restrict, as bits: file operations
// (handled_access_fs), TCP (handled_access_net), signals and abstract sockets (scoped). All of it
// is restricted; the rules then allow.
std::uint64_t landlock_files(int abi);
std::uint64_t landlock_network(int abi);
std::uint64_t landlock_scopes(int abi);

// struct landlock_ruleset_attr as that version has it: 8, 16 or 24 bytes.
std::string landlock_ruleset(int abi);

// What may be done at and below a path.
struct LandlockRule {
  std::string path;
  std::uint64_t access;
};
std::vector<LandlockRule> landlock_rules(int abi, const Interpreter& interpreter);

// Ruleset and rules as one argument of our programs (landlock.py reads it): a line with the ruleset
// in hexadecimal, then a line "<access, hexadecimal> <path>" for each rule.
std::string landlock_argument(int abi, const Interpreter& interpreter);

}  // namespace assay::sandbox
