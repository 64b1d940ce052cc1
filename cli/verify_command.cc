// `assay verify RUN`: recomputes every figure of a run from its evidence and says where they
// differ. Ends with 65 when anything does.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/open_data.h"
#include "cli/run_arguments.h"
#include "results/verify.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

constexpr std::size_t kShownProblems = 20;

class VerifyCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("run", folder_, "a run folder")->type_name("RUN")->required();
    add_data_option(app, data_dir_);
    app.add_flag("--json", json_, "print the findings as JSON");
  }

  expected<ExitCode> run(Console& console) override {
    const expected<std::unique_ptr<DataSource>> data = open_data(data_dir_);
    if (!data) return data.error();
    const expected<VerifyReport> report = verify_run(folder_, **data, nullptr);
    if (!report) return report.error();
    if (json_) {
      const Json json = {{"ok", report->ok()},           {"records", report->records},
                         {"samples", report->samples},   {"figures", report->figures},
                         {"problems", report->problems}, {"not_checked", report->not_checked}};
      console.print(dump_pretty(json) + "\n");
    } else {
      print(console, *report);
    }
    return report->ok() ? ExitCode::kOk : ExitCode::kBadData;
  }

 private:
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
  }

  std::string folder_;
  std::string data_dir_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace assay::cli
