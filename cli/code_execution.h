// Whether and how the code tasks of a run are executed: in the sandbox, without one because the
// user said so, or not at all, with the reason in every score.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "assay/code_executor.h"
#include "assay/task.h"

namespace CLI {
class App;
}

namespace assay::cli {

class CodeExecution {
 public:
  // Declares --unsafe-exec. REQUIRES: the object outlives the parsing of `app`.
  void add_to(CLI::App& app);

  // Opens what the tasks need; nothing when none of them runs code. A refused sandbox is no error
  // here: the run goes on and its code tasks are "not run: no isolation: …".
  expected<void> open(const std::vector<const Task*>& tasks);

  CodeExecutor* executor() const { return executor_.get(); }  // null when no task runs code
  const std::string& warning() const { return warning_; }     // for the user, "" = none
  // Why there is no isolation, when every task needed it: then the run missed its point.
  const std::string& missed_point() const { return missed_point_; }

 private:
  bool unsafe_ = false;
  std::unique_ptr<CodeExecutor> executor_;
  std::string warning_;
  std::string missed_point_;
};

}  // namespace assay::cli
