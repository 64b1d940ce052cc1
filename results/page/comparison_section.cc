// Several runs: what the paired comparison with the first run says. The sentences come first and
// are those of `assay compare`; differences, flips and settings that differ stand below them. Runs
// that cannot be compared are named with the reason, and no figure is made up for them.
#include <fmt/format.h>

#include <algorithm>

#include "results/compare.h"
#include "results/figures.h"
#include "results/page/answer_tables.h"
#include "results/page/sections.h"

namespace assay::page {
namespace {

struct ComparedRuns {
  std::vector<std::string> names;  // of the others
  Comparison comparison;
};

std::string metric_name(const MetricComparison& metric) {
  if (metric.filter.empty() || metric.filter == "none") return metric.metric;
  return metric.metric + " (" + metric.filter + ")";
}

// A paired difference as a measurement, or the words in its place.
Measurement difference_of(const TaskComparison& task, const MetricComparison& metric) {
  if (!task.refused.empty()) return NotRun{task.refused};
  if (const auto* not_run = std::get_if<NotRun>(&metric.paired)) return *not_run;
  if (const auto* failed = std::get_if<Failed>(&metric.paired)) return *failed;
  const PairedEstimate& paired = std::get<PairedEstimate>(metric.paired);
  return Estimate{paired.difference, paired.n, paired.std_error, paired.interval,
                  paired.interval_method};
}

Cell number(const std::string& text) { return {text, CellKind::kFigure}; }

std::vector<Cell> difference_row(const std::string& run, const TaskComparison& task,
                                 const MetricComparison& metric) {
  const Measurement difference = difference_of(task, metric);
  const Estimate* estimate = as_estimate(difference);
  std::vector<Cell> row = {
      {task_name(task), CellKind::kText,
       task.is_group || task.name.empty() ? "" : sample_link(task.name), task.depth, task.is_group},
      {run},
      {metric_name(metric)}};
  if (estimate == nullptr) {
    row.push_back(value_cell(difference));
    row.resize(10);
    return row;
  }
  const PairedEstimate& paired = *as_paired(metric.paired);
  row.push_back(number(figure_text(paired.base)));
  row.push_back(number(figure_text(paired.other)));
  row.push_back(number(fmt::format("{:+.4f}", paired.difference)));
  row.push_back(number(interval_text(*estimate)));
  const std::optional<double> p =
      task.claim && metric.headline ? task.claim->adjusted_p : paired.p_value;
  row.push_back(number(p ? p_text(*p) : ""));
  row.push_back(number(paired.detectable ? figure_text(*paired.detectable) : ""));
  row.push_back(number(std::to_string(paired.n)));
  return row;
}

// Shares in one chart; every other kind of figure stands in the table alone.
Chart difference_chart(std::span<const PageRun> runs, const ComparedRuns& compared) {
  Chart chart;
  chart.kind = ChartKind::kDots;
  chart.id = "difference";
  chart.title = "Paired differences from " + runs.front().name + " with their 95 % intervals";
  chart.x_title = "difference over the same items (0.01 is one point)";
  chart.reference = 0.0;
  for (const PageRun& run : runs) chart.series.push_back(run.name);
  chart.table.columns = {{"task"},
                         {"run"},
                         {"metric"},
                         {"base", true},
                         {"other", true},
                         {"difference", true},
                         {"95 % interval", true},
                         {"p, corrected for headline figures", true},
                         {"detectable", true},
                         {"pairs", true}};
  for (std::size_t i = 0; i < compared.comparison.others.size(); ++i) {
    const PairComparison& pair = compared.comparison.others[i];
    const auto add = [&](const TaskComparison& task) {
      for (const MetricComparison& metric : task.metrics) {
        chart.table.rows.push_back(difference_row(compared.names[i], task, metric));
        if (metric.kind != FigureKind::kShare || (!metric.headline && task.metrics.size() > 1)) {
          continue;
        }
        const std::string row = task_name(task) + " · " + metric_name(metric);
        const Measurement difference = difference_of(task, metric);
        chart.marks.push_back({compared.names[i], row, 0, difference,
                               mark_note(compared.names[i], row, difference),
                               task.is_group || task.name.empty() ? "" : sample_link(task.name)});
      }
    };
    for (const TaskComparison& task : pair.tasks) add(task);
    if (pair.overall) add(*pair.overall);
  }
  return chart;
}

Table flip_table(const ComparedRuns& compared) {
  Table table;
  table.caption = "What became of each item under the task's headline figure";
  table.columns = {{"task"},
                   {"run"},
                   {"items", true},
                   {"right in both", true},
                   {"right → wrong", true},
                   {"wrong → right", true},
                   {"wrong, same answer", true},
                   {"wrong, another answer", true},
                   {"wrong, answer not on record", true},
                   {"same answer, share", true}};
  for (std::size_t i = 0; i < compared.comparison.others.size(); ++i) {
    for (const TaskComparison& task : compared.comparison.others[i].tasks) {
      if (!task.flips) continue;
      const FlipCounts& flips = *task.flips;
      table.rows.push_back({{task_name(task), CellKind::kText, "", task.depth, task.is_group},
                            {compared.names[i]},
                            number(std::to_string(flips.items)),
                            number(std::to_string(flips.both_right)),
                            number(std::to_string(flips.lost)),
                            number(std::to_string(flips.gained)),
                            number(std::to_string(flips.wrong_same)),
                            number(std::to_string(flips.wrong_other)),
                            number(std::to_string(flips.wrong_unknown)),
                            number(task.agreement ? figure_text(*task.agreement) : "")});
    }
  }
  return table;
}

// What is claimed of each run, under its name.
void add_sentences(const ComparedRuns& compared, const std::string& base,
                   std::vector<Block>& blocks) {
  for (std::size_t i = 0; i < compared.comparison.others.size(); ++i) {
    const PairComparison& pair = compared.comparison.others[i];
    Bullets bullets;
    const auto add = [&](const TaskComparison& task) {
      if (task.claim && !task.claim->sentence.empty()) {
        bullets.sentences.push_back(task.claim->sentence);
      }
    };
    for (const TaskComparison& task : pair.tasks) add(task);
    if (pair.overall) add(*pair.overall);
    for (const std::string& note : pair.notes) bullets.sentences.push_back(note);
    if (bullets.sentences.empty()) continue;
    blocks.emplace_back(Heading{fmt::format("{} compared with {}", compared.names[i], base)});
    blocks.emplace_back(std::move(bullets));
  }
  if (!compared.comparison.smallest.empty()) {
    blocks.emplace_back(Prose{compared.comparison.smallest});
  }
}

// All comparable runs in one comparison, so that claims are corrected together. Runs that the
// comparison refuses are left out, each with its reason.
std::optional<ComparedRuns> compare_all(const std::vector<const PageRun*>& runs,
                                        std::vector<Banner>& refusals) {
  const RunFolder& base = runs.front()->folder();
  std::vector<RunFolder> others;
  ComparedRuns compared;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    std::vector<RunFolder> one = {runs[i]->folder()};
    const expected<Comparison> alone = compare_runs(base, one, {});
    if (!alone) {
      refusals.push_back(
          {Tone::kWarning,
           fmt::format("{} is not compared with {}", runs[i]->name, runs.front()->name),
           {alone.error().message}});
      continue;
    }
    if (runs.size() == 2) {
      compared.names.push_back(runs[i]->name);
      compared.comparison = *alone;
      return compared;
    }
    others.push_back(std::move(one.front()));
    compared.names.push_back(runs[i]->name);
  }
  if (others.empty()) return std::nullopt;
  expected<Comparison> together = compare_runs(base, others, {});
  if (!together) {
    refusals.push_back({Tone::kWarning, "The runs are not compared", {together.error().message}});
    return std::nullopt;
  }
  compared.comparison = std::move(*together);
  return compared;
}

}  // namespace

std::optional<Section> comparison_section(std::span<const PageRun> all) {
  // Only runs whose samples could be read and that verify: others have nothing to pair.
  std::vector<const PageRun*> runs;
  for (const PageRun& run : all) {
    if (run.has_figures() && !run.folder().tasks.empty() && run.inspected.verifies()) {
      runs.push_back(&run);
    }
  }
  if (runs.size() < 2) return std::nullopt;
  Section section{"comparison", "Differences from " + runs.front()->name, {}, "Differences"};
  std::vector<Banner> refusals;
  const std::optional<ComparedRuns> compared = compare_all(runs, refusals);
  for (Banner& refusal : refusals) section.blocks.emplace_back(std::move(refusal));
  if (!compared) return section;
  add_sentences(*compared, runs.front()->name, section.blocks);
  std::vector<PageRun> named;
  for (const PageRun* run : runs) named.push_back({run->name, {}});
  section.blocks.emplace_back(difference_chart(named, *compared));
  add_with_members(flip_table(*compared), section.blocks);
  add_answer_tables(compared->comparison, compared->names, section.blocks);
  return section;
}

}  // namespace assay::page
