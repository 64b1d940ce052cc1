// What running a candidate costs, against the bare start of the interpreter that it needs anyway.
//   BM_BareInterpreter   python3 -I -c pass
//   BM_Candidate         a trivial program and its test in the sandbox
//   BM_CandidateUnsafe   the same without isolation
//   BM_CandidatesParallel  four threads, as in a run; items per second is what counts there
#include <benchmark/benchmark.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scorers/sandbox.h"

namespace assay {
namespace {

constexpr const char* kProgram = "def f(x):\n    return x + 1\n";
constexpr const char* kTest = "assert f(1) == 2\nassert f(-1) == 0";

void BM_BareInterpreter(benchmark::State& state) {
  char program[] = "/usr/bin/python3";
  char isolated[] = "-I";
  char command[] = "-c";
  char code[] = "pass";
  char* argv[] = {program, isolated, command, code, nullptr};
  for (auto _ : state) {
    pid_t pid = 0;
    if (posix_spawn(&pid, program, nullptr, nullptr, argv, environ) != 0) {
      state.SkipWithError("there is no /usr/bin/python3");
      return;
    }
    waitpid(pid, nullptr, 0);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_BareInterpreter)->UseRealTime()->Unit(benchmark::kMillisecond);

void run_one(benchmark::State& state, Sandbox& sandbox) {
  const auto verdict = sandbox.run(kProgram, kTest);
  if (!verdict || !verdict->passed) state.SkipWithError("a right program did not pass");
}

void BM_Candidate(benchmark::State& state) {
  const auto sandbox = open_sandbox({});
  if (!sandbox) {
    state.SkipWithError(sandbox.error().message.c_str());
    return;
  }
  for (auto _ : state) run_one(state, **sandbox);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_Candidate)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_CandidateUnsafe(benchmark::State& state) {
  const auto sandbox = open_unsafe_executor({});
  if (!sandbox) {
    state.SkipWithError(sandbox.error().message.c_str());
    return;
  }
  for (auto _ : state) run_one(state, **sandbox);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_CandidateUnsafe)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_CandidatesParallel(benchmark::State& state) {
  static const auto sandbox = open_sandbox({});
  if (!sandbox) {
    state.SkipWithError(sandbox.error().message.c_str());
    return;
  }
  for (auto _ : state) run_one(state, **sandbox);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_CandidatesParallel)->Threads(4)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace assay
