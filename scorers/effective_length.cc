// See effective_length.h. A replicate yields how many of the lengths, from the shortest on, pass;
// the interval is that of this count, whose order is the order of the lengths.
#include "scorers/effective_length.h"

#include <fmt/format.h>

#include <algorithm>

#include "assay/python_random.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

bool passes(double score, double shortest, LengthRule rule, double threshold) {
  if (rule == LengthRule::kAboveScore) return score > threshold;
  return shortest > 0 && score >= threshold * shortest;
}

// How many lengths pass before the first that does not.
std::size_t passing(const std::vector<double>& means, LengthRule rule, double threshold) {
  std::size_t count = 0;
  while (count < means.size() && passes(means[count], means.front(), rule, threshold)) ++count;
  return count;
}

double mean_of_drawn(const std::vector<double>& values, const std::vector<std::size_t>& drawn) {
  double sum = 0;
  for (const std::size_t i : drawn) sum += values[i];
  return sum / static_cast<double>(values.size());
}

// Of the first `lengths` lengths.
std::vector<double> means_of(std::span<const TaskLengthScores> tasks, std::size_t lengths) {
  std::vector<double> means(lengths, 0);
  for (std::size_t l = 0; l < lengths; ++l) {
    for (const TaskLengthScores& task : tasks) means[l] += mean(task.scores[l].values);
    means[l] /= static_cast<double>(tasks.size());
  }
  return means;
}

std::vector<double> replicates(std::span<const TaskLengthScores> tasks, std::size_t lengths,
                               LengthRule rule, double threshold) {
  PythonRandom random(0);
  std::vector<double> counts;
  std::vector<double> means(lengths);
  std::vector<std::vector<std::size_t>> drawn(tasks.size());
  for (std::size_t r = 0; r < kLengthReplicates; ++r) {
    for (std::size_t l = 0; l < lengths; ++l) {
      means[l] = 0;
      for (std::size_t t = 0; t < tasks.size(); ++t) {
        const std::vector<double>& values = tasks[t].scores[l].values;
        if (l == 0 || !tasks[t].paired) {
          drawn[t].resize(values.size());
          for (std::size_t& i : drawn[t]) i = random.below(values.size());
        }
        means[l] += mean_of_drawn(values, drawn[t]);
      }
      means[l] /= static_cast<double>(tasks.size());
    }
    counts.push_back(static_cast<double>(passing(means, rule, threshold)));
  }
  return counts;
}

bool all_alike(std::span<const TaskLengthScores> tasks, std::size_t lengths) {
  return std::ranges::all_of(tasks, [&](const TaskLengthScores& task) {
    const auto measured = std::span(task.scores).first(lengths);
    return std::ranges::all_of(measured, [](const LengthScores& s) {
      return std::ranges::all_of(s.values, [&](double v) { return v == s.values.front(); });
    });
  });
}

// How many lengths, from the shortest on, every task has measured.
std::size_t measured_lengths(std::span<const TaskLengthScores> tasks) {
  std::size_t measured = tasks.front().scores.size();
  for (const TaskLengthScores& task : tasks) {
    const auto gap =
        std::ranges::find_if(task.scores, [](const LengthScores& s) { return s.values.empty(); });
    measured = std::min(measured, static_cast<std::size_t>(gap - task.scores.begin()));
  }
  return measured;
}

std::optional<int> length_of(std::span<const LengthScores> scores, std::size_t passed) {
  return passed == 0 ? std::nullopt : std::optional(scores[passed - 1].length);
}

}  // namespace

EffectiveLengthResult effective_length(std::span<const TaskLengthScores> tasks, LengthRule rule,
                                       double threshold) {
  const std::vector<LengthScores>& all = tasks.front().scores;
  const std::size_t measured = measured_lengths(tasks);
  if (measured == 0) return Failed{"the shortest length was not measured"};
  const std::span<const LengthScores> lengths = std::span(all).first(measured);
  const std::vector<double> means = means_of(tasks, measured);
  if (rule == LengthRule::kShareOfShortest && !(means.front() > 0)) {
    return Failed{fmt::format("nothing was found at the shortest length, {}", all.front().length)};
  }
  const std::size_t passed = passing(means, rule, threshold);
  EffectiveLength out;
  out.length = length_of(lengths, passed);
  out.end = passed < measured       ? LengthEnd::kScore
            : measured < all.size() ? LengthEnd::kNotMeasured
                                    : LengthEnd::kLongest;
  if (all_alike(tasks, measured)) {
    out.no_interval = "all items of a length are alike, so a bootstrap has no spread";
    return out;
  }
  const Interval counts = percentile_interval(replicates(tasks, measured, rule, threshold));
  out.interval = EffectiveLength::Limits{length_of(lengths, static_cast<std::size_t>(counts.low)),
                                         length_of(lengths, static_cast<std::size_t>(counts.high))};
  return out;
}

EffectiveLengthResult effective_length(std::span<const LengthScores> scores, LengthRule rule,
                                       double threshold, bool paired) {
  const TaskLengthScores task{{scores.begin(), scores.end()}, paired};
  return effective_length(std::span(&task, 1), rule, threshold);
}

}  // namespace assay
