// The parts put together: a bounded number of sessions at once, each with a fresh sandbox for its
// candidate and a checker that is used again.
#include "scorers/sandbox.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <mutex>
#include <thread>
#include <vector>

#include "scorers/sandbox/gate.h"
#include "scorers/sandbox/landlock.h"
#include "scorers/sandbox/launcher.h"
#include "scorers/sandbox/self_test.h"
#include "scorers/sandbox/session.h"

namespace assay {

using sandbox::Connected;
using sandbox::Launcher;
using sandbox::Role;

namespace {

// Whether Landlock is in force, and where it is not, why not.
struct Landlock {
  int abi = 0;
  std::string why_none;
};

// A trial decides: a kernel may offer what this interpreter cannot ask for. From then on every
// process has to say that it is in force, or does not count as started.
Landlock apply_landlock(Launcher& launcher, sandbox::Spawner& spawner,
                        const SandboxOptions& options) {
  const sandbox::KernelLandlock kernel = sandbox::kernel_landlock();
  if (kernel.abi == 0) return {0, kernel.why_none};
  launcher.use_landlock(sandbox::landlock_argument(kernel.abi, launcher.interpreter()));
  auto trial = launcher.start(spawner, Role::kCandidate, options.limits);
  const expected<void> ready = trial ? sandbox::wait_until_ready(*trial, options) : trial.error();
  if (ready) return {kernel.abi, ""};
  launcher.use_landlock("");
  return {0, ready.error().message};
}

}  // namespace

class Sandbox::Impl {
 public:
  Impl(const SandboxOptions& options, std::unique_ptr<sandbox::Spawner> spawner, Launcher launcher,
       Landlock landlock)
      : options_(options),
        landlock_(std::move(landlock)),
        spawner_(std::move(spawner)),
        launcher_(std::move(launcher)),
        gate_(options.parallel) {}

  expected<CodeVerdict> run(const std::string& candidate, const std::string& test,
                            const CodeLimits& limits) {
    auto verdict = [&] {
      const sandbox::Gate::Pass pass(gate_, false);
      return attempt(candidate, test, limits);
    }();
    // SIGKILL comes from the candidate itself, or from a system that ran out of memory.
    const bool again = !verdict || verdict->kind == CodeOutcome::kTimedOut ||
                       (verdict->kind == CodeOutcome::kEndedEarly && verdict->detail == "SIGKILL");
    if (!again || !options_.retry_timeouts) return verdict;
    const sandbox::Gate::Pass pass(gate_, true);
    auto second = attempt(candidate, test, limits);
    if (second) second->retried = true;
    return second;
  }

  const SandboxOptions& options() const { return options_; }
  const Landlock& landlock() const { return landlock_; }
  Launcher& launcher() { return launcher_; }
  const Launcher& launcher() const { return launcher_; }

 private:
  expected<CodeVerdict> attempt(const std::string& candidate, const std::string& test,
                                const CodeLimits& limits) {
    auto checker = take_checker();
    if (!checker) return checker.error();
    auto started = launcher_.start(*spawner_, Role::kCandidate, limits);
    if (!started) {
      give_back(std::move(*checker));
      return started.error();
    }
    auto result =
        sandbox::run_session(std::move(*started), *checker, candidate, test, options_, limits);
    if (!result) return result.error();
    if (result->checker_usable) give_back(std::move(*checker));
    return std::move(result->verdict);
  }

  expected<Connected> take_checker() {
    {
      const std::lock_guard lock(mutex_);
      if (!checkers_.empty()) {
        Connected checker = std::move(checkers_.back());
        checkers_.pop_back();
        return checker;
      }
    }
    auto checker = launcher_.start(*spawner_, Role::kChecker, options_.limits);
    if (!checker) return checker.error();
    if (auto ready = sandbox::wait_until_ready(*checker, options_); !ready) return ready.error();
    return checker;
  }

  void give_back(Connected checker) {
    const std::lock_guard lock(mutex_);
    checkers_.push_back(std::move(checker));
  }

