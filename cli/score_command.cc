// `assay score RUN`: judges a run's journal again and writes samples and summary anew. The model is
// not needed; the items' documents come from the data home.
#include <CLI/CLI.hpp>

#include "cli/code_execution.h"
#include "cli/command.h"
#include "cli/open_data.h"
#include "cli/print_table.h"
#include "cli/run_arguments.h"
#include "results/score.h"
#include "runtime/manifest.h"
#include "runtime/wire.h"
#include "tasks/registry.h"

namespace assay::cli {
namespace {

class ScoreCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("run", folder_, "a run folder")->type_name("RUN")->required();
    add_data_option(app, data_dir_);
    code_.add_to(app);
    app.add_flag("--json", json_, "print the summary as JSON instead of the table");
  }

  expected<ExitCode> run(Console& console) override {
    const expected<std::unique_ptr<DataSource>> data = open_data(data_dir_);
    if (!data) return data.error();
    if (const expected<void> opened = open_executor(); !opened) return opened.error();
    if (!code_.warning().empty()) console.say(code_.warning());
    const expected<Summary> summary = score_run(folder_, **data, code_.executor());
    if (!summary) return summary.error();
    if (json_) {
      console.print(dump_pretty(to_json(*summary)) + "\n");
    } else {
      print_result_table(console, *summary, folder_);
      if (!code_.warning().empty()) console.print(code_.warning() + "\n");
    }
    return ExitCode::kOk;
  }

 private:
  expected<void> open_executor() {
    const expected<Json> manifest = load_manifest(folder_);
    if (!manifest) return {};  // score_run says what is wrong with it
    std::vector<const Task*> tasks;
    for (const Json& planned : manifest->value("tasks", Json::array())) {
      const Task* task = find_task(planned.value("name", std::string()));
      if (task != nullptr) tasks.push_back(task);
    }
    return code_.open(tasks);
  }

  std::string folder_;
  std::string data_dir_;
  CodeExecution code_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_score_command() { return std::make_unique<ScoreCommand>(); }

}  // namespace assay::cli
