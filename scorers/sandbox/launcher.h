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
  Fd output;             // what it prints, both streams
  std::string greeting;  // what it says first when all its layers are in force
};

// Thread-safe once made.
class Launcher {
 public:
  Launcher(SandboxOptions options, Interpreter interpreter, bool isolated)
      : options_(std::move(options)), interpreter_(std::move(interpreter)), isolated_(isolated) {}

  // Compiles the filters. Errors: kUnavailable.
  expected<void> prepare();
  // Applies Landlock from now on. landlock.h says what the text is; "" = not at all.
  void use_landlock(std::string argument) { landlock_argument_ = std::move(argument); }
  expected<Connected> start(Spawner& spawner, Role role, const CodeLimits& own) const;

  bool isolated() const { return isolated_; }
  void set_drop_root(bool drop) { drop_root_ = drop; }
  bool drop_root() const { return drop_root_; }
  const Interpreter& interpreter() const { return interpreter_; }

 private:
  std::vector<std::string> command(Role role) const;
  std::vector<Limit> limits(Role role, const CodeLimits& own) const;

  SandboxOptions options_;
  Interpreter interpreter_;
  bool isolated_;
  bool drop_root_ = false;
  std::string landlock_argument_;
  std::string filters_[2];
};

}  // namespace assay::sandbox
