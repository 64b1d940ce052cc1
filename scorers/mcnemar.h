// McNemar's exact test for two models on the same items, each item right or wrong. Only the items
// on which the models disagree (the discordant ones) carry information: when the models are equally
// good, each of them is a fair coin. McNemar 1947, Psychometrika 12:153; exact form Mosteller 1952.
//
// Pure and thread-safe. The tests enumerate all outcomes.
#pragma once

#include <cstddef>

namespace assay {

// The discordant items of a comparison. "Lost": right in the base, wrong in the other.
struct Discordant {
  std::size_t lost = 0;
  std::size_t gained = 0;
  std::size_t total() const { return lost + gained; }
};

// Two-sided: the probability of a split at least as uneven under Binomial(lost + gained, 1/2),
//   p = min(1, 2 · P(X <= min(lost, gained))); 1 without discordant items.
double mcnemar_exact(const Discordant& discordant);

// The fewest discordant items with which the two-sided p can be <= alpha at all: the smallest m
// with 2 · 2^−m <= alpha, 6 for alpha = 0.05. REQUIRES: 0 < alpha <= 1
std::size_t fewest_discordant(double alpha);

}  // namespace assay
