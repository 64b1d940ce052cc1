// The command line of a process that runs a candidate or its tests: under bubblewrap, or plain for
// --unsafe-exec.
#pragma once

#include <string>

#include "assay/expected.h"
#include "scorers/sandbox.h"
#include "scorers/sandbox/interpreter.h"
#include "scorers/sandbox/seccomp_policy.h"
#include "scorers/sandbox/spawn.h"

namespace assay::sandbox {

// What a started process is reached by.
struct Connected {
  Process process;
  Channel channel;
  Fd output;  // what it prints, both streams
};

// Thread-safe once made.
class Launcher {
 public:
  Launcher(SandboxOptions options, Interpreter interpreter, bool isolated)
      : options_(std::move(options)), interpreter_(std::move(interpreter)), isolated_(isolated) {}

  // Compiles the filters. Errors: kUnavailable.
  expected<void> prepare();
  expected<Connected> start(Spawner& spawner, Role role) const;

  bool isolated() const { return isolated_; }
  void set_drop_root(bool drop) { drop_root_ = drop; }
  bool drop_root() const { return drop_root_; }
  const Interpreter& interpreter() const { return interpreter_; }

 private:
  std::vector<std::string> command(Role role) const;
  std::vector<Limit> limits(Role role) const;

  SandboxOptions options_;
  Interpreter interpreter_;
  bool isolated_;
  bool drop_root_ = false;
  std::string filters_[2];
};

}  // namespace assay::sandbox
