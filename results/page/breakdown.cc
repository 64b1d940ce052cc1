// Parts of a whole: pass@k over k, and the members of groups (MMLU's subjects) one by one.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "results/figures.h"
#include "results/page/sections.h"

namespace assay::page {
namespace {

// "pass@8" → 8, "pass_at_1" → 1; 0 for other metrics.
int pass_k(const std::string& metric) {
  for (const std::string_view start : {"pass@", "pass_at_"}) {
    if (!metric.starts_with(start)) continue;
    int k = 0;
    const char* end = metric.data() + metric.size();
    const auto [rest, error] = std::from_chars(metric.data() + start.size(), end, k);
    if (error == std::errc() && rest == end) return k;
  }
  return 0;
}

std::string entry_name(const ResultEntry& entry) {
  return entry.alias.empty() ? entry.name : entry.alias;
}

// The first score of the entry with the metric and filter that the group's first one has.
const Score* score_like(const ResultEntry& entry, const Score& like) {
  for (const Score& score : entry.scores) {
    if (score.metric == like.metric && score.filter == like.filter) return &score;
  }
  return nullptr;
}

struct Family {
  const ResultEntry* group;
  const Score* score;
};

// Top-level groups of any run, by name, with the figure their members are shown by.
std::vector<Family> families(std::span<const PageRun> runs) {
  std::vector<Family> found;
  for (const PageRun& run : runs) {
    if (!run.has_figures()) continue;
    for (const ResultEntry& entry : run.folder().summary.entries) {
      if (!entry.is_group || entry.depth > 0 || entry.scores.empty()) continue;
      const bool known = std::any_of(found.begin(), found.end(), [&](const Family& family) {
        return family.group->name == entry.name;
      });
      if (!known) found.push_back({&entry, &entry.scores.front()});
    }
  }
  return found;
}

bool is_below(const Summary& summary, const ResultEntry& entry, const std::string& group) {
  for (const ResultEntry* at = &entry; !at->parent.empty();) {
    if (at->parent == group) return true;
    at = summary.find(at->parent);
    if (at == nullptr) return false;
  }
  return false;
}

// A column per run; rows are the members in report order, indented.
Chart family_chart(std::span<const PageRun> runs, const Family& family) {
  Chart chart;
  chart.kind = ChartKind::kDots;
  chart.id = "subjects-" + family.group->name;
  chart.title = fmt::format("{}: {} of each member with its 95 % interval",
                            entry_name(*family.group), metric_text(*family.score));
  chart.x_title = metric_text(*family.score);
  if (is_share(family.score->metric)) chart.range = Interval{0, 1};
  chart.table.columns = {
      {"member"},  {"run"},         {"value", true}, {"± stderr", true}, {"95 % interval", true},
      {"n", true}, {"errors", true}};
  std::vector<const ResultEntry*> members;
  for (const PageRun& run : runs) {
    chart.series.push_back(run.name);
    if (!run.has_figures()) continue;
    const Summary& summary = run.folder().summary;
    for (const ResultEntry& entry : summary.entries) {
      const bool known = std::any_of(members.begin(), members.end(),
                                     [&](const ResultEntry* m) { return m->name == entry.name; });
      if (!known && is_below(summary, entry, family.group->name)) members.push_back(&entry);
    }
  }
  for (const ResultEntry* member : members) {
    bool first = true;
    for (const PageRun& run : runs) {
      if (!run.has_figures()) continue;
      const ResultEntry* entry = run.folder().summary.find(member->name);
      const Score* score = entry != nullptr ? score_like(*entry, *family.score) : nullptr;
      if (score == nullptr) continue;
      const Estimate* estimate = as_estimate(score->value);
      const std::string row = std::string(member->depth > 1 ? "  " : "") + entry_name(*member);
      chart.marks.push_back({run.name, row, 0, score->value,
                             mark_note(runs.size() > 1 ? run.name : "", row, score->value),
                             entry->is_group ? "" : sample_link(entry->name)});
      chart.table.rows.push_back(
          {{first ? entry_name(*member) : "", CellKind::kText,
            first && !entry->is_group ? sample_link(entry->name) : "", member->depth - 1,
            entry->is_group},
           {run.name},
           value_cell(score->value),
           {estimate != nullptr ? std_error_text(*estimate) : "", CellKind::kFigure},
           {estimate != nullptr ? interval_text(*estimate) : "", CellKind::kFigure},
           {estimate != nullptr ? std::to_string(estimate->n) : "0", CellKind::kFigure},
           {std::to_string(score->errors),
            score->errors > 0 ? CellKind::kFailed : CellKind::kFigure}});
      first = false;
    }
  }
  return chart;
}

}  // namespace

std::optional<Section> pass_at_k_section(std::span<const PageRun> runs) {
  Section section{"pass-at-k", "pass@k over k", {}};
  std::vector<std::string> order;
  std::map<std::string, Chart> charts;
  for (const PageRun& run : runs) {
    if (!run.has_figures()) continue;
    for (const ResultEntry& entry : run.folder().summary.entries) {
      for (const Score& score : entry.scores) {
        const int k = pass_k(score.metric);
        if (k == 0) continue;
        const std::string key =
            entry_name(entry) +
            (score.filter.empty() || score.filter == "none" ? "" : " (" + score.filter + ")");
        if (charts.find(key) == charts.end()) order.push_back(key);
        Chart& chart = charts[key];
        if (std::find(chart.series.begin(), chart.series.end(), run.name) == chart.series.end()) {
          chart.series.push_back(run.name);
        }
        chart.marks.push_back({run.name, "", static_cast<double>(k), score.value,
                               mark_note(run.name, key + " " + score.metric, score.value),
                               sample_link(entry.name)});
        const Estimate* estimate = as_estimate(score.value);
        chart.table.rows.push_back(
            {{run.name},
             {std::to_string(k), CellKind::kFigure},
             value_cell(score.value),
             {estimate != nullptr ? std_error_text(*estimate) : "", CellKind::kFigure},
             {estimate != nullptr ? interval_text(*estimate) : "", CellKind::kFigure},
             {estimate != nullptr ? std::to_string(estimate->n) : "0", CellKind::kFigure},
             {std::to_string(score.errors),
              score.errors > 0 ? CellKind::kFailed : CellKind::kFigure}});
      }
    }
  }
  for (const std::string& key : order) {
    Chart& chart = charts[key];
    // One k is no curve; it stands among the results.
    const double k = chart.marks.front().x;
    if (std::all_of(chart.marks.begin(), chart.marks.end(),
                    [&](const Mark& mark) { return mark.x == k; })) {
      continue;
    }
    chart.kind = ChartKind::kCurves;
    chart.id = fmt::format("pass-{}", section.blocks.size());
    chart.title = key + ": share of problems solved by at least one of k samples";
    chart.x_title = "k";
    chart.y_title = "pass@k";
    chart.log_x = true;
    chart.range = Interval{0, 1};
    chart.table.columns = {
        {"run"},     {"k", true},     {"pass@k", true}, {"± stderr", true}, {"95 % interval", true},
        {"n", true}, {"errors", true}};
    section.blocks.emplace_back(std::move(chart));
  }
  if (section.blocks.empty()) return std::nullopt;
  return section;
}

std::optional<Section> subject_section(std::span<const PageRun> runs) {
  Section section{"subjects", "Members of groups", {}};
  for (const Family& family : families(runs)) {
    Chart chart = family_chart(runs, family);
    if (!chart.marks.empty()) section.blocks.emplace_back(std::move(chart));
  }
  if (section.blocks.empty()) return std::nullopt;
  return section;
}

}  // namespace assay::page
