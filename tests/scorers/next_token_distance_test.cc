// Compact records of next-token distributions against the whole distributions: what is listed, and
// that the distances between two whole distributions lie within the bounds from their records.
#include "scorers/next_token_distance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace assay {
namespace {

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

std::vector<long double> softmax_of(const std::vector<float>& logits) {
  const float top = *std::max_element(logits.begin(), logits.end());
  std::vector<long double> p;
  long double total = 0;
  for (const float logit : logits) {
    p.push_back(std::exp(static_cast<long double>(logit) - top));
    total += p.back();
  }
  for (long double& x : p) x /= total;
  return p;
}

struct Exact {
  double kl = 0, variation = 0;
};
Exact exact_distance(const std::vector<float>& base, const std::vector<float>& other) {
  const std::vector<long double> p = softmax_of(base);
  const std::vector<long double> q = softmax_of(other);
  long double kl = 0;
  long double variation = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i] > 0) kl += p[i] * (std::log(p[i]) - std::log(q[i]));
    variation += std::fabs(p[i] - q[i]) / 2;
  }
  return {static_cast<double>(kl), static_cast<double>(variation)};
}

// Logits with few high and many low values, as models have them, and a second model's near them.
class Rows {
 public:
  explicit Rows(std::uint32_t seed) : random_(seed) {}
  double unit() { return static_cast<double>(random_()) / 4294967296.0; }
  double noise() { return unit() + unit() + unit() + unit() - 2; }
  std::vector<float> row(std::size_t size, double spread) {
    std::vector<float> out;
    for (std::size_t i = 0; i < size; ++i) {
      out.push_back(static_cast<float>(spread * noise() - std::log(1 + unit() * 50)));
    }
    return out;
  }
  std::vector<float> near(const std::vector<float>& row, double by) {
    std::vector<float> out = row;
    for (float& x : out) x += static_cast<float>(by * noise());
    return out;
  }

 private:
  std::mt19937 random_;
};

TEST(TopTokens, AreTheHeadOfTheSortedDistribution) {
  Rows rows(1);
  for (const std::size_t k : {1U, 5U, 16U, 300U}) {
    const std::vector<float> logits = rows.row(200, 3);
    const std::vector<long double> p = softmax_of(logits);
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
    const TopTokens top = *top_tokens(logits, k);
    const std::size_t count = std::min(k, p.size());
    ASSERT_EQ(top.tokens.size(), count);
    long double rest = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (i >= count) {
        rest += p[order[i]];
        continue;
      }
      EXPECT_EQ(top.tokens[i], static_cast<int>(order[i]));
      EXPECT_NEAR(top.log_probabilities[i], static_cast<double>(std::log(p[order[i]])),
                  kLogStep / 2 + 1e-12);
    }
    if (count < p.size()) {
      EXPECT_NEAR(top.rest, static_cast<double>(std::log(rest)), kLogStep / 2 + 1e-12);
    } else {
      EXPECT_EQ(top.rest, kNoProbability);
    }
    EXPECT_NEAR(top.least, static_cast<double>(std::log(p[order.back()])), kLogStep / 2 + 1e-12);
  }
}

TEST(TopTokens, TiesImpossibleTokensAndBrokenRows) {
  const TopTokens ties = *top_tokens(std::vector<float>{1, 2, 2, 1, 2}, 2);
  EXPECT_EQ(ties.tokens, (std::vector<std::int32_t>{1, 2})) << "equal ones by rising id";
  EXPECT_NEAR(std::exp(ties.rest), 1 - 2 * std::exp(ties.log_probabilities[0]), 1e-5);
  const TopTokens masked = *top_tokens(std::vector<float>{kImpossible, 3, kImpossible, 1}, 3);
  EXPECT_EQ(masked.tokens, (std::vector<std::int32_t>{1, 3}));
  EXPECT_EQ(masked.rest, kNoProbability);
  EXPECT_EQ(masked.least, kNoProbability);
  EXPECT_FALSE(top_tokens(std::vector<float>{0, std::nanf("")}, 2));
  EXPECT_FALSE(top_tokens(std::vector<float>{0, std::numeric_limits<float>::infinity()}, 2));
  EXPECT_FALSE(top_tokens(std::vector<float>{kImpossible, kImpossible}, 2));
}

TEST(NextTokenDistance, WholeDistributionsLieWithinTheBounds) {
  Rows rows(7);
  double narrow = 0;
  int trials = 0;
  for (const std::size_t size : {20U, 500U, 3000U}) {
    for (const double spread : {0.5, 3.0, 9.0}) {
      for (const double by : {0.0, 0.01, 0.3, 2.0}) {
        for (const std::size_t k : {1U, 4U, 16U, 64U}) {
          const std::vector<float> a = rows.row(size, spread);
          const std::vector<float> b = rows.near(a, by);
          const Exact exact = exact_distance(a, b);
          const TopTokens base = *top_tokens(a, k);
          const TopTokens other = *top_tokens(b, k);
          const NextTokenDistance d = next_token_distance(base, other);
          ASSERT_TRUE(d.kl_low && d.kl_high);
          EXPECT_LE(*d.kl_low, exact.kl + 1e-12) << size << ' ' << spread << ' ' << by << ' ' << k;
          EXPECT_GE(*d.kl_high, exact.kl - 1e-12) << size << ' ' << spread << ' ' << by << ' ' << k;
          EXPECT_LE(d.variation_low, exact.variation + 1e-12);
          EXPECT_GE(d.variation_high, exact.variation - 1e-12);
          narrow += exact.kl > 1e-3 && *d.kl_low > 0.5 * exact.kl ? 1 : 0;
          ++trials;
        }
      }
    }
  }
  EXPECT_GT(narrow, 0.2 * trials) << "a lower bound of zero would hold as well";
}

