// See length_charts.h.
#include "results/page/length_charts.h"

#include <fmt/format.h>

#include "results/figures.h"
#include "results/page/sections.h"

namespace assay::page {
namespace {

std::string interval_words(const Measurement& value) {
  const Estimate* estimate = as_estimate(value);
  return estimate != nullptr ? interval_text(*estimate) : "";
}

std::vector<Cell> row_cells(const std::vector<std::string>& keys, const Measurement& value,
                            std::size_t asked) {
  std::vector<Cell> cells;
  for (const std::string& key : keys) cells.push_back({key, CellKind::kFigure});
  const Estimate* estimate = as_estimate(value);
  cells.push_back(value_cell(value));
  cells.push_back({interval_words(value), CellKind::kFigure});
  cells.push_back(
      {fmt::format("{} of {}", estimate != nullptr ? estimate->n : 0, asked), CellKind::kFigure});
  return cells;
}

Chart empty_map(const std::string& id, const std::string& title, const std::string& run) {
  Chart chart;
  chart.kind = ChartKind::kHeat;
  chart.id = id;
  chart.title = title;
  chart.x_title = "length of the text in tokens";
  chart.y_title = "depth of the needle, %";
  chart.series = {run};
  return chart;
}

void add_mark(Chart& chart, int length, const std::string& row, const Measurement& value,
              const std::string& link) {
  chart.marks.push_back({chart.series.front(), row, static_cast<double>(length), value,
                         mark_note("", fmt::format("{} tokens, depth {} %", length, row), value),
                         link});
}

}  // namespace

Chart length_curve_chart(const std::string& task, std::span<const NamedLengths> runs) {
  Chart chart;
  chart.kind = ChartKind::kCurves;
  chart.id = "needle-" + task;
  const std::string metric = runs.empty() ? "" : runs.front().results->metric;
  chart.title = fmt::format("{}: {} by length, over all depths", task, metric);
  chart.x_title = "length of the text in tokens";
  chart.y_title = metric;
  chart.range = Interval{0, 1};
  chart.log_x = true;
  chart.table.columns = {
      {"run"}, {"length", true}, {metric, true}, {"95 % interval", true}, {"measured", true}};
  for (const NamedLengths& run : runs) {
    chart.series.push_back(run.name);
    for (const LengthPoint& point : run.results->by_length) {
      chart.marks.push_back(
          {run.name, "", static_cast<double>(point.length), point.value,
           mark_note(run.name, fmt::format("{} tokens", point.length), point.value),
           sample_link(task)});
      std::vector<Cell> row = row_cells({std::to_string(point.length)}, point.value, point.items);
      row.insert(row.begin(), Cell{run.name});
      chart.table.rows.push_back(std::move(row));
    }
  }
  return chart;
}

Chart length_heat_chart(const std::string& task, const NamedLengths& run, const std::string& id) {
  Chart chart = empty_map(
      id, fmt::format("{}, {}: {} by length and depth", task, run.name, run.results->metric),
      run.name);
  chart.range = Interval{0, 1};
  chart.table.columns = {{"length", true},
                         {"depth, %", true},
                         {run.results->metric, true},
                         {"95 % interval", true},
                         {"measured", true}};
  for (const LengthCell& cell : run.results->cells) {
    const std::string row = fmt::format("{:g}", cell.depth);
    chart.table.rows.push_back(
        row_cells({std::to_string(cell.length), row}, cell.value, cell.items));
    add_mark(chart, cell.length, row, cell.value, sample_link(task));
  }
  return chart;
}

Chart length_difference_chart(const std::string& task, const std::string& base,
                              const std::string& run, const LengthShift& shift,
                              const std::string& id) {
  Chart chart = empty_map(
      id, fmt::format("{}: {} minus {}, cell by cell (intervals uncorrected)", task, run, base),
      run);
  chart.diverging = true;
  chart.range = Interval{-1, 1};
  chart.table.columns = {{"length", true},
                         {"depth, %", true},
                         {"difference", true},
                         {"95 % interval", true},
                         {"paired items", true}};
  for (const CellDifference& cell : shift.cells) {
    const PairedEstimate* e = as_paired(cell.paired);
    const Measurement value = e != nullptr ? Measurement(Estimate{e->difference, e->n, e->std_error,
                                                                  e->interval, e->interval_method})
                                           : Measurement(NotRun{"not measured in both runs"});
    const std::string row = fmt::format("{:g}", cell.depth);
    chart.table.rows.push_back({{std::to_string(cell.length), CellKind::kFigure},
                                {row, CellKind::kFigure},
                                value_cell(value),
                                {interval_words(value), CellKind::kFigure},
                                {std::to_string(e != nullptr ? e->n : 0), CellKind::kFigure}});
    add_mark(chart, cell.length, row, value, "");
  }
  return chart;
}

}  // namespace assay::page
