// `assay verify RUN`: recomputes every figure of a run from its evidence and says where they
// differ. Programs that the model wrote are run again in the sandbox. Ends with 65 when anything
// differs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "cli/command.h"
#include "cli/open_data.h"
#include "cli/run_arguments.h"
#include "results/code_summary.h"
#include "results/verify.h"
#include "runtime/manifest.h"
#include "runtime/wire.h"
#include "scorers/sandbox.h"

namespace assay::cli {
namespace {

constexpr std::size_t kShownProblems = 20;

class VerifyCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("run", folder_, "a run folder")->type_name("RUN")->required();
    add_data_option(app, data_dir_);
    app.add_flag("--skip-code", skip_code_,
                 "do not run what the model wrote again; take its verdicts as they are recorded");
    app.add_flag("--json", json_, "print the findings as JSON");
  }

  expected<ExitCode> run(Console& console) override {
    const expected<std::unique_ptr<DataSource>> data = open_data(data_dir_);
    if (!data) return data.error();
    std::string why_no_executor = "--skip-code";
    std::unique_ptr<CodeExecutor> executor;
    if (!skip_code_ && ran_code()) {
      auto opened = open_sandbox({});
      if (opened) executor = std::move(*opened);
      if (!opened) why_no_executor = opened.error().message;
    }
    if (executor) {
      console.say("what the model wrote is run again in the sandbox; --skip-code leaves that out.");
    }
    const expected<VerifyReport> report =
        verify_run(folder_, **data, executor.get(), why_no_executor);
    if (!report) return report.error();
    if (json_) {
      const Json json = {{"ok", report->ok()},
                         {"records", report->records},
                         {"samples", report->samples},
                         {"figures", report->figures},
                         {"programs_run_again", report->programs},
                         {"problems", report->problems},
                         {"not_checked", report->not_checked}};
      console.print(dump_pretty(json) + "\n");
    } else {
      print(console, *report);
    }
    return report->ok() ? ExitCode::kOk : ExitCode::kBadData;
  }

 private:
  // Whether programs were run: a manifest that cannot be read is verify_run's to name.
  bool ran_code() const {
    const expected<Json> manifest = load_manifest(folder_);
    if (!manifest) return false;
    const std::string isolation = code_execution_of(*manifest).isolation;
    return !isolation.empty() && isolation != "refused";
  }

  void print(Console& console, const VerifyReport& report) const {
    for (std::size_t i = 0; i < report.problems.size() && i < kShownProblems; ++i) {
      console.say(report.problems[i]);
    }
    if (report.problems.size() > kShownProblems) {
      console.say(fmt::format("and {} more problems; --json lists all.",
                              report.problems.size() - kShownProblems));
    }
    for (const std::string& reason : report.not_checked) {
      console.print("not checked: " + reason + "\n");
    }
    const std::string verdict =
        report.ok() ? console.styled("verified", Style::kGreen)
                    : console.styled(fmt::format("{} problem{}", report.problems.size(),
                                                 report.problems.size() == 1 ? "" : "s"),
                                     Style::kRed);
    console.print(fmt::format("{}: {} journal records, {} sample lines, {} figures recomputed\n",
                              verdict, report.records, report.samples, report.figures));
    if (report.programs > 0) {
      console.print(fmt::format("{} programs were run again\n", report.programs));
    }
  }

  std::string folder_;
  std::string data_dir_;
  bool skip_code_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace assay::cli
