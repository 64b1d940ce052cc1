// See the header; the bootstrap alone has a file of its own.
#include "scorers/statistics.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>

namespace assay {

double mean(std::span<const double> values) {
  double sum = 0.0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

std::optional<double> sample_deviation(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double m = mean(values);
  double squares = 0.0;
  for (const double x : values) squares += (x - m) * (x - m);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

std::optional<double> standard_error(std::span<const double> values) {
  const auto deviation = sample_deviation(values);
  if (!deviation) return std::nullopt;
  return *deviation / std::sqrt(static_cast<double>(values.size()));
}

Interval wilson_interval(std::size_t successes, std::size_t trials) {
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z2 = kZ95 * kZ95;
  const double scale = 1.0 + z2 / n;
  const double centre = (p + z2 / (2.0 * n)) / scale;
  const double half = kZ95 / scale * std::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
  // The ends are exact at none and all; rounding must not show.
  return {successes == 0 ? 0.0 : centre - half, successes == trials ? 1.0 : centre + half};
}

Interval clopper_pearson(std::size_t successes, std::size_t trials) {
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  using Beta = boost::math::beta_distribution<double>;
  return {successes == 0 ? 0.0 : boost::math::quantile(Beta(k, n - k + 1.0), 0.025),
          successes == trials ? 1.0 : boost::math::quantile(Beta(k + 1.0, n - k), 0.975)};
}

Interval normal_interval(double value, double std_error) {
  return {value - kZ95 * std_error, value + kZ95 * std_error};
}

Interval student_interval(double value, double std_error, std::size_t groups) {
  const boost::math::students_t_distribution<double> t(static_cast<double>(groups - 1));
  const double half = boost::math::quantile(t, 0.975) * std_error;
  return {value - half, value + half};
}

double clustered_standard_error(std::span<const double> values,
                                std::span<const std::size_t> clusters) {
  // Σ over pairs of a cluster, the diagonal included, is the square of the cluster's sum.
  const double m = mean(values);
  std::map<std::size_t, double> sums;
  for (std::size_t i = 0; i < values.size(); ++i) sums[clusters[i]] += values[i] - m;
  double total = 0.0;
  for (const auto& [cluster, sum] : sums) total += sum * sum;
  return std::sqrt(total) / static_cast<double>(values.size());
}

Interval percentile_interval(std::vector<double> replicates) {
  std::sort(replicates.begin(), replicates.end());
  const auto last = static_cast<double>(replicates.size() - 1);
  return {replicates[static_cast<std::size_t>(std::floor(0.025 * last))],
          replicates[static_cast<std::size_t>(std::ceil(0.975 * last))]};
}

}  // namespace assay