  const SandboxOptions options_;
  const Landlock landlock_;
  // Order matters: the checkers end before the thread that started them does.
  std::unique_ptr<sandbox::Spawner> spawner_;
  Launcher launcher_;
  sandbox::Gate gate_;
  std::mutex mutex_;
  std::vector<Connected> checkers_;
};

Sandbox::Sandbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sandbox::~Sandbox() = default;

expected<CodeVerdict> Sandbox::run(const std::string& candidate, const std::string& test) {
  const auto limits = limits_of_test(test, impl_->options().limits);
  if (!limits) return limits.error();
  return impl_->run(candidate, test, *limits);
}

Json Sandbox::describe() const {
  const SandboxOptions& o = impl_->options();
  const Launcher& launcher = impl_->launcher();
  Json json = Json::object();
  json["isolation"] = launcher.isolated() ? "bubblewrap" : "none (--unsafe-exec)";
  Json layers = Json::array();
  if (launcher.isolated()) {
    layers = {"namespaces: user mount pid ipc uts network cgroup",
              "file system: interpreter read-only, private tmpfs, nothing else",
              "seccomp: list of allowed system calls, threads but no processes",
              "no environment, no inherited descriptors, no capabilities"};
    if (launcher.drop_root()) layers.push_back("user: nobody instead of root");
    const Landlock& landlock = impl_->landlock();
    if (landlock.abi > 0) {
      layers.push_back(
          fmt::format("Landlock (version {}): read the interpreter, write /tmp", landlock.abi));
    } else {
      json["missing_layers"] = {fmt::format("Landlock: {}", landlock.why_none)};
    }
  }
  layers.push_back("rlimits: processor time, address space, file size, open files, core");
  layers.push_back("verdict: tests run in a process of their own");
  json["layers"] = std::move(layers);
  json["python"] = launcher.interpreter().version;
  json["cpu_seconds"] = std::ceil(o.limits.cpu_seconds);
  json["wall_seconds"] = o.limits.wall_seconds;
  json["memory_bytes"] = o.limits.memory_bytes;
  json["scratch_bytes"] = o.scratch_bytes;
  json["file_bytes"] = o.file_bytes;
  json["output_bytes"] = o.output_bytes;
  json["open_files"] = o.open_files;
  json["threads"] = o.processes;
  json["retry_timeouts"] = o.retry_timeouts;
  return json;
}

namespace {

Error no_isolation(const std::string& why) {
  std::string text = why;
  while (!text.empty() && text.back() == '.') text.pop_back();
  return unavailable(fmt::format(
      "no isolation: {}. Programs written by a model are not run without it; install bubblewrap "
      "and allow user namespaces, or accept the risk with --unsafe-exec.",
      text));
}

SandboxOptions completed(SandboxOptions options) {
  if (options.parallel == 0) options.parallel = std::max(1U, std::thread::hardware_concurrency());
  return options;
}

}  // namespace

expected<std::unique_ptr<Sandbox>> open_sandbox(const SandboxOptions& given) {
  const SandboxOptions options = completed(given);
  if (sandbox::find_program(options.bwrap).empty()) {
    return no_isolation(fmt::format("bubblewrap ({}) is not installed", options.bwrap));
  }
  auto spawner = std::make_unique<sandbox::Spawner>();
  auto interpreter = sandbox::discover_interpreter(*spawner, options.python);
  if (!interpreter) return no_isolation(interpreter.error().message);
  Launcher launcher(options, std::move(*interpreter), true);
  launcher.set_drop_root(geteuid() == 0);
  if (auto ready = launcher.prepare(); !ready) return no_isolation(ready.error().message);
  const Landlock landlock = apply_landlock(launcher, *spawner, options);
  std::unique_ptr<Sandbox> opened(new Sandbox(
      std::make_unique<Sandbox::Impl>(options, std::move(spawner), std::move(launcher), landlock)));
  if (auto proved = sandbox::prove_isolation(*opened); !proved) {
    return no_isolation(proved.error().message);
  }
  return opened;
}

expected<std::unique_ptr<Sandbox>> open_unsafe_executor(const SandboxOptions& given) {
  const SandboxOptions options = completed(given);
  auto spawner = std::make_unique<sandbox::Spawner>();
  auto interpreter = sandbox::discover_interpreter(*spawner, options.python);
  if (!interpreter) return interpreter.error();
  Launcher launcher(options, std::move(*interpreter), false);
  return std::unique_ptr<Sandbox>(new Sandbox(std::make_unique<Sandbox::Impl>(
      options, std::move(spawner), std::move(launcher), Landlock{})));
}

}  // namespace assay
