// See exact_share.h.
#include "scorers/exact_share.h"

#include <cmath>
#include <numeric>

#include "scorers/statistics.h"

namespace assay {

Interval exact_share_interval(std::span<const double> values) {
  // Thirds and tenths do not add up exactly; what is a whole number but for rounding is taken as
  // it.
  constexpr double kRounding = 1e-9;
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  const auto low = static_cast<std::size_t>(std::floor(sum + kRounding));
  const auto high = static_cast<std::size_t>(std::ceil(sum - kRounding));
  return {clopper_pearson(low, values.size()).low, clopper_pearson(high, values.size()).high};
}

Interval unpaired_difference_interval(double base, const Interval& base_interval, double other,
                                      const Interval& other_interval) {
  const double difference = other - base;
  return {difference - std::hypot(other - other_interval.low, base_interval.high - base),
          difference + std::hypot(other_interval.high - other, base - base_interval.low)};
}

Interval mean_of_shares_interval(std::span<const double> shares,
                                 std::span<const Interval> intervals) {
  double sum = 0;
  double below = 0;
  double above = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i];
    below = std::hypot(below, shares[i] - intervals[i].low);
    above = std::hypot(above, intervals[i].high - shares[i]);
  }
  const auto count = static_cast<double>(shares.size());
  return {(sum - below) / count, (sum + above) / count};
}

}  // namespace assay
