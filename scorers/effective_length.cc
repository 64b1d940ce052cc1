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

std::vector<double> replicates(std::span<const LengthScores> scores, LengthRule rule,
                               double threshold, bool paired) {
  PythonRandom random(0);
  std::vector<double> counts;
  std::vector<double> means(scores.size());
  std::vector<std::size_t> drawn;
  for (std::size_t r = 0; r < kLengthReplicates; ++r) {
    for (std::size_t l = 0; l < scores.size(); ++l) {
      if (l == 0 || !paired) {
        drawn.resize(scores[l].values.size());
        for (std::size_t& i : drawn) i = random.below(scores[l].values.size());
      }
      means[l] = mean_of_drawn(scores[l].values, drawn);
    }
    counts.push_back(static_cast<double>(passing(means, rule, threshold)));
  }
  return counts;
}

bool all_alike(std::span<const LengthScores> scores) {
  return std::ranges::all_of(scores, [](const LengthScores& s) {
    return std::ranges::all_of(s.values, [&](double v) { return v == s.values.front(); });
  });
}

std::optional<int> length_of(std::span<const LengthScores> scores, std::size_t passed) {
  return passed == 0 ? std::nullopt : std::optional(scores[passed - 1].length);
}

}  // namespace

EffectiveLengthResult effective_length(std::span<const LengthScores> all, LengthRule rule,
                                       double threshold, bool paired) {
  std::size_t measured = 0;
  while (measured < all.size() && !all[measured].values.empty()) ++measured;
  if (measured == 0) return Failed{"the shortest length was not measured"};
  const std::span<const LengthScores> scores = all.first(measured);
  std::vector<double> means;
  for (const LengthScores& s : scores) means.push_back(mean(s.values));
  if (rule == LengthRule::kShareOfShortest && !(means.front() > 0)) {
    return Failed{fmt::format("nothing was found at the shortest length, {}", all.front().length)};
  }
  const std::size_t passed = passing(means, rule, threshold);
  EffectiveLength out;
  out.length = length_of(scores, passed);
  out.end = passed < measured       ? LengthEnd::kScore
            : measured < all.size() ? LengthEnd::kNotMeasured
                                    : LengthEnd::kLongest;
  if (all_alike(scores)) {
    out.no_interval = "all items of a length are alike, so a bootstrap has no spread";
    return out;
  }
  const Interval counts = percentile_interval(replicates(scores, rule, threshold, paired));
  out.interval = EffectiveLength::Limits{length_of(scores, static_cast<std::size_t>(counts.low)),
                                         length_of(scores, static_cast<std::size_t>(counts.high))};
  return out;
}

}  // namespace assay
