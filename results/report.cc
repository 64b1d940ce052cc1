// See report.h.
#include "results/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "results/compare.h"
#include "results/comparison_json.h"
#include "results/csv.h"
#include "results/figures.h"
#include "results/model_cost.h"
#include "runtime/wire.h"

namespace assay {
namespace {

// Full precision, shortest form that reads back as the same number.
std::string exact(double value) { return fmt::format("{}", value); }

// The outcomes of the programs behind a score: how they were run, how many there were, how many
// were different, and a column for each kind of outcome. Empty for scores of other tasks.
std::vector<std::string> code_cells(const RunFolder& run, const ResultEntry& entry,
                                    const Score& score) {
  std::vector<std::string> cells(4 + std::size(kCodeOutcomes));
  for (const CodeSummary& code : entry.code) {
    if (code.filter != score.filter) continue;
    cells[0] = run.summary.execution.isolation;
    cells[1] = std::to_string(code.programs);
    cells[2] = std::to_string(code.distinct);
    for (std::size_t i = 0; i < code.outcomes.size(); ++i) {
      cells[3 + i] = std::to_string(code.outcomes[i].count);
    }
    cells.back() = code.outcomes.empty() ? "" : outcomes_text(code, 1000);
  }
  return cells;
}

std::string csv_line(const RunFolder& run, const ResultEntry& entry, const Score& score) {
  std::vector<std::string> cells = {run.path,
                                    run.summary.model,
                                    entry.name,
                                    entry.is_group ? "group" : "task",
                                    entry.parent,
                                    entry.version,
                                    entry.is_group ? "" : std::to_string(entry.shots),
                                    std::to_string(entry.items),
                                    std::to_string(entry.available),
                                    std::to_string(entry.errors),
                                    score.metric,
                                    score.filter,
                                    score.higher_is_better ? "true" : "false"};
  const Estimate* estimate = as_estimate(score.value);
  if (estimate != nullptr) {
    const auto& interval = estimate->interval;
    cells.insert(cells.end(), {exact(estimate->value), std::to_string(estimate->n),
                               estimate->std_error ? exact(*estimate->std_error) : "",
                               interval ? exact(interval->low) : "",
                               interval ? exact(interval->high) : "", estimate->interval_method});
  } else {
    cells.insert(cells.end(), 6, "");
  }
  cells.push_back(absence_text(score.value));
  cells.push_back(joined_labels(entry.data_label, stopped_text(entry.items, entry.not_run)));
  cells.push_back(entry.shot_data_label);
  for (std::string& cell : code_cells(run, entry, score)) cells.push_back(std::move(cell));
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += csv_field(cells[i]);
  }
  return line + "\r\n";
}

}  // namespace

expected<ReportFormat> report_format_for(const std::string& file) {
  const std::string ending = std::filesystem::path(file).extension().string();
  if (ending == ".md") return ReportFormat::kMarkdown;
  if (ending == ".csv") return ReportFormat::kCsv;
  if (ending == ".json") return ReportFormat::kJson;
  if (ending == ".html" || ending == ".htm") return ReportFormat::kHtml;
  return usage_error(
      fmt::format("The report file {} ends in none of .html, .md, .csv and .json, by which its "
                  "format is chosen.",
                  file));
}

std::string render_report(std::span<const RunFolder> runs, ReportFormat format) {
  switch (format) {
    case ReportFormat::kMarkdown:
      return markdown_report(runs);
    case ReportFormat::kCsv:
      return csv_report(runs);
    case ReportFormat::kJson:
      return json_report(runs);
    case ReportFormat::kHtml:
      break;
  }
  return "";
}

std::string csv_report(std::span<const RunFolder> runs) {
  std::string text =
      "run,model,name,kind,parent,version,shots,items,available,errors,metric,filter,"
      "higher_is_better,value,n,std_error,low,high,interval_method,not_measured,data,shot_data,"
      "code_isolation,programs,different_programs";
  for (const CodeOutcome kind : kCodeOutcomes) {
    std::string name = to_string(kind);
    std::replace(name.begin(), name.end(), ' ', '_');
    text += "," + name;
  }
  text += ",outcomes\r\n";
  for (const RunFolder& run : runs) {
    for (const ResultEntry& entry : run.summary.entries) {
      for (const Score& score : entry.scores) text += csv_line(run, entry, score);
    }
  }
  return text;
}

std::string json_report(std::span<const RunFolder> runs) {
  Json report = {{"format", "assay-report"}, {"version", 1}, {"runs", Json::array()}};
  for (const RunFolder& run : runs) {
    report["runs"].push_back({{"folder", run.path},
                              {"manifest", run.manifest},
                              {"summary", to_json(run.summary)},
                              {"cost", to_json(model_cost(run.manifest, run.summary.timing))}});
  }
  if (runs.size() > 1 && !runs.front().tasks.empty()) {
    const std::vector<RunFolder> others(runs.begin() + 1, runs.end());
    const expected<Comparison> comparison = compare_runs(runs.front(), others, {});
    report["comparison"] =
        comparison ? to_json(*comparison) : Json{{"refused", comparison.error().message}};
  }
  return dump_pretty(report) + "\n";
}

}  // namespace assay
