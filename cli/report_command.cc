// `assay report RUN… [-o FILE] [--as lm-eval]`: writes runs as a page, Markdown, CSV or JSON (by
// the ending of FILE; Markdown on standard output without -o), or one run as the original harness'
// files. A page also shows runs that are not finished or do not verify; the other formats refuse.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "cli/command.h"
#include "cli/open_data.h"
#include "cli/validators.h"
#include "results/html_report.h"
#include "results/lm_eval_export.h"
#include "results/report.h"
#include "results/token_marks.h"
#include "runtime/files.h"
#include "runtime/reference_model.h"

namespace assay::cli {
namespace {

class ReportCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("runs", folders_, "run folders")->type_name("RUN…")->required();
    app.add_option("-o,--output", file_,
                   "a .html, .md, .csv or .json file [Markdown on the output]")
        ->type_name("FILE");
    app.add_option("--as", as_, "html, md, csv, json or lm-eval [the ending of FILE]")
        ->type_name("FORMAT");
    app.add_flag("--strict", strict_, "html: refuse a run that does not verify or is not finished");
    app.add_flag("--no-verify", no_verify_, "html: do not check the runs against their evidence");
    app.add_flag("--static", static_,
                 "html: drawings and tables alone, without script and samples");
    app.add_option("--data", data_dir_, "html: data home, to judge the answers again")
        ->type_name("DIR");
    app.add_option("-m,--model", models_,
                   "html: a model of the runs, to mark where tokens begin [reference]")
        ->type_name("MODEL");
    app.footer(
        "--as lm-eval writes FILE and, beside it, samples_<task>.jsonl, as the original harness\n"
        "would; what it has no word for (item errors, data labels) is under the key \"assay\".\n\n"
        "Examples:\n"
        "  assay report runs/mmlu-model\n"
        "  assay report runs/mmlu-model -o page.html         one file that opens from the disk\n"
        "  assay report runs/q8 runs/q4 -o both.html         up to 20 runs\n"
        "  assay report runs/a runs/b -o both.csv\n"
        "  assay report runs/mmlu-model -o results.json --as lm-eval\n");
  }

  expected<ExitCode> run(Console& console) override {
    if (as_ == "lm-eval") return as_lm_eval(console);
    const expected<ReportFormat> format = chosen_format();
    if (!format) return format.error();
    if (*format == ReportFormat::kHtml) return as_html(console);
    std::vector<RunFolder> runs;
    for (const std::string& folder : folders_) {
      const bool compares = folders_.size() > 1 && *format != ReportFormat::kCsv;
      expected<RunFolder> run = compares ? load_run(folder) : load_run_summary(folder);
      if (!run) return run.error();
      runs.push_back(std::move(*run));
    }
    const std::string text = render_report(runs, *format);
    if (file_.empty()) {
      console.print(text);
      return ExitCode::kOk;
    }
    if (const expected<void> written = write_file(file_, text); !written) return written.error();
    console.say("wrote " + file_);
    return ExitCode::kOk;
  }

 private:
  expected<ReportFormat> chosen_format() const {
    if (as_ == "md") return ReportFormat::kMarkdown;
    if (as_ == "csv") return ReportFormat::kCsv;
    if (as_ == "json") return ReportFormat::kJson;
    if (as_ == "html") return ReportFormat::kHtml;
    if (!as_.empty()) {
      return usage_error(fmt::format(
          "There is no report format '{}'; there are html, md, csv, json and lm-eval.", as_));
    }
    return file_.empty() ? ReportFormat::kMarkdown : report_format_for(file_);
  }

  expected<ExitCode> as_html(Console& console) {
    if (file_.empty()) return usage_error("A page is written to a file; say where with -o FILE.");
    if (folders_.size() > kMostReportedRuns) {
      return usage_error(fmt::format("A page shows at most {} runs; {} were given.",
                                     kMostReportedRuns, folders_.size()));
    }
    const expected<std::unique_ptr<DataSource>> data = open_data(data_dir_);
    InspectOptions options;
    options.verify = !no_verify_;
    if (data) options.data = data->get();
    std::vector<RunInspection> runs;
    for (const std::string& folder : folders_) {
      expected<RunInspection> run = inspect_run(folder, options);
      if (!run) return run.error();
      if (strict_ && !run->verifies()) {
        return data_error(fmt::format("{} does not verify: {}", folder, run->problems.front()));
      }
      if (strict_ && run->state != RunState::kFinished) {
        return unavailable(fmt::format("The run in {} is not finished.", folder));
      }
      for (const std::string& problem : run->problems) console.say(problem);
      runs.push_back(std::move(*run));
    }
    if (const auto added = add_tokens(runs); !added) return added.error();
    if (auto written = write_html_report(std::move(runs), file_, static_); !written)
      return written.error();
    console.say("wrote " + file_);
    return ExitCode::kOk;
  }

  // Each run gets the first vocabulary that makes its tokens; the reference model is always at
  // hand.
  expected<void> add_tokens(std::vector<RunInspection>& runs) const {
    std::vector<bool> used(models_.size(), false);
    for (RunInspection& run : runs) {
      if (!run.run) continue;
      const Json model = run.manifest.value("model", Json::object());
      for (std::size_t i = 0; i < models_.size() && !run.tokens; ++i) {
        expected<AskedTokens> tokens = AskedTokens::open(models_[i], model);
        if (!tokens) return tokens.error();
        if (!fits(*tokens, *run.run)) continue;
        run.tokens = std::make_shared<const AskedTokens>(std::move(*tokens));
        used[i] = true;
      }
      const bool gguf = model.value("settings", Json::object()).value("kind", "") == "gguf";
      if (run.tokens || !gguf) continue;
      expected<AskedTokens> tokens = AskedTokens::open(std::string(kReferenceModel), model);
      if (!tokens || !fits(*tokens, *run.run)) continue;
      run.tokens = std::make_shared<const AskedTokens>(std::move(*tokens));
    }
    for (std::size_t i = 0; i < models_.size(); ++i) {
      if (used[i]) continue;
      return usage_error(
          fmt::format("{} does not make the tokens that any of the runs asked; name the model file "
                      "of a run, or another quantization of it.",
                      models_[i]));
    }
    return {};
  }

  expected<ExitCode> as_lm_eval(Console& console) const {
    if (folders_.size() != 1) {
      return usage_error("--as lm-eval writes one run; give exactly one run folder.");
    }
    if (file_.empty()) {
      return usage_error("--as lm-eval writes several files; say where with -o results.json.");
    }
    const expected<RunFolder> run = load_run(folders_.front());
    if (!run) return run.error();
    const expected<LmEvalFiles> files = write_lm_eval(*run, file_);
    if (!files) return files.error();
    console.say(fmt::format("wrote {} and {} sample file{} beside it", files->results,
                            files->samples.size(), files->samples.size() == 1 ? "" : "s"));
    if (run->summary.errors > 0) {
      console.say(
          fmt::format("{} items could not be measured; they are under \"assay\" in {}, "
                      "the format has no place for them",
                      run->summary.errors, files->results));
    }
    return ExitCode::kOk;
  }

  std::vector<std::string> folders_;
  std::vector<std::string> models_;
  std::string file_;
  std::string as_;
  std::string data_dir_;
  bool strict_ = false;
  bool no_verify_ = false;
  bool static_ = false;
};

}  // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace assay::cli
