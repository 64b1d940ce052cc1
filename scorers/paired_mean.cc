// See the header.
#include "scorers/paired_mean.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>

namespace assay {
namespace {

constexpr std::size_t kFewClusters = 40;

double quantile(const PairedMean& mean, double probability) {
  if (mean.clusters >= kFewClusters) {
    return boost::math::quantile(boost::math::normal_distribution<double>(), probability);
  }
  return boost::math::quantile(
      boost::math::students_t_distribution<double>(static_cast<double>(mean.clusters - 1)),
      probability);
}

double upper_tail(const PairedMean& mean, double statistic) {
  using boost::math::cdf;
  using boost::math::complement;
  if (mean.clusters >= kFewClusters) {
    return cdf(complement(boost::math::normal_distribution<double>(), statistic));
  }
  return cdf(complement(
      boost::math::students_t_distribution<double>(static_cast<double>(mean.clusters - 1)),
      statistic));
}

}  // namespace

PairedMean paired_mean(std::span<const double> differences, std::span<const std::size_t> clusters) {
  const std::vector<double> ones(differences.size(), 1.0);
  return paired_ratio(differences, ones, clusters);
}

PairedMean paired_ratio(std::span<const double> differences, std::span<const double> weights,
                        std::span<const std::size_t> clusters) {
  double sum = 0.0;
  double weight = 0.0;
  for (const double d : differences) sum += d;
  for (const double w : weights) weight += w;
  PairedMean mean;
  mean.value = sum / weight;
  mean.n = differences.size();
  std::map<std::size_t, double> residuals;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    residuals[clusters.empty() ? i : clusters[i]] += differences[i] - mean.value * weights[i];
  }
  mean.clusters = residuals.size();
  if (mean.clusters < 2) return mean;
  double squares = 0.0;
  for (const auto& [cluster, residual] : residuals) squares += residual * residual;
  const auto g = static_cast<double>(mean.clusters);
  mean.std_error = std::sqrt(g / (g - 1.0) * squares) / weight;
  return mean;
}

std::optional<Interval> paired_interval(const PairedMean& mean, double level) {
  if (!mean.std_error) return std::nullopt;
  const double half = quantile(mean, 0.5 + level / 2) * *mean.std_error;
  return Interval{mean.value - half, mean.value + half};
}

std::optional<double> paired_p_value(const PairedMean& mean, double hypothesis) {
  if (!mean.std_error) return std::nullopt;
  const double distance = std::fabs(mean.value - hypothesis);
  if (*mean.std_error == 0.0) {
    if (distance == 0.0) return 1.0;
    return std::min(1.0, 2.0 * std::pow(0.5, static_cast<double>(mean.clusters)));
  }
  return 2.0 * upper_tail(mean, distance / *mean.std_error);
}

}  // namespace assay
