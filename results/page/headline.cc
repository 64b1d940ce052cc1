// The headline: what each task and group found, a dot with its interval per figure. Figures between
// 0 and 1 share one axis; every other metric (perplexity, bits per byte) has an axis of its own,
// because lengths on one axis must mean one thing. Also what all sections share: names, notes.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "results/compared_run.h"
#include "results/figures.h"
#include "results/page/sections.h"

namespace assay::page {
namespace {

std::string shown_name(const ResultEntry& entry) {
  return entry.alias.empty() ? entry.name : entry.alias;
}

std::string data_text(const ResultEntry& entry) {
  if (entry.shot_data_label.empty()) return entry.data_label;
  return entry.data_label + (entry.data_label.empty() ? "" : "; ") +
         "shots: " + entry.shot_data_label;
}

struct Line {
  const ResultEntry* entry;
  const Score* score;
};

// Figures of the top level in order of first appearance over all runs.
std::vector<Line> headline_lines(std::span<const PageRun> runs) {
  std::vector<Line> lines;
  for (const PageRun& run : runs) {
    if (!run.has_figures()) continue;
    for (const ResultEntry& entry : run.folder().summary.entries) {
      const ResultEntry* parent = run.folder().summary.find(entry.parent);
      if (entry.depth > 0 && parent != nullptr && !parent->scores.empty()) continue;
      for (const Score& score : entry.scores) {
        const bool known = std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
          return line.entry->name == entry.name && line.score->metric == score.metric &&
                 line.score->filter == score.filter;
        });
        if (!known) lines.push_back({&entry, &score});
      }
    }
  }
  return lines;
}

std::string not_measured_text(const Score& score) {
  const Estimate* estimate = as_estimate(score.value);
  const std::size_t measured = estimate != nullptr ? estimate->n : 0;
  const std::size_t accounted = measured + score.errors;
  return accounted < score.items ? std::to_string(score.items - accounted) : "0";
}

std::vector<Cell> score_row(const PageRun& run, const Line& line, const ResultEntry& entry,
                            const Score& score, bool several, bool first) {
  const Estimate* estimate = as_estimate(score.value);
  std::vector<Cell> cells;
  cells.push_back({first ? shown_name(*line.entry) : "", CellKind::kText,
                   first ? entry_link(entry) : "", 0, entry.is_group});
  if (several) cells.push_back({run.name});
  cells.push_back({metric_text(score) + (score.higher_is_better ? "" : " (lower is better)")});
  cells.push_back(value_cell(score.value));
  cells.push_back({estimate != nullptr ? std_error_text(*estimate) : "", CellKind::kFigure});
  cells.push_back({estimate != nullptr ? interval_text(*estimate) : "", CellKind::kFigure});
  cells.push_back({estimate != nullptr ? std::to_string(estimate->n) : "0", CellKind::kFigure});
  cells.push_back(
      {std::to_string(score.errors), score.errors > 0 ? CellKind::kFailed : CellKind::kFigure});
  const std::string missing = not_measured_text(score);
  cells.push_back({missing, missing == "0" ? CellKind::kFigure : CellKind::kAbsent});
  cells.push_back({data_text(entry)});
  return cells;
}

std::vector<Column> headline_columns(bool several) {
  std::vector<Column> columns = {{"task"}};
  if (several) columns.push_back({"run"});
  const std::vector<Column> figures = {
      {"metric"},  {"value", true},  {"± stderr", true},     {"95 % interval", true},
      {"n", true}, {"errors", true}, {"not measured", true}, {"data"}};
  columns.insert(columns.end(), figures.begin(), figures.end());
  return columns;
}

Chart headline_chart(std::span<const PageRun> runs, const std::vector<Line>& lines,
                     const std::string& id, const std::string& title) {
  Chart chart;
  chart.kind = ChartKind::kDots;
  chart.id = id;
  chart.title = title;
  chart.x_title = lines.front().score->metric;
  const bool several = runs.size() > 1;
  for (const PageRun& run : runs) chart.series.push_back(run.name);
  chart.table.columns = headline_columns(several);
  for (const Line& line : lines) {
    bool first = true;
    for (const PageRun& run : runs) {
      if (!run.has_figures()) continue;
      const ResultEntry* entry = run.folder().summary.find(line.entry->name);
      const Score* score = find_score(run.folder(), line.entry->name, *line.score);
      if (entry == nullptr || score == nullptr) continue;
      const std::string row = shown_name(*line.entry) + " · " + metric_text(*score);
      chart.marks.push_back({run.name, row, 0, score->value,
                             mark_note(several ? run.name : "", row, score->value),
                             entry_link(*entry)});
      chart.table.rows.push_back(score_row(run, line, *entry, *score, several, first));
      first = false;
    }
  }
  return chart;
}

