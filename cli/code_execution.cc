// See code_execution.h.
#include "cli/code_execution.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "scorers/sandbox.h"

namespace assay::cli {
namespace {

// Answers every program with the reason why none is run, so that the reason stands in the scores.
class Refusal : public CodeExecutor {
 public:
  explicit Refusal(Error why) : why_(std::move(why)) {}
  expected<CodeVerdict> run(const std::string&, const std::string&) override { return why_; }
  Json describe() const override { return {{"isolation", "refused"}, {"why", why_.message}}; }

 private:
  Error why_;
};

}  // namespace

void CodeExecution::add_to(CLI::App& app) {
  app.add_flag("--unsafe-exec", unsafe_,
               "run what the model writes without a sandbox, with your rights");
}

expected<void> CodeExecution::open(const std::vector<const Task*>& tasks) {
  const auto runs_code = [](const Task* task) { return static_cast<bool>(task->build_program); };
  if (!std::any_of(tasks.begin(), tasks.end(), runs_code)) return {};
  if (unsafe_) {
    auto opened = open_unsafe_executor({});
    if (!opened) return opened.error();
    executor_ = std::move(*opened);
    warning_ = "--unsafe-exec: what the model writes runs without a sandbox, with your rights.";
    return {};
  }
  auto opened = open_sandbox({});
  if (opened) {
    executor_ = std::move(*opened);
    return {};
  }
  warning_ = opened.error().message;
  if (std::all_of(tasks.begin(), tasks.end(), runs_code)) missed_point_ = opened.error().message;
  executor_ = std::make_unique<Refusal>(opened.error());
  return {};
}

}  // namespace assay::cli
