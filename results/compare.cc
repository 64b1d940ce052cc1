// See the header. Steps: pair the items of each task, check that the same was asked, compare each
// line of the base's report order (groups pool their tasks' items), decide the claims.
#include "results/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "results/claims.h"
#include "results/comparability.h"
#include "results/compared_run.h"
#include "results/paired_answers.h"
#include "results/paired_metric.h"
#include "results/pairing.h"
#include "results/report_order.h"
#include "scorers/judge.h"
#include "scorers/mcnemar.h"

namespace assay {
namespace {

constexpr double kPoints = 100.0;

// A task of both runs: its pairs, its metrics, and which of them is the headline.
struct ComparedTask {
  TaskPairs pairs;
  const Task* task = nullptr;
  std::vector<MetricSpec> metrics;
  std::vector<std::string> filters;
  std::string metric, filter;  // the headline's; "" without one
  bool higher_is_better = true;
  bool right_or_wrong = false;
  bool share = false;
};

std::vector<std::string> filters_of(const TaskPairs& pairs) {
  std::vector<std::string> names;
  for (const ItemPair& pair : pairs.measured) {
    for (const Judgement& judgement : pair.base->judged.judgements) {
      if (std::find(names.begin(), names.end(), judgement.filter) == names.end()) {
        names.push_back(judgement.filter);
      }
    }
  }
  return names;
}

// Fixed by the task and never by the data, or the choice itself would be a test: acc_norm where the
// task reports it, else the first metric that is a share, else the first; under its first filter.
void choose_headline(ComparedTask& task) {
  if (task.metrics.empty() || task.filters.empty()) return;
  const auto is_share = [](const MetricSpec& m) {
    return (m.aggregation == "mean" || m.aggregation == "nanmean") && m.name != "brier_score";
  };
  auto chosen = std::find_if(task.metrics.begin(), task.metrics.end(),
                             [](const MetricSpec& m) { return m.name == "acc_norm"; });
  if (chosen == task.metrics.end()) {
    chosen = std::find_if(task.metrics.begin(), task.metrics.end(), is_share);
  }
  if (chosen == task.metrics.end()) chosen = task.metrics.begin();
  task.metric = chosen->name;
  task.filter = task.filters.front();
  task.higher_is_better = chosen->higher_is_better;
  const std::vector<ValuePair> values = value_pairs(task.pairs, task.metric, task.filter);
  task.right_or_wrong = !values.empty() && right_or_wrong(values);
  task.share = is_share(*chosen) && chosen->higher_is_better;
}

ComparedTask prepare(const TaskRecord& base, const TaskRecord& other) {
  ComparedTask out;
  out.pairs = pair_task(base, other);
  out.task = task_of(base);
  if (out.task != nullptr) out.metrics = reported_metrics(*out.task);
  out.filters = filters_of(out.pairs);
  choose_headline(out);
  return out;
}

// One line of the comparison over one or more tasks.
class LineBuilder {
 public:
  LineBuilder(const CompareOptions& options, double claim_alpha)
      : options_(options), paired_{options.alpha, claim_alpha, options.margin} {}

  TaskComparison line(const std::vector<const ComparedTask*>& tasks) {
    TaskComparison out;
    count(tasks, out);
    refuse_for_errors(out);
    AnswerComparison answers(options_.alpha);
    for (const ComparedTask* task : tasks) {
      if (task->task == nullptr || task->metric.empty()) continue;
      answers.add(*task->task, task->pairs, task->metric, task->filter, task->higher_is_better);
    }
    answers.finish(out);
    flips_ = answers.flips();
    return out;
  }

  // All metrics of one task.
  void add_metrics(const ComparedTask& task, TaskComparison& out) const {
    if (task.task == nullptr) {
      out.refused = fmt::format(
          "this program has no task {}; load the plug-in or task file the run was made with",
          task.pairs.base->name);
      return;
    }
    for (const std::string& filter : task.filters) {
      for (const MetricSpec& metric : task.metrics) {
        MetricComparison m =
            compare_metric(metric, filter, value_pairs(task.pairs, metric.name, filter), paired_);
        m.headline = metric.name == task.metric && filter == task.filter;
        if (as_paired(m.paired) == nullptr) {
          const bool neither = explain_absence(task, filter, m);
          if (m.headline) out.neither = out.neither || neither;
        }
        out.metrics.push_back(std::move(m));
      }
    }
  }

