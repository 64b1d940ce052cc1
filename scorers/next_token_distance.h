// How far the next-token distributions of two models are apart, from their compact records: bounds
// that hold whatever the tokens outside the records are (docs/statistics.md has the proof).
//
// Pure and thread-safe.
#pragma once

#include <optional>

#include "scorers/top_tokens.h"

namespace assay {

// KL(base ‖ other) in nats and the total-variation distance of the two whole distributions lie
// between these, rounding of the records included.
struct NextTokenDistance {
  // The distance of the distributions over the tokens that both records list, and one cell for all
  // others. nullopt: infinite, since the other model gives no probability to what the base may say.
  std::optional<double> kl_low;
  std::optional<double> kl_high;  // nullopt: not bounded
  double variation_low = 0;
  double variation_high = 0;
  double covered = 0;  // the base's probability of the tokens that both list
};

// REQUIRES: records of one position over one vocabulary
NextTokenDistance next_token_distance(const TopTokens& base, const TopTokens& other);

}  // namespace assay