Bullets error_sentences(std::span<const PageRun> runs) {
  Bullets bullets;
  for (const PageRun& run : runs) {
    if (!run.has_figures()) continue;
    for (const ResultEntry& entry : run.folder().summary.entries) {
      if (entry.is_group) continue;
      for (const ErrorCount& reason : entry.error_reasons) {
        bullets.sentences.push_back(fmt::format("{}{}: {} × {}",
                                                runs.size() > 1 ? run.name + ", " : "", entry.name,
                                                reason.count, reason.reason));
      }
    }
  }
  return bullets;
}

}  // namespace

std::string sample_link(const std::string& task) { return "#task=" + task; }

std::string entry_link(const ResultEntry& entry) {
  if (!entry.is_group) return sample_link(entry.name);
  return entry.depth == 0 ? "#chart-subjects-" + entry.name : "";
}

std::string mark_note(const std::string& series, const std::string& what,
                      const Measurement& value) {
  std::string note = series.empty() ? what : series + "\n" + what;
  const Estimate* estimate = as_estimate(value);
  if (estimate == nullptr) return note + "\n" + absence_text(value);
  note += "\n" + figure_text(estimate->value);
  if (estimate->interval) note += "  [" + interval_text(*estimate) + "]";
  return note + fmt::format("  n {}", estimate->n);
}

const Score* find_score(const RunFolder& run, const std::string& entry, const Score& like) {
  const ResultEntry* found = run.summary.find(entry);
  if (found == nullptr) return nullptr;
  for (const Score& score : found->scores) {
    if (score.metric == like.metric && score.filter == like.filter) return &score;
  }
  return nullptr;
}

std::vector<std::string> run_names(std::span<const RunInspection> runs) {
  std::map<std::string, int> models;
  for (const RunInspection& run : runs) ++models[run.model];
  if (runs.size() > 1 && models.size() == runs.size() && !models.contains("")) {
    std::vector<std::string> names;
    for (const RunInspection& run : runs) names.push_back(run.model);
    return short_labels(names, names);
  }
  std::map<std::string, int> used;
  std::vector<std::string> names;
  for (const RunInspection& run : runs) {
    const std::string folder = std::filesystem::path(run.path).filename().string();
    std::string name = run.model.empty() ? folder : run.model;
    if (!run.model.empty() && models[run.model] > 1) name += " (" + folder + ")";
    const int seen = ++used[name];
    if (seen > 1) name += fmt::format(" #{}", seen);
    names.push_back(std::move(name));
  }
  return names;
}

std::optional<Section> headline_section(std::span<const PageRun> runs) {
  const std::vector<Line> lines = headline_lines(runs);
  if (lines.empty()) return std::nullopt;
  Section section{"results", "Results", {}};
  std::vector<std::string> metrics;  // axes: "" for shares of 1, else the metric's name
  std::map<std::string, std::vector<Line>> by_axis;
  for (const Line& line : lines) {
    const std::string axis = is_share(line.score->metric) ? "" : line.score->metric;
    if (by_axis.find(axis) == by_axis.end()) metrics.push_back(axis);
    by_axis[axis].push_back(line);
  }
  for (const std::string& axis : metrics) {
    const std::vector<Line>& of_axis = by_axis[axis];
    Chart chart = headline_chart(runs, of_axis, axis.empty() ? "headline" : "headline-" + axis,
                                 axis.empty() ? "Each task's figure" : axis);
    const bool drawn = std::any_of(chart.marks.begin(), chart.marks.end(), [](const Mark& mark) {
      const Estimate* estimate = as_estimate(mark.value);
      return estimate != nullptr && estimate->interval;
    });
    if (drawn) chart.title += " with its 95 % interval";
    if (!of_axis.front().score->higher_is_better && !axis.empty()) {
      chart.title += " (lower is better)";
    }
    if (axis.empty()) {
      chart.range = Interval{0, 1};
      chart.x_title = "share of items (0 to 1)";
    }
    section.blocks.emplace_back(std::move(chart));
  }
  Bullets errors = error_sentences(runs);
  if (!errors.sentences.empty()) {
    section.blocks.emplace_back(Heading{"Items that could not be measured"});
    section.blocks.emplace_back(std::move(errors));
  }
  return section;
}

}  // namespace assay::page