  // A metric over the pooled items of several tasks, or the mean of the tasks.
  MetricComparison pooled(const std::vector<const ComparedTask*>& tasks, const std::string& metric,
                          const std::string& filter, bool by_size) const {
    std::vector<ValuePair> all;
    MetricSpec spec{metric};
    std::vector<MetricComparison> parts;
    std::size_t offset = 0;
    for (const ComparedTask* task : tasks) {
      // "" = each task's own headline.
      const std::string& name = metric.empty() ? task->metric : metric;
      const std::string& from = filter.empty() ? task->filter : filter;
      for (const MetricSpec& m : task->metrics) {
        if (m.name == name) spec = m;
      }
      std::vector<ValuePair> values = value_pairs(task->pairs, name, from);
      if (!by_size) parts.push_back(compare_metric(spec, from, values, paired_));
      std::size_t greatest = 0;
      for (ValuePair& v : values) {
        greatest = std::max(greatest, v.cluster);
        v.cluster += offset;
      }
      offset += greatest + 1;
      all.insert(all.end(), values.begin(), values.end());
    }
    if (metric.empty()) spec = MetricSpec{"score"};
    if (by_size) return compare_metric(spec, filter, all, paired_);
    std::vector<const MetricComparison*> pointers;
    for (const MetricComparison& part : parts) pointers.push_back(&part);
    return average_of(pointers, paired_);
  }

  const std::vector<Flip>& flips() const { return flips_; }

  void add_notes(TaskComparison& out) const {
    const std::size_t needed = fewest_discordant(options_.alpha);
    const MetricComparison* headline = out.headline();
    const bool tested = headline != nullptr && headline->mcnemar_p.has_value();
    if (tested && out.flips && out.flips->flips() < needed) {
      const std::size_t flipped = out.flips->flips();
      out.notes.push_back(
          fmt::format("{} flipped: with fewer than {} no test can tell the runs apart at {:g} %",
                      flipped == 0   ? "no item"
                      : flipped == 1 ? "only 1 item"
                                     : fmt::format("only {} items", flipped),
                      needed, kPoints * (1 - options_.alpha)));
    }
    if (out.paired < out.common) {
      out.notes.push_back(fmt::format(
          "{} of {} items compared; the others are item errors (base {}, other {}; {} in one run "
          "only)",
          out.paired, out.common, out.base_errors, out.other_errors, out.one_sided));
    }
    if (out.common < std::max(out.base_items, out.other_items)) {
      out.notes.push_back(fmt::format("only the {} items that both runs asked (base {}, other {})",
                                      out.common, out.base_items, out.other_items));
    }
  }

 private:
  static void count(const std::vector<const ComparedTask*>& tasks, TaskComparison& out) {
    for (const ComparedTask* task : tasks) {
      out.base_items += task->pairs.base->items.size();
      out.other_items += task->pairs.other->items.size();
      out.common += task->pairs.common;
      out.paired += task->pairs.measured.size();
      out.base_errors += task->pairs.base_errors;
      out.other_errors += task->pairs.other_errors;
      out.one_sided += task->pairs.one_sided;
    }
  }

  void refuse_for_errors(TaskComparison& out) const {
    const auto common = static_cast<double>(out.common);
    const auto lost = static_cast<double>(out.one_sided);
    out.neither = out.common > 0 && out.paired == 0 && out.one_sided == 0;
    if (out.common == 0) {
      out.refused = "no item was asked in both runs";
    } else if (lost > options_.max_error_share * common) {
      out.refused = fmt::format(
          "{} of {} items ({:.1f} %) were measured in one run only (item errors: base {}, other "
          "{}), more than the {:g} % that are accepted (--max-errors)",
          out.one_sided, out.common, kPoints * lost / common, out.base_errors, out.other_errors,
          kPoints * options_.max_error_share);
    }
  }

  // Says why a figure is missing in the words of the run that lacks it; whether both lack it.
  static bool explain_absence(const ComparedTask& task, const std::string& filter,
                              MetricComparison& metric) {
    const auto reason_in = [&](const ItemRecord& record) -> std::string {
      for (const Judgement& judgement : record.judged.judgements) {
        if (judgement.filter == filter && !judgement.not_run.empty()) return judgement.not_run;
      }
      return "";
    };
    std::string base;
    std::string other;
    for (const ItemPair& pair : task.pairs.measured) {
      if (base.empty()) base = reason_in(*pair.base);
      if (other.empty()) other = reason_in(*pair.other);
    }
    if (base.empty() && other.empty()) return task.pairs.measured.empty();
    const char* where = other.empty() ? "the base" : base.empty() ? "the other run" : "either run";
    metric.paired = NotRun{fmt::format("not run in {}: {}", where, base.empty() ? other : base)};
    return !base.empty() && !other.empty();
  }

