// See the header.
#include "scorers/paired_proportions.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

namespace assay {
namespace {

// The end of { δ : |T(δ)| <= z } beyond `inside`, towards `outside` (−1 or 1).
double end_of(const Discordant& discordant, std::size_t n, double inside, double outside,
              double z) {
  constexpr int kHalvings = 80;  // of a stretch of at most 2: beyond the last bit of a double
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = inside + (outside - inside) / 2;
    if (middle == inside || middle == outside) break;
    (std::fabs(tango_statistic(discordant, n, middle)) <= z ? inside : outside) = middle;
  }
  return inside;
}

}  // namespace

double tango_statistic(const Discordant& discordant, std::size_t n, double difference) {
  const auto lost = static_cast<double>(discordant.lost);
  const auto gained = static_cast<double>(discordant.gained);
  const auto items = static_cast<double>(n);
  const double a = 2 * items;
  const double b = -gained - lost + (2 * items - gained + lost) * difference;
  const double c = -lost * difference * (1 - difference);
  const double root = std::sqrt(std::max(0.0, b * b - 4 * a * c));
  // Of the two ways to write the greater root the one that does not cancel.
  const double q = b <= 0 ? (root - b) / (2 * a) : (root + b == 0 ? 0.0 : -2 * c / (root + b));
  const double variance = items * (2 * q + difference * (1 - difference));
  const double distance = gained - lost - items * difference;
  if (distance == 0) return 0.0;
  if (variance <= 0) return std::copysign(std::numeric_limits<double>::infinity(), distance);
  return distance / std::sqrt(variance);
}

Interval tango_interval(const Discordant& discordant, std::size_t n, double level) {
  const double z =
      boost::math::quantile(boost::math::normal_distribution<double>(), 0.5 + level / 2);
  const double estimate =
      (static_cast<double>(discordant.gained) - static_cast<double>(discordant.lost)) /
      static_cast<double>(n);
  return {estimate <= -1 ? -1.0 : end_of(discordant, n, estimate, -1.0, z),
          estimate >= 1 ? 1.0 : end_of(discordant, n, estimate, 1.0, z)};
}

}  // namespace assay
