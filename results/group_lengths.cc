// See group_lengths.h. Tasks are independent of one another, so the interval of their mean comes
// from the intervals of all of them.
#include "results/group_lengths.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "scorers/exact_share.h"

namespace assay {
namespace {

const LengthPoint* point_at(const LengthResults& results, int length) {
  for (const LengthPoint& point : results.by_length) {
    if (point.length == length) return &point;
  }
  return nullptr;
}

LengthPoint mean_at(std::span<const LengthResults* const> tasks, int length) {
  LengthPoint out{length, 0, NotRun{""}};
  Estimate mean{0, 0, std::nullopt, std::nullopt, "from the tasks' intervals"};
  const auto count = static_cast<double>(tasks.size());
  std::size_t measured = 0;
  double variance = 0;
  bool has_variance = true;
  std::vector<double> values;
  std::vector<Interval> intervals;
  for (const LengthResults* task : tasks) {
    const LengthPoint* point = point_at(*task, length);
    if (point != nullptr) out.items += point->items;
    const Estimate* e = point != nullptr ? as_estimate(point->value) : nullptr;
    if (e == nullptr || !e->interval) continue;
    ++measured;
    mean.value += e->value / count;
    mean.n += e->n;
    has_variance = has_variance && e->std_error.has_value();
    if (e->std_error) variance += *e->std_error * *e->std_error;
    values.push_back(e->value);
    intervals.push_back(*e->interval);
  }
  if (measured < tasks.size()) {
    out.value = Failed{fmt::format("measured for {} of {} tasks", measured, tasks.size())};
    return out;
  }
  if (has_variance) mean.std_error = std::sqrt(variance) / count;
  mean.interval = mean_of_shares_interval(values, intervals);
  out.value = mean;
  return out;
}

// Not all tasks have the same items at every length, so nothing is paired: what items of two
// lengths have in common is left unused.
void add_changes(LengthResults& out) {
  const Estimate* base = as_estimate(out.by_length.front().value);
  for (std::size_t i = 1; i < out.by_length.size(); ++i) {
    LengthPoint& point = out.by_length[i];
    const Estimate* other = as_estimate(point.value);
    if (base == nullptr || other == nullptr) {
      point.change = LengthChange{false, NotRun{"not measured at both lengths"}};
      continue;
    }
    point.change =
        LengthChange{false, Estimate{other->value - base->value, other->n, std::nullopt,
                                     unpaired_difference_interval(base->value, *base->interval,
                                                                  other->value, *other->interval),
                                     "unpaired, from both intervals"}};
  }
}

// A task's scores at all lengths of the group, empty where it has none.
TaskLengthScores at_all(const LengthResults& task, const std::set<int>& lengths) {
  TaskLengthScores out;
  out.paired = task.scores.paired;
  for (const int length : lengths) {
    LengthScores here{length, {}};
    for (const LengthScores& scores : task.scores.scores) {
      if (scores.length == length) here.values = scores.values;
    }
    out.scores.push_back(std::move(here));
  }
  return out;
}

}  // namespace

std::optional<LengthResults> group_lengths(std::span<const LengthResults* const> tasks) {
  if (tasks.empty()) return std::nullopt;
  std::set<int> lengths;
  for (const LengthResults* task : tasks) {
    for (const LengthPoint& point : task->by_length) lengths.insert(point.length);
  }
  LengthResults out;
  out.metric = tasks.front()->metric;
  out.filter = tasks.front()->filter;
  for (const int length : lengths) out.by_length.push_back(mean_at(tasks, length));
  add_changes(out);
  std::vector<TaskLengthScores> scores;
  for (const LengthResults* task : tasks) scores.push_back(at_all(*task, lengths));
  const auto same = [&](const LengthResults* task) {
    return task->threshold == tasks.front()->threshold;
  };
  if (std::ranges::all_of(tasks, same)) out.threshold = tasks.front()->threshold;
  out.above_score = effective_length(scores, LengthRule::kAboveScore, out.threshold);
  out.share_of_shortest = effective_length(scores, LengthRule::kShareOfShortest, out.threshold);
  return out;
}

}  // namespace assay
