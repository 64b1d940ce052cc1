// Quality against size, speed and memory: a point per run, for runs of one suite by several models
// (a ladder of quantizations). Size is the model file's; speed and memory are what the run itself
// measured, on the machine it ran on. What was not measured has no point, and says so in the table.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>

#include "results/figures.h"
#include "results/model_cost.h"
#include "results/page/sections.h"

namespace assay::page {
namespace {

constexpr std::size_t kMostTasks = 6;  // with charts; all figures stand in the results
constexpr double kMebi = 1024.0 * 1024.0;

struct Cost {
  std::string id;
  std::string title;  // of the axis, with its unit
  bool lower_is_better;
  bool drawn;  // else in the table only
  std::function<std::optional<double>(const PageRun&)> of;
};

ModelCost cost_of(const PageRun& run) {
  return model_cost(run.inspected.manifest, run.folder().summary.timing);
}

std::optional<double> mebibytes(const std::optional<std::uint64_t>& bytes) {
  if (!bytes) return std::nullopt;
  return static_cast<double>(*bytes) / kMebi;
}

const std::vector<Cost>& costs() {
  static const std::vector<Cost> all = {
      {"size", "model file in MiB", true, true,
       [](const PageRun& run) { return mebibytes(cost_of(run).file_bytes); }},
      {"bits", "bits per weight", true, false,
       [](const PageRun& run) { return cost_of(run).bits_per_weight; }},
      {"prompt speed", "prompt tokens per second", false, true,
       [](const PageRun& run) { return cost_of(run).prompt_tokens_per_second; }},
      {"generation speed", "generated tokens per second, all answers together", false, true,
       [](const PageRun& run) { return cost_of(run).generation_tokens_per_second; }},
      {"memory", "peak memory of the process in MiB", true, true, [](const PageRun& run) {
         const auto bytes = cost_of(run).peak_memory_bytes;
         return mebibytes(bytes ? std::optional<std::uint64_t>(*bytes) : std::nullopt);
       }}};
  return all;
}

struct Figure {
  const ResultEntry* entry;
  const Score* score;
};

// Top-level figures that all runs with figures have measured.
std::vector<Figure> shared_figures(std::span<const PageRun> runs) {
  std::vector<Figure> figures;
  const PageRun& first = runs.front();
  for (const ResultEntry& entry : first.folder().summary.entries) {
    if (entry.depth > 0 || entry.scores.empty()) continue;
    const Score& score = entry.scores.front();
    const bool everywhere = std::all_of(runs.begin(), runs.end(), [&](const PageRun& run) {
      const Score* same = find_score(run.folder(), entry.name, score);
      return same != nullptr && as_estimate(same->value) != nullptr;
    });
    if (everywhere) figures.push_back({&entry, &score});
  }
  return figures;
}

std::string cost_text(const std::optional<double>& value) {
  if (!value) return "not measured";
  return *value < 100 ? fmt::format("{:.2f}", *value) : fmt::format("{:.0f}", *value);
}

Table cost_table(std::span<const PageRun> runs) {
  Table table;
  table.columns = {{"run"}};
  for (const Cost& cost : costs()) table.columns.push_back({cost.title, true});
  for (const PageRun& run : runs) {
    std::vector<Cell> row = {{run.name}};
    for (const Cost& cost : costs()) {
      const std::optional<double> value = cost.of(run);
      row.push_back({cost_text(value), value ? CellKind::kFigure : CellKind::kAbsent});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Marks that no other one beats: at least as good in both and better in one. By values alone.
std::vector<std::string> front_of(const std::vector<Mark>& marks, bool higher_is_better,
                                  bool lower_x_is_better) {
  const auto good = [&](const Mark& mark) {
    const double value = as_estimate(mark.value)->value;
    return std::pair{higher_is_better ? value : -value, lower_x_is_better ? -mark.x : mark.x};
  };
  std::vector<std::string> front;
  for (const Mark& mark : marks) {
    const auto [value, cost] = good(mark);
    const bool beaten = std::any_of(marks.begin(), marks.end(), [&](const Mark& other) {
      const auto [other_value, other_cost] = good(other);
      return other_value >= value && other_cost >= cost &&
             (other_value > value || other_cost > cost);
    });
    if (!beaten) front.push_back(mark.series);
  }
  return front;
}

Chart front_chart(std::span<const PageRun> runs, const Figure& figure, const Cost& cost) {
  Chart chart;
  chart.kind = ChartKind::kScatter;
  chart.id = fmt::format("front-{}-{}", cost.id, figure.entry->name);
  std::replace(chart.id.begin(), chart.id.end(), ' ', '-');
  chart.title =
      fmt::format("{} {} against {}", figure.entry->name, metric_text(*figure.score), cost.id);
  chart.x_title = cost.title;
  chart.y_title = metric_text(*figure.score);
  chart.table.columns = {
      {"run"}, {cost.title, true}, {"value", true}, {"95 % interval", true}, {"on the front"}};
  for (const PageRun& run : runs) {
    chart.series.push_back(run.name);
    const Score* score = find_score(run.folder(), figure.entry->name, *figure.score);
    const Estimate& estimate = *as_estimate(score->value);
    const std::optional<double> x = cost.of(run);
    chart.table.rows.push_back({{run.name},
                                {cost_text(x), x ? CellKind::kFigure : CellKind::kAbsent},
                                value_cell(score->value),
                                {interval_text(estimate), CellKind::kFigure}});
    if (!x) continue;
    chart.marks.push_back({run.name, "", *x, score->value,
                           mark_note(run.name, cost_text(x) + " " + cost.title, score->value), ""});
  }
  chart.front = front_of(chart.marks, figure.score->higher_is_better, cost.lower_is_better);
  for (std::vector<Cell>& row : chart.table.rows) {
    const bool marked = std::any_of(chart.marks.begin(), chart.marks.end(),
                                    [&](const Mark& mark) { return mark.series == row[0].text; });
    const bool on =
        std::find(chart.front.begin(), chart.front.end(), row[0].text) != chart.front.end();
    row.push_back({!marked ? "" : on ? "yes" : "no"});
  }
  return chart;
}

}  // namespace

std::optional<Section> tradeoff_section(std::span<const PageRun> all) {
  std::vector<PageRun> runs;
  for (const PageRun& run : all) {
    if (!run.has_figures()) continue;
    // Only what is looked at here: samples of many runs are not worth copying.
    PageRun slim{run.name, {}};
    slim.inspected.manifest = run.inspected.manifest;
    slim.inspected.run = RunFolder{run.folder().path, {}, run.folder().summary, {}};
    runs.push_back(std::move(slim));
  }
  if (runs.size() < 2) return std::nullopt;
  Section section{"cost", "Quality against size, speed and memory", {}, "Size and speed"};
  section.blocks.emplace_back(Prose{
      "Speed and memory are of the run itself, on the machine and beside the load its "
      "manifest names. The dashed line is the front: runs that no other run beats in both the "
      "value and the cost. It goes by values alone; whether two runs differ is for the paired "
      "differences to say."});
  section.blocks.emplace_back(cost_table(runs));
  std::size_t shown = 0;
  for (const Figure& figure : shared_figures(runs)) {
    if (++shown > kMostTasks) break;
    for (const Cost& cost : costs()) {
      Chart chart = front_chart(runs, figure, cost);
      if (cost.drawn && chart.marks.size() >= 2) section.blocks.emplace_back(std::move(chart));
    }
  }
  return section;
}

}  // namespace assay::page
