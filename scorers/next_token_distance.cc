// See the header. C are the tokens that both records list, A those that only the base's lists; the
// rest of each model is everything outside C.
#include "scorers/next_token_distance.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace assay {
namespace {

constexpr double kHalfStep = kLogStep / 2;

// Adds up mass × (log mass − log other) with the most that rounding can have changed it.
class KlSum {
 public:
  void add(double mass, double log_ratio) {
    sum_ += mass * log_ratio;
    slack_ += mass * (kLogStep + std::expm1(kHalfStep) * (std::fabs(log_ratio) + kLogStep));
  }
  double low() const { return std::max(0.0, sum_ - slack_); }
  double high() const { return std::max(0.0, sum_ + slack_); }

 private:
  double sum_ = 0;
  double slack_ = 0;
};

}  // namespace

NextTokenDistance next_token_distance(const TopTokens& base, const TopTokens& other) {
  std::unordered_map<std::int32_t, double> others;
  for (std::size_t i = 0; i < other.tokens.size(); ++i) {
    others.emplace(other.tokens[i], other.log_probabilities[i]);
  }
  const double base_tail = std::exp(base.rest);
  KlSum merged;  // over C and one cell for the rest
  KlSum upper;   // over C, A and what the base does not list
  double base_rest = base_tail;
  double other_rest = std::exp(other.rest);
  double differences = 0;  // Σ over C of |p − q|
  double covered = 0;
  for (std::size_t i = 0; i < base.tokens.size(); ++i) {
    const double log_p = base.log_probabilities[i];
    const double p = std::exp(log_p);
    const auto twin = others.find(base.tokens[i]);
    if (twin == others.end()) {
      base_rest += p;
      upper.add(p, log_p - other.least);
      continue;
    }
    merged.add(p, log_p - twin->second);
    upper.add(p, log_p - twin->second);
    differences += std::fabs(p - std::exp(twin->second));
    covered += p;
    others.erase(twin);
  }
  for (std::size_t i = 0; i < other.tokens.size(); ++i) {  // in order: sums have equal bits
    if (others.contains(other.tokens[i])) other_rest += std::exp(other.log_probabilities[i]);
  }
  // No token that the base does not list is more probable than the last that it does, or than all
  // that it does not list together.
  const double most = std::min(base.log_probabilities.back(), base.rest);
  if (base_tail > 0) upper.add(base_tail, most - other.least);

  NextTokenDistance out;
  const bool finite = base_rest <= 0 || other_rest > 0;
  if (base_rest > 0 && finite) merged.add(base_rest, std::log(base_rest) - std::log(other_rest));
  if (finite) out.kl_low = merged.low();
  const bool bounded = base_rest <= 0 || std::isfinite(other.least);
  if (finite && bounded) out.kl_high = std::max(*out.kl_low, upper.high());
  const double slack = std::expm1(kLogStep);  // at least (e^h − 1)·Σ(p + q)/2, h half a step
  out.variation_low = std::max(0.0, (differences + std::fabs(base_rest - other_rest)) / 2 - slack);
  out.variation_high = std::min(1.0, (differences + base_rest + other_rest) / 2 + slack);
  out.covered = std::min(1.0, covered);
  return out;
}

}  // namespace assay
