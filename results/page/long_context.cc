// Needles in a haystack: how often the number is found, over the length of the text and the place
// of the needle. What was measured is read from the items themselves (length and depth are fields
// of their documents). A cell in which no item could be measured is hatched, never shaded as zero.
// With several runs also the difference of each cell from the first run's.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "results/figures.h"
#include "results/page/sections.h"
#include "scorers/statistics.h"

namespace assay::page {
namespace {

struct Cells {
  std::size_t asked = 0;
  std::size_t measured = 0;
  std::size_t found = 0;
  std::string reason;  // of the first item that could not be measured

  void add(const ItemRecord& item, const std::optional<double>& value) {
    ++asked;
    if (value) {
      ++measured;
      found += *value > 0.5 ? 1 : 0;
    } else if (reason.empty() && item.judged.error) {
      reason = item.judged.error->message;
    }
  }
  Measurement measurement() const {
    if (asked == 0) return NotRun{"not asked"};
    if (measured == 0) return Failed{reason.empty() ? "no item has a value" : reason};
    return Estimate{static_cast<double>(found) / static_cast<double>(measured), measured,
                    std::nullopt, clopper_pearson(found, measured), "clopper-pearson"};
  }
};

struct Grid {
  std::map<int, Cells> by_length;
  std::map<std::pair<int, double>, Cells> cells;  // length, depth in percent
  std::set<double> depths;
};

std::optional<double> value_of(const ItemRecord& item) {
  if (item.judged.error || item.judged.judgements.empty()) return std::nullopt;
  const auto& values = item.judged.judgements.front().values;
  return values.empty() ? std::nullopt : std::optional<double>(values.front().value);
}

bool is_number(const Json& doc, const char* name) {
  return doc.is_object() && doc.contains(name) && doc[name].is_number();
}

// Empty for tasks whose items have no place in a grid.
Grid grid_of(const TaskRecord& task) {
  Grid grid;
  for (const ItemRecord& item : task.items) {
    const Json& doc = item.item.doc;
    if (!is_number(doc, "length") || !is_number(doc, "depth") || !doc.contains("placement")) {
      return {};
    }
    const int length = doc["length"].get<int>();
    const auto depth = doc["depth"].get<double>();
    const std::optional<double> value = value_of(item);
    grid.by_length[length].add(item, value);
    grid.cells[{length, depth}].add(item, value);
    grid.depths.insert(depth);
  }
  return grid;
}

std::string cell_text(const Measurement& value) {
  const Estimate* estimate = as_estimate(value);
  return estimate != nullptr ? interval_text(*estimate) : "";
}

std::vector<Cell> row_cells(const std::vector<std::string>& keys, const Measurement& value,
                            std::size_t asked) {
  std::vector<Cell> cells;
  for (const std::string& key : keys) cells.push_back({key, CellKind::kFigure});
  const Estimate* estimate = as_estimate(value);
  cells.push_back(value_cell(value));
  cells.push_back({cell_text(value), CellKind::kFigure});
  cells.push_back(
      {fmt::format("{} of {}", estimate != nullptr ? estimate->n : 0, asked), CellKind::kFigure});
  return cells;
}

Chart heat_chart(const std::string& task, const PageRun& run, std::size_t place, const Grid& grid,
                 const Grid* base, const std::string& base_name) {
  Chart chart;
  chart.kind = ChartKind::kHeat;
  chart.id = fmt::format("needle-{}-{}{}", task, place, base != nullptr ? "-difference" : "");
  chart.title = base == nullptr
                    ? fmt::format("{}, {}: share found by length and depth", task, run.name)
                    : fmt::format("{}: {} minus {}, cell by cell (differences without a test)",
                                  task, run.name, base_name);
  chart.x_title = "length of the text in tokens";
  chart.y_title = "depth of the needle, %";
  chart.diverging = base != nullptr;
  chart.range = base != nullptr ? Interval{-1, 1} : Interval{0, 1};
  chart.series = {run.name};
  chart.table.columns = {{"length", true},
                         {"depth, %", true},
                         {base != nullptr ? "difference" : "share found", true},
                         {"95 % interval", true},
                         {"measured", true}};
  for (const auto& [length, cells] : grid.by_length) {
    for (const double depth : grid.depths) {
      const auto at = grid.cells.find({length, depth});
      const Cells here = at != grid.cells.end() ? at->second : Cells{};
      Measurement value = here.measurement();
      if (base != nullptr) {
        const auto there = base->cells.find({length, depth});
        const Measurement before =
            there != base->cells.end() ? there->second.measurement() : NotRun{"not asked"};
        const Estimate* now = as_estimate(value);
        const Estimate* then = as_estimate(before);
        if (now != nullptr && then != nullptr) {
          value = Estimate{now->value - then->value, std::min(now->n, then->n), std::nullopt,
                           std::nullopt, ""};
        } else {
          value = NotRun{"not measured in both runs"};
        }
      }
      const std::string row = fmt::format("{:g}", depth);
      chart.table.rows.push_back(row_cells({std::to_string(length), row}, value, here.asked));
      chart.marks.push_back(
          {run.name, row, static_cast<double>(length), value,
           mark_note("", fmt::format("{} tokens, depth {} %", length, row), value),
           base == nullptr ? sample_link(task) : ""});
    }
  }
  return chart;
}

Chart curve_chart(const std::string& task, std::span<const PageRun> runs,
                  const std::vector<std::pair<std::size_t, Grid>>& grids) {
  Chart chart;
  chart.kind = ChartKind::kCurves;
  chart.id = "needle-" + task;
  chart.title = task + ": share of needles found by length, over all depths";
  chart.x_title = "length of the text in tokens";
  chart.y_title = "share found";
  chart.range = Interval{0, 1};
  chart.log_x = true;
  chart.table.columns = {{"run"},
                         {"length", true},
                         {"share found", true},
                         {"95 % interval", true},
                         {"measured", true}};
  for (const auto& [place, grid] : grids) {
    const std::string& name = runs[place].name;
    chart.series.push_back(name);
    for (const auto& [length, cells] : grid.by_length) {
      const Measurement value = cells.measurement();
      chart.marks.push_back({name, "", static_cast<double>(length), value,
                             mark_note(name, fmt::format("{} tokens", length), value),
                             sample_link(task)});
      std::vector<Cell> row = row_cells({std::to_string(length)}, value, cells.asked);
      row.insert(row.begin(), Cell{name});
      chart.table.rows.push_back(std::move(row));
    }
  }
  return chart;
}

}  // namespace

std::optional<Section> long_context_section(std::span<const PageRun> runs) {
  Section section{"long-context", "Long context", {}};
  std::vector<std::string> tasks;
  std::map<std::string, std::vector<std::pair<std::size_t, Grid>>> grids;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (!runs[r].has_figures()) continue;
    for (const TaskRecord& task : runs[r].folder().tasks) {
      Grid grid = grid_of(task);
      if (grid.cells.empty()) continue;
      if (grids.find(task.name) == grids.end()) tasks.push_back(task.name);
      grids[task.name].emplace_back(r, std::move(grid));
    }
  }
  if (tasks.empty()) return std::nullopt;
  for (const std::string& task : tasks) {
    const auto& of_task = grids[task];
    section.blocks.emplace_back(curve_chart(task, runs, of_task));
    for (const auto& [place, grid] : of_task) {
      section.blocks.emplace_back(heat_chart(task, runs[place], place, grid, nullptr, ""));
    }
    for (std::size_t i = 1; i < of_task.size(); ++i) {
      section.blocks.emplace_back(heat_chart(task, runs[of_task[i].first], of_task[i].first,
                                             of_task[i].second, &of_task[0].second,
                                             runs[of_task[0].first].name));
    }
  }
  return section;
}

}  // namespace assay::page
