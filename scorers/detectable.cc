// See the header.
#include "scorers/detectable.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "scorers/mcnemar.h"

namespace assay {
namespace {

// Doubles are precise enough for a power; long doubles would take three times as long.
using Binomial = boost::math::binomial_distribution<
    double, boost::math::policies::policy<boost::math::policies::promote_double<false>>>;

// Discordant counts further than this many standard deviations from their mean are left out; their
// probability is below 1e-9.
constexpr double kReach = 6.5;
constexpr int kHalvings = 17;  // to 0.001 points
constexpr std::size_t kFewClusters = 40;

}  // namespace

double mcnemar_power(std::size_t n, double discordance, double difference, double alpha) {
  if (discordance <= 0) return 0.0;
  const auto items = static_cast<double>(n);
  const double mean = items * discordance;
  const double spread = std::sqrt(mean * (1 - discordance));
  const auto low = static_cast<std::size_t>(std::max(0.0, std::floor(mean - kReach * spread)));
  const auto high = static_cast<std::size_t>(std::min(items, std::ceil(mean + kReach * spread)));
  const double in_favour = std::clamp((1 + difference / discordance) / 2, 0.0, 1.0);
  const std::size_t first = std::max(low, fewest_discordant(alpha));
  const Binomial discordant(items, discordance);
  double power = 0.0;
  std::size_t critical = 0;  // p <= alpha when the smaller side has at most so many
  bool known = false;
  for (std::size_t m = first; m <= high; ++m) {
    const auto p_value = [&](std::size_t k) {
      return 2 * boost::math::cdf(Binomial(static_cast<double>(m), 0.5), static_cast<double>(k));
    };
    if (!known) {
      // From here on the critical count grows by at most one per discordant item.
      const double guess = static_cast<double>(m) / 2 - 1.5 * std::sqrt(static_cast<double>(m));
      critical = static_cast<std::size_t>(std::max(0.0, guess));
      while (critical > 0 && p_value(critical) > alpha) --critical;
      while (p_value(critical + 1) <= alpha) ++critical;
      known = true;
    } else if (p_value(critical + 1) <= alpha) {
      ++critical;
    }
    const Binomial split(static_cast<double>(m), in_favour);
    const double tails =
        boost::math::cdf(split, static_cast<double>(critical)) +
        boost::math::cdf(boost::math::complement(split, static_cast<double>(m - critical) - 1));
    power += boost::math::pdf(discordant, static_cast<double>(m)) * tails;
  }
  return power;
}

std::optional<double> detectable_share(std::size_t n, double discordance,
                                       const DetectionGoal& goal) {
  const auto power_at = [&](double difference) {
    return mcnemar_power(n, std::max(discordance, difference), difference, goal.alpha);
  };
  double too_small = 0.0;
  double enough = 1.0;
  if (power_at(enough) < goal.power) return std::nullopt;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (too_small + enough) / 2;
    (power_at(middle) >= goal.power ? enough : too_small) = middle;
  }
  return enough;
}

double detectable_mean(double std_error, std::size_t clusters, const DetectionGoal& goal) {
  const auto quantile = [&](double probability) {
    if (clusters >= kFewClusters) {
      return boost::math::quantile(boost::math::normal_distribution<double>(), probability);
    }
    return boost::math::quantile(
        boost::math::students_t_distribution<double>(static_cast<double>(clusters - 1)),
        probability);
  };
  return (quantile(1 - goal.alpha / 2) + quantile(goal.power)) * std_error;
}

}  // namespace assay
