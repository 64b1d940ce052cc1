// Calibration of the multiple-choice tasks: a reliability diagram per top-level entry, and ECE and
// Brier score with their intervals. Members of a group are pooled.
#include <fmt/format.h>

#include <map>

#include "results/figures.h"
#include "results/page/sections.h"
#include "results/reliability.h"

namespace assay::page {
namespace {

// Below this many items a bin holds fewer than ten, and a diagram would show noise.
constexpr std::size_t kFewestItems = 100;

// Names of the tasks below each top-level entry, in report order.
std::map<std::string, std::vector<std::string>> leaves_by_top(const Summary& summary) {
  std::map<std::string, std::vector<std::string>> leaves;
  for (const ResultEntry& entry : summary.entries) {
    if (entry.is_group) continue;
    const ResultEntry* top = &entry;
    while (!top->parent.empty() && summary.find(top->parent) != nullptr) {
      top = summary.find(top->parent);
    }
    leaves[top->name].push_back(entry.name);
  }
  return leaves;
}

std::vector<ConfidentAnswer> pooled_answers(const RunFolder& run, const std::string& top) {
  std::vector<ConfidentAnswer> answers;
  auto leaves = leaves_by_top(run.summary);
  for (const std::string& name : leaves[top]) {
    for (const TaskRecord& task : run.tasks) {
      if (task.name != name) continue;
      const std::vector<ConfidentAnswer> of_task = confident_answers(task);
      answers.insert(answers.end(), of_task.begin(), of_task.end());
    }
  }
  return answers;
}

void add_run(const std::string& run, const ReliabilityDiagram& found, Chart& chart,
             Table& figures) {
  const auto figure = [](const Measurement& value) {
    const Estimate* estimate = as_estimate(value);
    return Cell{figure_text(estimate->value) +
                    (estimate->interval ? "  [" + interval_text(*estimate) + "]" : ""),
                CellKind::kFigure};
  };
  figures.rows.push_back({{chart.title},
                          {run},
                          {std::to_string(found.n), CellKind::kFigure},
                          figure(found.ece),
                          figure(found.brier)});
  if (found.n < kFewestItems) return;
  chart.series.push_back(run);
  for (const ReliabilityBin& bin : found.bins) {
    chart.marks.push_back(
        {run, "", bin.confidence, bin.accuracy,
         mark_note(run, fmt::format("confidence {:.4f}", bin.confidence), bin.accuracy), ""});
    const Estimate& accuracy = *as_estimate(bin.accuracy);
    chart.table.rows.push_back(
        {{run},
         {figure_text(bin.low) + " … " + figure_text(bin.high), CellKind::kFigure},
         {figure_text(bin.confidence), CellKind::kFigure},
         {figure_text(accuracy.value), CellKind::kFigure},
         {interval_text(accuracy), CellKind::kFigure},
         {std::to_string(accuracy.n), CellKind::kFigure}});
  }
}

}  // namespace

std::optional<Section> calibration_section(std::span<const PageRun> runs) {
  Section section{"calibration", "Calibration", {}};
  Table figures;
  figures.columns = {{"task"}, {"run"}, {"n", true}, {"ECE", true}, {"Brier score", true}};
  std::vector<std::string> tops;
  for (const PageRun& run : runs) {
    if (!run.has_figures()) continue;
    for (const ResultEntry& entry : run.folder().summary.entries) {
      const bool known = std::find(tops.begin(), tops.end(), entry.name) != tops.end();
      if (entry.depth == 0 && !known) tops.push_back(entry.name);
    }
  }
  std::vector<Block> charts;
  for (const std::string& top : tops) {
    Chart chart;
    chart.kind = ChartKind::kReliability;
    chart.id = "calibration-" + top;
    chart.title = top;
    chart.x_title = "probability given to the picked choice";
    chart.y_title = "share that was right";
    chart.range = Interval{0, 1};
    chart.table.columns = {{"run"},
                           {"confidence from … to", true},
                           {"mean", true},
                           {"share right", true},
                           {"95 % interval", true},
                           {"n", true}};
    for (const PageRun& run : runs) {
      if (!run.has_figures()) continue;
      const std::vector<ConfidentAnswer> answers = pooled_answers(run.folder(), top);
      if (!answers.empty()) add_run(run.name, reliability_diagram(answers), chart, figures);
    }
    if (!chart.marks.empty()) charts.emplace_back(std::move(chart));
  }
  if (figures.rows.empty()) return std::nullopt;
  section.blocks.emplace_back(Prose{fmt::format(
      "Confidence is the soft-max over the summed log-likelihoods of an item's "
      "choices, not normalised by length. {} bins of equal size; a point on the "
      "diagonal is calibrated. Diagrams need {} items; several runs are drawn as lines, their "
      "intervals stand in the tables. ECE is above 0 also for a "
      "calibrated model, and has no interval for that reason.",
      kReliabilityBins, kFewestItems)});
  for (Block& chart : charts) section.blocks.push_back(std::move(chart));
  section.blocks.emplace_back(std::move(figures));
  return section;
}

}  // namespace assay::page
