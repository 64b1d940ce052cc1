// See the header.
#include "scorers/mcnemar.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>

namespace assay {

double mcnemar_exact(const Discordant& discordant) {
  if (discordant.total() == 0) return 1.0;
  const boost::math::binomial_distribution<double> coin(static_cast<double>(discordant.total()),
                                                        0.5);
  const auto fewer = static_cast<double>(std::min(discordant.lost, discordant.gained));
  return std::min(1.0, 2.0 * boost::math::cdf(coin, fewer));
}

std::size_t fewest_discordant(double alpha) {
  std::size_t m = 1;
  for (double p = 1.0; p > alpha; p /= 2.0) ++m;
  return m;
}

}  // namespace assay
