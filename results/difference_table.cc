// See difference_table.h.
#include "results/difference_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/claims.h"
#include "results/figures.h"
#include "results/interval_strip.h"

namespace assay {
namespace {

std::string metric_of(const MetricComparison& m) {
  if (m.filter.empty() || m.filter == "none") return m.metric;
  return fmt::format("{} ({})", m.metric, m.filter);
}

std::string absent(const Paired& paired) {
  if (const auto* failed = std::get_if<Failed>(&paired)) return "failed: " + failed->reason;
  if (const auto* not_run = std::get_if<NotRun>(&paired)) return "not compared: " + not_run->reason;
  return "";
}

// The axis of the drawn differences: around 0, in points, wide enough for every interval of the
// pair.
Interval difference_range(const PairComparison& pair) {
  double largest = 0;
  for (const TaskComparison* task : all_lines(pair)) {
    for (const MetricComparison& m : task->metrics) {
      const PairedEstimate* e = as_paired(m.paired);
      if (e == nullptr || m.kind != FigureKind::kShare) continue;
      const Interval held = e->interval.value_or(Interval{e->difference, e->difference});
      largest = std::max({largest, std::fabs(held.low), std::fabs(held.high)});
    }
  }
  return round_range(100 * largest);
}

std::string difference_strip(const MetricComparison& m, const PairedEstimate& e, Interval range,
                             std::size_t cells) {
  if (m.kind != FigureKind::kShare) return "";
  std::optional<Interval> held = e.interval;
  if (held) held = Interval{100 * held->low, 100 * held->high};
  return interval_strip(100 * e.difference, held, range, cells, 0.0);
}

// `cells` of the drawn differences; 0 = none.
TextTable table_with(const PairComparison& pair, const std::string& base, std::size_t cells) {
  const Interval range = difference_range(pair);
  std::vector<TextTable::Column> columns = {
      {"task", Align::kLeft, 16},           {"metric", Align::kLeft, 8},
      {"items", Align::kRight, 0},          {base, Align::kRight, 0},
      {pair.other.label, Align::kRight, 0}, {"difference", Align::kRight, 0},
      {"interval", Align::kLeft, 0}};
  if (cells > 0) {
    columns.push_back(
        {strip_axis(fmt::format("{:g}", range.low), fmt::format("{:+g}", range.high), cells),
         Align::kLeft, 0});
  }
  for (const char* title : {"p", "lost", "gained"}) columns.push_back({title, Align::kRight, 0});
  TextTable table(columns);
  for (const TaskComparison* task : all_lines(pair)) {
    if (!task->refused.empty()) {
      table.add({line_name(*task), "", "refused: " + task->refused});
      continue;
    }
    bool first = true;
    for (const MetricComparison& m : task->metrics) {
      std::vector<std::string> row = {first ? line_name(*task) : "", metric_of(m)};
      first = false;
      const PairedEstimate* e = as_paired(m.paired);
      if (e == nullptr) {
        row.push_back(absent(m.paired));
        table.add(std::move(row));
        continue;
      }
      row.push_back(std::to_string(e->n));
      row.push_back(value_text(m.kind, e->base));
      row.push_back(value_text(m.kind, e->other));
      row.push_back(signed_text(m.kind, e->difference));
      row.push_back(e->interval ? fmt::format("{} to {}", signed_text(m.kind, e->interval->low),
                                              signed_text(m.kind, e->interval->high))
                                : "");
      if (cells > 0) row.push_back(difference_strip(m, *e, range, cells));
      row.push_back(e->p_value ? p_text(*e->p_value) : "");
      const bool flips = m.headline && task->flips;
      row.push_back(flips ? std::to_string(task->flips->lost) : "");
      row.push_back(flips ? std::to_string(task->flips->gained) : "");
      table.add(std::move(row));
    }
  }
  return table;
}

}  // namespace

std::string line_name(const TaskComparison& task) {
  if (task.name.empty()) return "all tasks";
  return std::string(2 * task.depth, ' ') + (task.alias.empty() ? task.name : task.alias);
}

std::string value_text(FigureKind kind, double value) {
  return kind == FigureKind::kShare ? fmt::format("{:.1f}", 100 * value) : figure_text(value);
}

std::vector<const TaskComparison*> all_lines(const PairComparison& pair) {
  std::vector<const TaskComparison*> lines;
  for (const TaskComparison& task : pair.tasks) lines.push_back(&task);
  if (pair.overall) lines.push_back(&*pair.overall);
  return lines;
}

TextTable difference_table(const PairComparison& pair, const std::string& base, std::size_t width) {
  return table_with_strips(width, [&](std::size_t cells) { return table_with(pair, base, cells); });
}

}  // namespace assay
