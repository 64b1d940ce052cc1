// `assay check task FILE|NAME`: what its author should know about a task before anybody trusts its
// numbers. Renders three items, tries the scorer on answers whose marks are known, and looks
// through the data (tasks/author_check.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/code_execution.h"
#include "cli/command.h"
#include "cli/open_data.h"
#include "cli/run_arguments.h"
#include "cli/task_files.h"
#include "cli/validators.h"
#include "runtime/wire.h"
#include "tasks/author_check.h"
#include "tasks/suite.h"

namespace assay::cli {
namespace {

constexpr const char* kExamples =
    "Exit code 0: nothing to fix; 65: something to fix; 69: the data are not here.\n\n"
    "Examples:\n"
    "  assay check task capitals.yaml\n"
    "  assay check task gsm8k --shots 5\n";

Json report_json(const CheckReport& report) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) {
    findings.push_back({{"rule", finding.rule}, {"what", finding.what}, {"fix", finding.fix}});
  }
  Json shown = Json::array();
  for (const CheckedItem& item : report.shown) {
    shown.push_back({{"id", item.id}, {"text", item.text}});
  }
  return {{"task", report.task},   {"items", report.items},     {"scored", report.scored},
          {"shots", report.shots}, {"shown", std::move(shown)}, {"findings", std::move(findings)},
          {"notes", report.notes}};
}

class CheckCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("what", what_, "task")->type_name("task")->required()->check(one_of({"task"}));
    app.add_option("task", task_, "a task file (.yaml), or a task, group or tag")
        ->type_name("FILE|NAME")
        ->required();
    app.add_option("--shots", shots_, "worked examples before each item [the task's own, or 2]")
        ->type_name("K")
        ->check(whole_number(0, 1000));
    code_.add_to(app);
    add_data_option(app, data_dir_);
    add_include_path_option(app, include_path_);
    app.add_flag("-q,--quiet", quiet_, "only what is to be fixed, no prompts");
    app.add_flag("--json", json_, "as JSON");
    app.footer(kExamples);
  }

  expected<ExitCode> run(Console& console) override {
    const expected<std::vector<std::string>> targets =
        load_targets(console, include_path_, {task_});
    if (!targets) return targets.error();
    const expected<ResolvedTargets> resolved = resolve_targets(*targets, {});
    if (!resolved) return resolved.error();
    const expected<std::unique_ptr<DataSource>> data = open_data(data_dir_);
    if (!data) return data.error();
    std::vector<const Task*> tasks;
    for (const ResolvedTask& one : resolved->tasks) tasks.push_back(one.task);
    if (const expected<void> opened = code_.open(tasks); !opened) return opened.error();
    CheckOptions options;
    options.shots = shots_;
    options.executor = code_.executor();
    Json all = Json::array();
    bool to_fix = false;
    bool absent = false;
    for (const Task* task : tasks) {
      const CheckReport report = check_task(*task, **data, options);
      absent = absent || report.refusal.has_value();
      to_fix = to_fix || (!report.findings.empty() && !report.refusal);
      if (json_) {
        all.push_back(report_json(report));
      } else {
        print(console, report);
      }
    }
    if (json_) console.print(dump_pretty(all) + "\n");
    if (to_fix) return ExitCode::kBadData;
    return absent ? ExitCode::kUnavailable : ExitCode::kOk;
  }

 private:
  void print(Console& console, const CheckReport& report) const {
    if (!quiet_) {
      for (const CheckedItem& item : report.shown) {
        console.print(fmt::format("{} item {}, {} shots\n{}\n", report.task, item.id, report.shots,
                                  item.text));
      }
    }
    for (const Finding& finding : report.findings) {
      console.print(fmt::format("{} [{}] {}\n  fix: {}.\n", report.task, finding.rule, finding.what,
                                finding.fix));
    }
    for (const std::string& note : report.notes) {
      console.print(fmt::format("{} note: {}\n", report.task, note));
    }
    if (report.findings.empty()) {
      console.print(fmt::format("{}: {} items, {} scored with known answers; nothing to fix.\n",
                                report.task, report.items, report.scored));
    } else {
      console.print(fmt::format("{}: {} to fix.\n", report.task, report.findings.size()));
    }
  }

  std::string what_;
  std::string task_;
  std::optional<int> shots_;
  CodeExecution code_;
  std::string data_dir_;
  std::vector<std::string> include_path_;
  bool quiet_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_check_command() { return std::make_unique<CheckCommand>(); }

}  // namespace assay::cli
