// See power.h.
#include "scorers/power.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace assay {
namespace {

double z_of(const PowerRule& rule) {
  const boost::math::normal_distribution<double> normal;
  return boost::math::quantile(normal, 1 - rule.alpha / 2) +
         boost::math::quantile(normal, rule.power);
}

}  // namespace

std::optional<std::size_t> items_needed(double difference, double discordance,
                                        const PowerRule& rule) {
  if (difference > discordance) return std::nullopt;
  const double z = z_of(rule);
  const double variance = discordance - difference * difference;
  const double items = z * z * variance / (difference * difference);
  // Too few disagreements are never significant.
  const double least = kFewestDiscordant / discordance;
  return static_cast<std::size_t>(std::ceil(std::max(items, least)));
}

std::optional<double> detectable_difference(std::size_t items, double discordance,
                                            const PowerRule& rule) {
  const auto n = static_cast<double>(items);
  if (n * discordance < kFewestDiscordant) return std::nullopt;
  const double z = z_of(rule);
  const double difference = z * std::sqrt(discordance / (n + z * z));
  if (difference > discordance) return std::nullopt;
  return difference;
}

}  // namespace assay
