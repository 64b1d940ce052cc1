// See the header.
#include "scorers/distribution_distance.h"

#include <algorithm>
#include <cmath>

namespace assay {

std::vector<double> log_softmax(std::span<const double> values) {
  const double top = *std::max_element(values.begin(), values.end());
  double total = 0.0;
  for (const double value : values) total += std::exp(value - top);
  const double log_total = top + std::log(total);
  std::vector<double> out;
  out.reserve(values.size());
  for (const double value : values) out.push_back(value - log_total);
  return out;
}

double kl_divergence(std::span<const double> log_p, std::span<const double> log_q) {
  double sum = 0.0;
  for (std::size_t i = 0; i < log_p.size(); ++i) {
    const double p = std::exp(log_p[i]);
    if (p > 0) sum += p * (log_p[i] - log_q[i]);
  }
  return std::max(0.0, sum);
}

double total_variation(std::span<const double> log_p, std::span<const double> log_q) {
  double sum = 0.0;
  for (std::size_t i = 0; i < log_p.size(); ++i) {
    sum += std::fabs(std::exp(log_p[i]) - std::exp(log_q[i]));
  }
  return std::min(1.0, sum / 2);
}

}  // namespace assay
