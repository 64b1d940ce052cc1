// See html_report.h. The figures stand at the file's beginning and the packed samples behind them,
// so a browser can paint the page while it still reads the rest.
#include "results/html_report.h"

#include <fmt/format.h>

#include "results/comparability.h"
#include "results/figures.h"
#include "results/page/html.h"
#include "results/page/html_page.h"
#include "results/page/page_samples.h"
#include "results/page/sections.h"
#include "runtime/files.h"
#include "runtime/wire.h"

namespace assay {
namespace {

using page::Cell;
using page::CellKind;
using page::PageRun;

std::vector<PageRun> named(std::vector<RunInspection> runs) {
  const std::vector<std::string> names = page::run_names(runs);
  std::vector<PageRun> out;
  for (std::size_t i = 0; i < runs.size(); ++i) out.push_back({names[i], std::move(runs[i])});
  return out;
}

std::string state_text(const RunInspection& run) {
  if (!run.verifies()) return "does not verify";
  switch (run.state) {
    case RunState::kFinished:
      return run.checked.empty() ? "finished, not verified" : "finished, verified";
    case RunState::kUnfinished:
      return "not finished";
    case RunState::kUnreadable:
      return "cannot be read";
  }
  return "";
}

page::Table runs_table(const std::vector<PageRun>& runs) {
  page::Table table;
  const bool several = runs.size() > 1;
  table.columns = {{several ? "run" : "model"},
                   {"folder"},
                   {"state"},
                   {"items", true},
                   {"errors", true},
                   {"tokens asked", true},
                   {"generated", true},
                   {"engine time", true},
                   {"begun"}};
  if (several) table.columns.insert(table.columns.begin() + 1, {"model"});
  for (const PageRun& run : runs) {
    std::vector<Cell> row = {{run.name}, {run.inspected.path, CellKind::kCode}};
    if (several) row.insert(row.begin() + 1, {run.inspected.model});
    const std::string state = state_text(run.inspected);
    row.push_back({state, !run.inspected.verifies()                      ? CellKind::kFailed
                          : run.inspected.state == RunState::kUnfinished ? CellKind::kAbsent
                                                                         : CellKind::kText});
    if (run.has_figures()) {
      const Summary& summary = run.folder().summary;
      row.push_back({std::to_string(summary.items), CellKind::kFigure});
      row.push_back({std::to_string(summary.errors),
                     summary.errors > 0 ? CellKind::kFailed : CellKind::kFigure});
      row.push_back({std::to_string(summary.tokens.prompt), CellKind::kFigure});
      row.push_back({std::to_string(summary.tokens.generated), CellKind::kFigure});
      row.push_back(
          {summary.timing.engine_seconds > 0 ? duration_text(summary.timing.engine_seconds) : "",
           CellKind::kFigure});
    } else {
      row.insert(row.end(), 5, Cell{"no figures", CellKind::kAbsent});
    }
    row.push_back(
        {run.inspected.manifest.is_object() ? run.inspected.manifest.value("started", "") : ""});
    table.rows.push_back(std::move(row));
  }
  return table;
}

page::Page page_of(const std::vector<PageRun>& runs) {
  page::Page out;
  out.title =
      runs.size() == 1 ? "assay: " + runs.front().name : fmt::format("assay: {} runs", runs.size());
  out.runs = runs_table(runs);
  out.banners = page::status_banners(runs);
  const auto add = [&](std::optional<page::Section> section) {
    if (section) out.sections.push_back(std::move(*section));
  };
  add(page::headline_section(runs));
  add(page::comparison_section(runs));
  add(page::tradeoff_section(runs));
  add(page::pass_at_k_section(runs));
  add(page::long_context_section(runs));
  add(page::calibration_section(runs));
  add(page::subject_section(runs));
  out.sections.push_back({"samples", "Samples", {}});
  add(page::manifest_section(runs));
  add(page::method_section(runs));
  return out;
}

// The first run of the page whose token ids mean the same as this one's; nullopt = unknown tokens.
std::optional<std::size_t> token_family(const std::vector<PageRun>& runs, std::size_t r) {
  const Json& manifest = runs[r].inspected.manifest;
  const auto described = [](const Json& m) { return m.is_object() && m.contains("model"); };
  for (std::size_t i = 0; described(manifest) && i <= r; ++i) {
    const Json& other = runs[i].inspected.manifest;
    if (described(other) && same_tokens(other, manifest)) return i;
  }
  return std::nullopt;
}

std::string samples_element(const std::vector<PageRun>& runs, bool still) {
  const char* text = "This part needs the page's script.";
  if (still) text = "This page was written without its samples (--static).";
  if (!still && !page::has_viewer()) {
    text = "This page was written by an assay that was built without its interactive viewer.";
  }
  const std::string sentences = fmt::format(
      "{} The samples are in the run folder, in samples.jsonl; one of them is shown by: assay show "
      "{} ITEM",
      text, runs.front().inspected.path);
  return "<div id=\"sample-browser\"><p class=\"static-note\">" + page::escaped(sentences) +
         "</p></div>\n";
}

}  // namespace

page::Page make_page(std::vector<RunInspection> runs) { return page_of(named(std::move(runs))); }

expected<void> write_html_report(std::vector<RunInspection> inspected, const std::string& path,
                                 bool still) {
  if (inspected.size() > kMostReportedRuns) {
    return usage_error(fmt::format("A page shows at most {} runs; {} were given.",
                                   kMostReportedRuns, inspected.size()));
  }
  std::vector<PageRun> runs = named(std::move(inspected));
  expected<OutputFile> file = OutputFile::open(path);
  if (!file) return file.error();
  const page::Sink sink = [&](std::string_view bytes) { return file->write(bytes); };
  const bool scripted = page::has_viewer() && !still;
  if (auto put = sink(page::html_begin(page_of(runs), samples_element(runs, still), scripted));
      !put) {
    return put;
  }
  if (scripted) {
    Json data = {{"version", 1}, {"runs", Json::array()}};
    for (std::size_t r = 0; r < runs.size(); ++r) {
      Json run = {{"name", runs[r].name},
                  {"folder", runs[r].inspected.path},
                  {"marked", runs[r].inspected.tokens != nullptr}};
      if (const auto tokens = token_family(runs, r)) run["vocabulary"] = *tokens;
      run["tasks"] = Json::array();
      if (runs[r].has_figures()) {
        expected<Json> tasks = page::write_samples(
            r, runs[r].folder(), sink, {runs[r].inspected.tokens.get(), runs.size() > 1});
        if (!tasks) return tasks.error();
        run["tasks"] = std::move(*tasks);
        runs[r].inspected.run.reset();  // its samples are written; the next run needs the memory
      }
      data["runs"].push_back(std::move(run));
    }
    if (auto put = sink("<script type=\"application/json\" id=\"assay-data\">" +
                        page::json_in_script(dump_line(data)) + "</script>\n");
        !put) {
      return put;
    }
  }
  if (auto put = sink(page::html_end(scripted)); !put) return put;
  return file->commit();
}

}  // namespace assay