// How far the bounds are apart is what both tails hold, no more.
TEST(NextTokenDistance, VariationIsKnownUpToTheSmallerTail) {
  Rows rows(3);
  for (int i = 0; i < 50; ++i) {
    const std::vector<float> a = rows.row(400, 4);
    const TopTokens base = *top_tokens(a, 20);
    const std::vector<float> b = rows.near(a, 0.05);
    const TopTokens other = *top_tokens(b, 20);
    const NextTokenDistance d = next_token_distance(base, other);
    const std::vector<long double> q = softmax_of(b);
    long double other_rest = 1;
    for (const std::int32_t token : base.tokens) {
      const bool both = std::count(other.tokens.begin(), other.tokens.end(), token) > 0;
      if (both) other_rest -= q[static_cast<std::size_t>(token)];
    }
    EXPECT_NEAR(d.variation_high - d.variation_low,
                std::min(1 - d.covered, static_cast<double>(other_rest)), 1e-5);
  }
}

TEST(NextTokenDistance, IsExactWhenEveryTokenIsListed) {
  Rows rows(5);
  for (int i = 0; i < 30; ++i) {
    const std::vector<float> a = rows.row(60, 3);
    const std::vector<float> b = rows.near(a, 0.5);
    const Exact exact = exact_distance(a, b);
    const NextTokenDistance d = next_token_distance(*top_tokens(a, 60), *top_tokens(b, 100));
    EXPECT_NEAR(*d.kl_low, exact.kl, 1e-5);
    EXPECT_NEAR(*d.kl_high, exact.kl, 1e-5);
    EXPECT_NEAR(d.variation_low, exact.variation, 1e-5);
    EXPECT_NEAR(d.variation_high, exact.variation, 1e-5);
    EXPECT_NEAR(d.covered, 1, 1e-5);
  }
  const std::vector<float> a = rows.row(60, 3);
  const NextTokenDistance same = next_token_distance(*top_tokens(a, 8), *top_tokens(a, 8));
  EXPECT_EQ(*same.kl_low, 0);
  EXPECT_EQ(same.variation_low, 0);
}

std::vector<float> logits_of(const std::vector<double>& p) {
  std::vector<float> out;
  for (const double x : p) out.push_back(x > 0 ? static_cast<float>(std::log(x)) : kImpossible);
  return out;
}

// Neither bound can be improved from the records alone: two pairs with the same records reach them.
TEST(NextTokenDistance, BoundsAreReached) {
  // The base's tail is one token, where the other has its least: the upper bound.
  const std::vector<double> p = {0.4, 0.3, 0.3, 0, 0, 0};
  const std::vector<double> q = {0.4, 0.3, 1e-6, 0.1, 0.1, 0.099999};
  const NextTokenDistance worst =
      next_token_distance(*top_tokens(logits_of(p), 2), *top_tokens(logits_of(q), 2));
  const Exact far = exact_distance(logits_of(p), logits_of(q));
  EXPECT_NEAR(*worst.kl_high, far.kl, 1e-5);
  EXPECT_NEAR(worst.variation_high, far.variation, 1e-5);
  // Both tails in proportion: the lower bound.
  const std::vector<double> r = {0.6, 0.2, 0.1, 0.06, 0.04};
  const std::vector<double> s = {0.5, 0.2, 0.15, 0.09, 0.06};
  const NextTokenDistance best =
      next_token_distance(*top_tokens(logits_of(r), 2), *top_tokens(logits_of(s), 2));
  const Exact near = exact_distance(logits_of(r), logits_of(s));
  EXPECT_NEAR(*best.kl_low, near.kl, 1e-5);
  EXPECT_NEAR(best.variation_low, near.variation, 1e-5);
}

TEST(NextTokenDistance, WhatTheOtherModelCannotSayIsInfinitelyFar) {
  const std::vector<float> base = logits_of({0.5, 0.3, 0.2});
  const std::vector<float> other = logits_of({0.7, 0.3, 0});
  const NextTokenDistance d = next_token_distance(*top_tokens(base, 3), *top_tokens(other, 3));
  EXPECT_FALSE(d.kl_low);
  EXPECT_FALSE(d.kl_high);
  EXPECT_NEAR(d.variation_high, 0.2, 1e-5);
  // With fewer listed it is only not known to be finite.
  const std::vector<float> wide = logits_of({0.7, 0.2, 0, 0.1});
  const NextTokenDistance open =
      next_token_distance(*top_tokens(logits_of({0.5, 0.3, 0.1, 0.1}), 2), *top_tokens(wide, 2));
  EXPECT_TRUE(open.kl_low);
  EXPECT_FALSE(open.kl_high);
}

TEST(PathDigest, DependsOnEveryTokenAndTheirOrder) {
  const auto digest = [](std::initializer_list<std::int32_t> tokens) {
    PathDigest out;
    for (const std::int32_t token : tokens) out.add(token);
    return out.value();
  };
  EXPECT_EQ(digest({}), 0x4fd0bfc1U) << "FNV's start, folded";
  EXPECT_EQ(digest({1, 2}), digest({1, 2}));
  EXPECT_NE(digest({1, 2}), digest({2, 1}));
  EXPECT_NE(digest({1, 2}), digest({1, 2, 0}));
  EXPECT_NE(digest({258}), digest({2, 1}));
}

}  // namespace
}  // namespace assay
