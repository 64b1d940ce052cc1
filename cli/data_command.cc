// `assay data list | import DIR | verify [NAME] | fetch NAME`: the data home. Each action calls one
// function of datasets/ and prints what it reports.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command.h"
#include "cli/data_listing.h"
#include "cli/interrupt.h"
#include "cli/run_arguments.h"
#include "cli/suggest.h"
#include "datasets/catalog.h"
#include "datasets/data_home.h"
#include "datasets/fetch.h"
#include "datasets/import.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

Json import_json(const ImportReport& report) {
  Json json = {{"imported", Json::array()}, {"ignored", Json::array()}};
  for (const ImportedFile& file : report.imported) {
    json["imported"].push_back({{"from", file.from},
                                {"path", file.path},
                                {"verified", file.verified},
                                {"copied", file.copied}});
  }
  for (const IgnoredFile& file : report.ignored) {
    json["ignored"].push_back({{"from", file.from}, {"reason", file.reason}});
  }
  return json;
}

Json check_json(const std::vector<DataCheck>& checks) {
  Json json = Json::array();
  for (const DataCheck& check : checks) {
    Json files = Json::array();
    for (const FileCheck& file : check.files) {
      files.push_back({{"path", file.path},
                       {"state", std::string(to_string(file.state))},
                       {"sha256", file.sha256},
                       {"detail", file.detail}});
    }
    Json splits = Json::array();
    for (const SplitCheck& split : check.splits) {
      splits.push_back({{"config", split.config},
                        {"split", split.split},
                        {"rows", split.status.rows},
                        {"label", split.status.label()},
                        {"error", split.error}});
    }
    json.push_back({{"name", check.name},
                    {"present", check.present},
                    {"ok", check.ok()},
                    {"files", std::move(files)},
                    {"splits", std::move(splits)}});
  }
  return json;
}

class DataCommand : public Command {
 public:
  PluginUse plugin_use() const override { return PluginUse::kNone; }

  void add_options(CLI::App& app) override {
    app.add_option("action", action_, "list, import, verify or fetch")->type_name("ACTION");
    app.add_option("argument", arguments_, "import: a folder or file; verify, fetch: data sets")
        ->type_name("DIR|NAME…");
    add_data_option(app, data_dir_);
    app.add_flag("-n,--dry-run", dry_run_, "import: say what would be copied and copy nothing");
    app.add_flag("--json", json_, "as JSON");
    app.footer(
        "Examples:\n"
        "  assay data list\n"
        "  assay data import ~/Downloads      recognises upstream files by their content\n"
        "  assay data verify gsm8k            SHA-256 and counts\n"
        "  assay data fetch gsm8k             downloads, goes on where it stopped\n");
  }

  expected<ExitCode> run(Console& console) override {
    const std::vector<std::string> actions = {"list", "import", "verify", "fetch"};
    if (std::find(actions.begin(), actions.end(), action_) == actions.end()) {
      return usage_error(fmt::format(
          "`assay data` takes list, import, verify or fetch{}",
          action_.empty() ? "." : ", not '" + action_ + "'." + did_you_mean(action_, actions)));
    }
    if (action_ == "list") {
      if (!arguments_.empty()) return usage_error("`assay data list` takes no further word.");
      return print_data_listing(console, data_dir_, json_);
    }
    const DataHome home(data_home_folder(data_dir_));
    if (action_ == "verify") return verify(console, home);
    if (arguments_.empty()) {
      return usage_error(action_ == "import"
                             ? "`assay data import` needs the folder to look through."
                             : "`assay data fetch` needs the name of a data set; `assay data "
                               "list` shows them.");
    }
    return action_ == "import" ? import(console, home) : fetch(console, home);
  }

 private:
  void show_on_terminal(Console& console, const std::string& line) const {
    if (console.error_is_terminal()) console.overwrite(line);
  }