  const CompareOptions& options_;
  PairedOptions paired_;
  std::vector<Flip> flips_;
};

// A line of the report that both runs have, with the tasks it stands for.
struct Line {
  ReportLine report;
  std::vector<const ComparedTask*> tasks;
  bool claimed = false;
};

std::vector<Line> lines_of(const Json& manifest, const std::map<std::string, ComparedTask>& tasks) {
  std::vector<Line> lines;
  std::size_t claimed_depth = 0;
  bool inside_claimed = false;
  for (ReportLine& report : report_order(manifest)) {
    Line line{report, {}, false};
    const std::vector<std::string> leaves =
        report.group == nullptr ? std::vector{report.name} : report.leaves;
    for (const std::string& leaf : leaves) {
      const auto found = tasks.find(leaf);
      if (found != tasks.end()) line.tasks.push_back(&found->second);
    }
    if (line.tasks.empty()) continue;
    if (inside_claimed && report.depth <= claimed_depth) inside_claimed = false;
    // A group with a score of its own is one claim, not one for each of its tasks.
    const bool scored =
        report.group == nullptr || !report.group->value("aggregates", Json::array()).empty();
    line.claimed = scored && !inside_claimed;
    if (line.claimed && report.group != nullptr)
      inside_claimed = true, claimed_depth = report.depth;
    lines.push_back(std::move(line));
  }
  return lines;
}

void fill_group(const Line& line, const LineBuilder& builder, TaskComparison& out) {
  const ComparedTask& first = *line.tasks.front();
  for (const Json& aggregate : line.report.group->value("aggregates", Json::array())) {
    const auto metric = aggregate.value("metric", std::string());
    for (const std::string& filter : first.filters) {
      if (aggregate.value("filter", filter) != filter) continue;
      const bool known = std::all_of(line.tasks.begin(), line.tasks.end(), [&](const auto* t) {
        return t->pairs.measured.empty() ||
               std::any_of(t->metrics.begin(), t->metrics.end(),
                           [&](const MetricSpec& m) { return m.name == metric; });
      });
      if (!known) continue;
      MetricComparison m =
          builder.pooled(line.tasks, metric, filter, aggregate.value("weight_by_size", true));
      const bool taken = out.headline() != nullptr;
      m.headline = !taken && (metric == first.metric || out.metrics.empty());
      out.metrics.push_back(std::move(m));
    }
  }
}

TaskComparison compare_line(const Line& line, LineBuilder& builder) {
  TaskComparison out = builder.line(line.tasks);
  out.name = line.report.name;
  out.is_group = line.report.group != nullptr;
  out.depth = line.report.depth;
  if (out.is_group) {
    out.alias = line.report.group->value("alias", "");
    fill_group(line, builder, out);
    if (line.tasks.size() < line.report.leaves.size()) {
      out.notes.push_back(fmt::format("only {} of the base run's {} tasks of this group",
                                      line.tasks.size(), line.report.leaves.size()));
    }
  } else {
    out.alias = line.tasks.front()->pairs.base->manifest.value("alias", "");
    out.data_label = line.tasks.front()->pairs.base->manifest.value("data_label", "");
    builder.add_metrics(*line.tasks.front(), out);
  }
  if (line.claimed) out.claim = Claim{};
  builder.add_notes(out);
  return out;
}

// Items of all tasks whose headline is right or wrong (or another share), pooled.
std::vector<const ComparedTask*> poolable(const std::map<std::string, ComparedTask>& tasks,
                                          const RunFolder& base) {
  std::vector<const ComparedTask*> out;
  for (const TaskRecord& record : base.tasks) {
    const auto found = tasks.find(record.name);
    if (found == tasks.end() || !found->second.share || found->second.pairs.measured.empty())
      continue;
    out.push_back(&found->second);
  }
  return out;
}

// Differences of the prompts themselves, which no manifest field shows reliably.
void add_rewordings(const std::map<std::string, ComparedTask>& tasks,
                    std::vector<SettingDifference>& differences) {
  for (const auto& [name, task] : tasks) {
    if (task.pairs.reworded == 0) continue;
    differences.push_back(
        {fmt::format("tasks {}.prompts", name), "",
         fmt::format("{} of {} items were asked in other words, for example item {}",
                     task.pairs.reworded, task.pairs.common, task.pairs.example),
         "`assay show` prints a prompt; run one of them again with the other's settings", true});
  }
}

expected<PairComparison> compare_pair(const RunFolder& base, const RunFolder& other,
                                      const ComparedRun& base_run, ComparedRun other_run,
                                      const CompareOptions& options) {
  PairComparison pair;
  pair.other = std::move(other_run);
  std::map<std::string, ComparedTask> tasks;
  std::vector<std::string> names;
  const auto wanted = [&](const std::string& name) {
    return options.tasks.empty() ||
           std::find(options.tasks.begin(), options.tasks.end(), name) != options.tasks.end();
  };
  std::set<std::string> chosen;  // leaves of wanted groups are wanted, too
  for (const ReportLine& line : report_order(base.manifest)) {
    if (!wanted(line.name)) continue;
    chosen.insert(line.name);
    chosen.insert(line.leaves.begin(), line.leaves.end());
  }
  for (const TaskRecord& record : base.tasks) {
    if (!chosen.contains(record.name)) continue;
    const auto twin = std::find_if(other.tasks.begin(), other.tasks.end(),
                                   [&](const TaskRecord& t) { return t.name == record.name; });
    if (twin == other.tasks.end()) {
      pair.only_base.push_back(record.name);
      continue;
    }
    tasks.emplace(record.name, prepare(record, *twin));
    names.push_back(record.name);
  }
  for (const TaskRecord& record : other.tasks) {
    const bool known = std::any_of(base.tasks.begin(), base.tasks.end(),
                                   [&](const TaskRecord& t) { return t.name == record.name; });
    if (!known && options.tasks.empty()) pair.only_other.push_back(record.name);
  }
  if (names.empty()) {
    return usage_error(
        fmt::format("{} and {} have no task in common{}; run them on the same suite.", base.path,
                    other.path, options.tasks.empty() ? "" : " among those named with --tasks"));
  }
  pair.differences = setting_differences(base.manifest, other.manifest, names);
  add_rewordings(tasks, pair.differences);
  const bool refuses = std::any_of(pair.differences.begin(), pair.differences.end(),
                                   [](const SettingDifference& d) { return d.refuses; });
  if (refuses && !options.despite_differences) {
    return usage_error(refusal(base_run.label, pair.other.label, pair.differences));
  }
  pair.same_file = !base_run.identity.empty() && base_run.identity == pair.other.identity;
  if (base.manifest.at("fingerprint") == other.manifest.at("fingerprint")) {
    pair.notes.push_back(
        "both are the same run (same manifest): every difference is zero or chance");
  } else if (pair.same_file) {
    pair.notes.push_back(
        "both runs measured the same model file: what differs comes from settings or chance");
  }

  for (const RunFolder* run : {&base, &other}) {
    if (!run->summary.sequence || !run->summary.sequence->stopped_early()) continue;
    pair.notes.push_back(fmt::format(
        "{} stopped when its comparison with {} was decided: its answers chose how many items it "
        "asked, so p-values and intervals here are surer than they should be; the decision in its "
        "own table allows for that",
        run->path, run->summary.sequence->against));
  }

  const std::vector<Line> lines = lines_of(base.manifest, tasks);
  const std::vector<const ComparedTask*> pool = poolable(tasks, base);
  auto claims = static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [](const Line& l) { return l.claimed; }));
  const bool overall = claims > 1 && pool.size() > 1;
  claims += overall ? 1 : 0;
  LineBuilder builder(options,
                      options.alpha / static_cast<double>(std::max<std::size_t>(1, claims)));
  for (const Line& line : lines) {
    pair.tasks.push_back(compare_line(line, builder));
    if (line.report.group == nullptr) {
      pair.flips.insert(pair.flips.end(), builder.flips().begin(), builder.flips().end());
    }
  }
  if (overall) {
    pair.overall = builder.line(pool);
    // Tasks with too many item errors are refused on their own; together they may be few.
    MetricComparison m = builder.pooled(pool, "", "", true);
    m.headline = true;
    pair.overall->metrics.push_back(std::move(m));
    pair.overall->claim = Claim{};
    builder.add_notes(*pair.overall);
  }
  decide_claims(pair, base_run.label, options);
  return pair;
}

}  // namespace

expected<Comparison> compare_runs(const RunFolder& base, std::span<const RunFolder> others,
                                  const CompareOptions& options) {
  std::vector<const RunFolder*> all = {&base};
  for (const RunFolder& other : others) all.push_back(&other);
  std::vector<ComparedRun> described = compared_runs(all);
  Comparison comparison;
  comparison.options = options;
  comparison.base = described.front();
  for (std::size_t i = 0; i < others.size(); ++i) {
    expected<PairComparison> pair =
        compare_pair(base, others[i], described.front(), described[i + 1], options);
    if (!pair) return pair.error();
    comparison.others.push_back(std::move(*pair));
  }
  conclude(comparison);
  return comparison;
}

}  // namespace assay
