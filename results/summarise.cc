// See summarise.h. Scores of a task take measured items only; what could not be measured is counted
// beside them with its reason.
#include "results/summarise.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "results/error_place.h"
#include "results/group_lengths.h"
#include "results/report_order.h"
#include "scorers/aggregate.h"
#include "scorers/judge.h"
#include "tasks/registry.h"

namespace assay {
namespace {

// The values behind one score, kept for groups that pool them.
struct MeasuredScore {
  Score score;
  MetricSpec metric;
  const ValueSeries* values = nullptr;     // in the task's tally
  std::optional<LengthResults> lengths{};  // long-context tasks
};

struct MeasuredTask {
  ResultEntry entry;
  std::vector<MeasuredScore> scores;
};

// The task's own filters when nothing was judged.
std::vector<std::string> filter_names(const Task& task, const TaskTally& tally) {
  std::vector<std::string> names = tally.filters();
  if (!names.empty()) return names;
  for (const FilterPipeline& filter : task.filters) names.push_back(filter.name);
  if (names.empty()) names.emplace_back("none");
  return names;
}

std::size_t planned_items(const Json& manifest, const TaskTally& tally) {
  const auto ids = manifest.find("item_ids");
  return ids == manifest.end() ? tally.items() : ids->size();
}

// Why a metric has no value although items were asked.
Measurement absent(const Json& manifest, const TaskTally& tally, const std::string& filter,
                   const std::vector<ErrorCount>& errors) {
  if (const std::string reason = tally.not_run(filter); !reason.empty()) return NotRun{reason};
  if (tally.items() == 0) {
    return NotRun{planned_items(manifest, tally) > 0 ? "the comparison was decided before"
                                                     : "no items"};
  }
  if (!errors.empty()) {
    return Failed{fmt::format("none of the {} items could be measured: {}", tally.items(),
                              errors.front().reason)};
  }
  return Failed{fmt::format("none of the {} items has a value", tally.items())};
}

expected<MeasuredScore> measure(const Json& manifest, const TaskTally& tally,
                                const std::string& task, const std::string& filter,
                                const MetricSpec& metric, const std::vector<ErrorCount>& errors) {
  MeasuredScore measured;
  measured.metric = metric;
  measured.values = &tally.values(filter, metric.name);
  measured.score = {task,          false, metric.name, filter, metric.higher_is_better, NotRun{""},
                    tally.items(), 0};
  for (const ErrorCount& count : errors) measured.score.errors += count.count;
  if (measured.values->empty()) {
    measured.score.value = absent(manifest, tally, filter, errors);
    return measured;
  }
  expected<Measurement> value = aggregate(metric, *measured.values);
  if (!value) return value.error();
  measured.score.value = std::move(*value);
  return measured;
}

expected<MeasuredTask> measure_task(const Json& manifest, const TaskTally& tally) {
  // With the items that figures over the length are made of; none of other tasks.
  const TaskRecord record{manifest.at("name").get<std::string>(),
                          {{"asked", manifest.value("asked", Json::object())}},
                          tally.placed()};
  const Task* task = task_of(record.name, manifest);
  if (task == nullptr) {
    return unavailable(fmt::format(
        "this program has no task {}; load the plug-in or task file that the run was made with",
        record.name));
  }
  MeasuredTask measured;
  ResultEntry& entry = measured.entry;
  entry.name = record.name;
  entry.alias = manifest.value("alias", "");
  entry.version = manifest.value("version", "");
  entry.items = tally.items();
  entry.not_run = planned_items(manifest, tally) - tally.items();
  entry.available = manifest.value("available", std::size_t{0});
  entry.error_reasons = tally.errors();
  for (const ErrorCount& count : entry.error_reasons) entry.errors += count.count;
  entry.shots = manifest.value("shots", 0);
  entry.data_label = manifest.value("data_label", "");
  entry.shot_data_label = manifest.value("shot_data_label", "");
  for (const std::string& filter : filter_names(*task, tally)) {
    for (const MetricSpec& metric : reported_metrics(*task)) {
      expected<MeasuredScore> score =
          measure(manifest, tally, record.name, filter, metric, entry.error_reasons);
      if (!score) return score.error();
      entry.scores.push_back(score->score);
      score->lengths = length_results(record, metric.name, filter);
      if (score->lengths) entry.lengths.push_back(*score->lengths);
      measured.scores.push_back(std::move(*score));
    }
  }
  expected<std::vector<CodeSummary>> code = tally.code().summaries();
  if (!code) return code.error();
  entry.code = std::move(*code);
  return measured;
}

// A group weighted by size is the mean over all its items. Where a leaf is too small for a standard
// error of its own (one item), the pooled one does not exist; the items as one sample have one.
void add_pooled_uncertainty(Measurement& value, const std::vector<const MeasuredScore*>& parts) {
  auto* estimate = std::get_if<Estimate>(&value);
  if (estimate == nullptr || estimate->std_error || estimate->interval) return;
  ValueSeries all;
  for (const MeasuredScore* part : parts) all.append(*part->values);
  const expected<Measurement> whole = aggregate(parts.front()->metric, all);
  const Estimate* pooled = whole ? as_estimate(*whole) : nullptr;
  if (pooled == nullptr || parts.front()->metric.aggregation != "mean") return;
  estimate->std_error = pooled->std_error;
  estimate->interval = pooled->interval;
  estimate->interval_method = pooled->interval_method;
}

Score group_score(const ResultEntry& group, const std::string& metric, const std::string& filter,
                  bool weight_by_size, const std::vector<const MeasuredScore*>& leaves) {
  std::vector<GroupPart> parts;
  std::vector<const MeasuredScore*> used;
  for (const MeasuredScore* leaf : leaves) {
    const Estimate* estimate = as_estimate(leaf->score.value);
    // A mean over items goes on over the measured ones; a mean over tasks needs every task.
    if (weight_by_size && std::holds_alternative<Failed>(leaf->score.value)) continue;
    if (weight_by_size && leaf->score.items == 0) continue;  // decided before its first item
    parts.push_back({leaf->score.value, estimate != nullptr ? estimate->n : leaf->score.items});
    used.push_back(leaf);
  }
  Score score{group.name, true,        metric,      filter, leaves.front()->score.higher_is_better,
              NotRun{""}, group.items, group.errors};
  if (parts.empty()) {
    score.value = Failed{fmt::format("none of the {} items could be measured", group.items)};
    return score;
  }
  score.value = aggregate_group(parts, weight_by_size);
  if (weight_by_size) add_pooled_uncertainty(score.value, used);
  return score;
}

// A mean over tasks is one at each length, too, where all of them are long-context tasks.
void add_group_lengths(ResultEntry& group, bool weight_by_size,
                       const std::vector<const MeasuredScore*>& leaves) {
  std::vector<const LengthResults*> tasks;
  for (const MeasuredScore* leaf : leaves) {
    if (weight_by_size || !leaf->lengths) return;
    tasks.push_back(&*leaf->lengths);
  }
  if (auto lengths = group_lengths(tasks)) group.lengths.push_back(std::move(*lengths));
}

void fill_group(ResultEntry& group, const Json& manifest,
                const std::vector<const MeasuredTask*>& leaves) {
  std::map<std::string, std::size_t> labels;
  for (const MeasuredTask* leaf : leaves) {
    group.items += leaf->entry.items;
    group.not_run += leaf->entry.not_run;
    group.available += leaf->entry.available;
    group.errors += leaf->entry.errors;
    if (!leaf->entry.data_label.empty()) ++labels[leaf->entry.data_label];
    for (const ErrorCount& reason : leaf->entry.error_reasons) {
      const auto same = std::find_if(
          group.error_reasons.begin(), group.error_reasons.end(), [&](const ErrorCount& known) {
            return without_digits(known.reason) == without_digits(reason.reason);
          });
      if (same == group.error_reasons.end()) {
        group.error_reasons.push_back(reason);
      } else {
        same->count += reason.count;
      }
    }
  }
  std::stable_sort(group.error_reasons.begin(), group.error_reasons.end(),
                   [](const ErrorCount& a, const ErrorCount& b) { return a.count > b.count; });
  if (labels.size() == 1 && labels.begin()->second == leaves.size()) {
    group.data_label = labels.begin()->first;
  } else if (!labels.empty()) {
    std::size_t marked = 0;
    for (const auto& [label, count] : labels) marked += count;
    group.data_label = fmt::format("{} of {} tasks not verified in full", marked, leaves.size());
  }
  if (!leaves.empty()) group.shots = leaves.front()->entry.shots;
  for (const Json& aggregate : manifest.value("aggregates", Json::array())) {
    const auto metric = aggregate.value("metric", std::string());
    std::vector<std::string> filters;
    for (const MeasuredTask* leaf : leaves) {
      for (const MeasuredScore& score : leaf->scores) {
        const std::string& filter = score.score.filter;
        if (score.score.metric == metric && aggregate.value("filter", filter) == filter &&
            std::find(filters.begin(), filters.end(), filter) == filters.end()) {
          filters.push_back(filter);
        }
      }
    }
    for (const std::string& filter : filters) {
      std::vector<const MeasuredScore*> parts;
      for (const MeasuredTask* leaf : leaves) {
        for (const MeasuredScore& score : leaf->scores) {
          if (score.score.metric == metric && score.score.filter == filter) parts.push_back(&score);
        }
      }
      const bool weight_by_size = aggregate.value("weight_by_size", true);
      group.scores.push_back(group_score(group, metric, filter, weight_by_size, parts));
      add_group_lengths(group, weight_by_size, parts);
    }
  }
}

}  // namespace

expected<Summary> summarise(const Json& manifest, const std::vector<TaskTally>& tasks,
                            const Timing& timing, const std::optional<SequenceOutcome>& sequence) {
  Summary summary;
  summary.sequence = sequence;
  summary.fingerprint = manifest.value("fingerprint", "");
  summary.model = manifest.at("model").value("name", "");
  summary.execution = code_execution_of(manifest);
  summary.timing = timing;
  std::map<std::string, MeasuredTask> measured;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    expected<MeasuredTask> task = measure_task(manifest.at("tasks").at(t), tasks[t]);
    if (!task) return task.error();
    summary.items += task->entry.items;
    summary.errors += task->entry.errors;
    summary.tokens.prompt += tasks[t].tokens().prompt;
    summary.tokens.decoded += tasks[t].tokens().decoded;
    summary.tokens.generated += tasks[t].tokens().generated;
    const std::string name = task->entry.name;
    measured.emplace(name, std::move(*task));
  }
  for (const ReportLine& line : report_order(manifest)) {
    ResultEntry entry;
    if (line.group == nullptr) {
      const auto task = measured.find(line.name);
      if (task == measured.end()) continue;
      entry = task->second.entry;
    } else {
      entry.name = line.name;
      entry.is_group = true;
      entry.alias = line.group->value("alias", "");
      entry.version = line.group->value("version", "");
      entry.children = line.children;
      std::vector<const MeasuredTask*> leaves;
      for (const std::string& leaf : line.leaves) leaves.push_back(&measured.at(leaf));
      fill_group(entry, *line.group, leaves);
    }
    entry.depth = line.depth;
    entry.parent = line.parent;
    summary.entries.push_back(std::move(entry));
  }
  const double tokens = static_cast<double>(summary.tokens.prompt + summary.tokens.generated);
  if (timing.engine_seconds > 0) summary.timing.tokens_per_second = tokens / timing.engine_seconds;
  return summary;
}

expected<Summary> summarise(const Json& manifest, const std::vector<TaskRecord>& tasks,
                            const Timing& timing, const std::optional<SequenceOutcome>& sequence) {
  std::vector<TaskTally> tallies(tasks.size());
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    for (const ItemRecord& item : tasks[t].items) tallies[t].add(item);
  }
  return summarise(manifest, tallies, timing, sequence);
}

}  // namespace assay