  expected<ExitCode> import(Console& console, const DataHome& home) const {
    if (arguments_.size() > 1) return usage_error("`assay data import` takes one folder.");
    ImportOptions options;
    options.dry_run = dry_run_;
    options.progress = [&](const std::string& file) { show_on_terminal(console, file); };
    const expected<ImportReport> report = import_data(home, arguments_.front(), options);
    console.clear_line();
    if (!report) return report.error();
    if (json_) {
      console.print(dump_pretty(import_json(*report)) + "\n");
      return ExitCode::kOk;
    }
    for (const ImportedFile& file : report->imported) {
      const char* done = dry_run_ ? "would copy" : file.copied ? "copied" : "already here";
      console.print(fmt::format("{} {} -> {}{}\n", done, file.from, file.path,
                                file.verified ? "" : "  (unverified: recognised by its shape)"));
    }
    console.print(fmt::format("{} files recognised, {} not; data home {}\n",
                              report->imported.size(), report->ignored.size(), home.folder()));
    return ExitCode::kOk;
  }

  expected<ExitCode> verify(Console& console, const DataHome& home) const {
    const expected<std::vector<DataCheck>> checks =
        verify_data(home, arguments_,
                    [&](const std::string& path) { show_on_terminal(console, "reading " + path); });
    console.clear_line();
    if (!checks) return checks.error();
    const bool ok =
        std::all_of(checks->begin(), checks->end(), [](const DataCheck& c) { return c.ok(); });
    if (json_) {
      console.print(dump_pretty(check_json(*checks)) + "\n");
      return ok ? ExitCode::kOk : ExitCode::kBadData;
    }
    for (const DataCheck& check : *checks) print_check(console, check);
    if (checks->empty()) {
      console.print(fmt::format(
          "There are no data in {}; `assay data list` says how to get them.\n", home.folder()));
    }
    return ok ? ExitCode::kOk : ExitCode::kBadData;
  }

  void print_check(Console& console, const DataCheck& check) const {
    console.print(console.styled(check.name, Style::kBold) +
                  (check.present ? "\n" : "  nothing here\n"));
    for (const FileCheck& file : check.files) {
      if (file.state == FileState::kMissing) continue;
      const bool good = file.state == FileState::kOk;
      const std::string state = fmt::format("{:<9}", to_string(file.state));
      console.print(fmt::format("  {} {}{}\n",
                                console.styled(state, good ? Style::kGreen : Style::kYellow),
                                file.path, file.detail.empty() ? "" : ": " + file.detail));
    }
    for (const SplitCheck& split : check.splits) {
      const std::string name =
          split.config.empty() ? split.split : split.config + " " + split.split;
      if (!split.error.empty()) {
        console.print(fmt::format("  {}: {}\n", name, console.styled(split.error, Style::kRed)));
      } else if (!split.status.label().empty()) {
        console.print(
            fmt::format("  {}: {} items, {}\n", name, split.status.rows, split.status.label()));
      }
    }
  }

  expected<ExitCode> fetch(Console& console, const DataHome& home) const {
    const std::atomic<bool>& stop = stop_on_signal();
    FetchOptions options;
    options.progress = [&](const FetchProgress& now) {
      std::string line = fmt::format("{}  {}", now.file, megabytes(now.received));
      if (now.total > 0) {
        line +=
            fmt::format(" of {} ({:.0f} %)", megabytes(now.total),
                        100.0 * static_cast<double>(now.received) / static_cast<double>(now.total));
      }
      show_on_terminal(console, line);
      return !stop.load();
    };
    for (const std::string& name : arguments_) {
      const expected<std::vector<FetchedFile>> files = fetch_dataset(home, name, options);
      console.clear_line();
      if (!files) return files.error();
      for (const FetchedFile& file : *files) {
        console.print(fmt::format("{} {} ({}){}\n", file.already_here ? "already here" : "fetched",
                                  file.path, megabytes(file.bytes),
                                  file.verified ? "" : "  unverified"));
      }
    }
    return ExitCode::kOk;
  }

  std::string action_;
  std::vector<std::string> arguments_;
  std::string data_dir_;
  bool dry_run_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_data_command() { return std::make_unique<DataCommand>(); }

}  // namespace assay::cli
