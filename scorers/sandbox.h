// Runs what a model wrote, in isolation, with a verdict that the program cannot forge.
//
// Each candidate gets a process of its own under bubblewrap: new user, mount, pid, ipc, uts, cgroup
// and network namespaces, a read-only view of the Python interpreter and of nothing else, a small
// private tmpfs, no environment, no inherited descriptors, a seccomp filter, resource limits. The
// tests run in another sandbox, in an interpreter that never executes a line of the candidate: the
// functions under test are proxies there, and only plain data crosses. docs/sandbox.md says what
// that defends against and what it does not.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "assay/code_executor.h"
#include "assay/expected.h"
#include "assay/json.h"
#include "scorers/sandbox/limits.h"

namespace assay {

struct SandboxOptions {
  std::string bwrap = "bwrap";              // a path, or a name looked for in $PATH
  std::string python = "/usr/bin/python3";  // likewise; the second choice is python3 in $PATH
  std::size_t parallel = 0;                 // candidates at once; 0 = one per processor
  CodeLimits limits;                        // where a test asks for no others
  std::size_t file_bytes = std::size_t{16} << 20;     // one file
  std::size_t scratch_bytes = std::size_t{64} << 20;  // the whole private /tmp
  std::size_t output_bytes = std::size_t{64} << 10;   // kept of what it prints; the rest is dropped
  std::size_t processes = 32;  // threads, in effect: new processes are refused
  std::size_t open_files = 64;
  bool retry_timeouts = true;  // a time-out counts only when it happens again, alone
};

// Thread-safe; run() may be called from any number of threads and lets `parallel` of them through.
// Child processes live as long as this object at most.
class Sandbox : public CodeExecutor {
 public:
  ~Sandbox() override;
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // An Error means that nothing was measured: the sandbox did not start, or the test hands the
  // candidate an object that cannot cross.
  expected<CodeVerdict> run(const std::string& candidate, const std::string& test) override;

  // What was in force, for the manifest: isolation, layers, interpreter, limits.
  Json describe() const override;

 private:
  class Impl;
  explicit Sandbox(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  friend expected<std::unique_ptr<Sandbox>> open_sandbox(const SandboxOptions& options);
  friend expected<std::unique_ptr<Sandbox>> open_unsafe_executor(const SandboxOptions& options);
};

// Opens the sandbox and proves it: a trivial program has to pass, a wrong one has to fail, and a
// handful of things that isolation must prevent have to be prevented.
// Errors: kUnavailable, beginning with "no isolation: ".
expected<std::unique_ptr<Sandbox>> open_sandbox(const SandboxOptions& options);

// The same without isolation, for --unsafe-exec: child processes with resource limits and nothing
// else. What the model wrote can read, write and send whatever the user can.
expected<std::unique_ptr<Sandbox>> open_unsafe_executor(const SandboxOptions& options);

}  // namespace assay
