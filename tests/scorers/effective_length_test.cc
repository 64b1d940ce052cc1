// Effective length: cases by hand, and the bootstrap against all possible resamples.
#include "scorers/effective_length.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

namespace assay {
namespace {

constexpr LengthRule kAbove = LengthRule::kAboveScore;
constexpr LengthRule kShare = LengthRule::kShareOfShortest;

std::vector<double> right(int k, int n) {
  std::vector<double> values(static_cast<std::size_t>(n), 0.0);
  std::fill_n(values.begin(), k, 1.0);
  return values;
}

EffectiveLength found(const std::vector<LengthScores>& scores, LengthRule rule,
                      double threshold = kEffectiveScore) {
  const EffectiveLengthResult result = effective_length(scores, rule, threshold, false);
  if (const auto* failed = std::get_if<Failed>(&result)) ADD_FAILURE() << failed->reason;
  return std::get<EffectiveLength>(result);
}

std::string failure(const std::vector<LengthScores>& scores, LengthRule rule) {
  const EffectiveLengthResult result = effective_length(scores, rule, kEffectiveScore, false);
  return std::holds_alternative<Failed>(result) ? std::get<Failed>(result).reason : "";
}

TEST(EffectiveLength, OneItemDecides) {
  // 17 of 20 is 0.85, which is not above 0.85, and is 85 % of 20 of 20.
  EXPECT_EQ(found({{256, right(20, 20)}, {512, right(18, 20)}}, kAbove).length, 512);
  EXPECT_EQ(found({{256, right(20, 20)}, {512, right(17, 20)}}, kAbove).length, 256);
  EXPECT_EQ(found({{256, right(20, 20)}, {512, right(17, 20)}}, kShare).length, 512);
  EXPECT_EQ(found({{256, right(20, 20)}, {512, right(16, 20)}}, kShare).length, 256);
  // A weak model can hold its own score.
  EXPECT_EQ(found({{256, right(10, 20)}, {512, right(9, 20)}}, kShare).length, 512);
  EXPECT_EQ(found({{256, right(10, 20)}, {512, right(9, 20)}}, kAbove).length, std::nullopt);
}

TEST(EffectiveLength, ADipEndsIt) {
  const std::vector<LengthScores> scores = {
      {256, right(20, 20)}, {512, right(10, 20)}, {1024, right(20, 20)}};
  for (const LengthRule rule : {kAbove, kShare}) {
    EXPECT_EQ(found(scores, rule).length, 256);
    EXPECT_EQ(found(scores, rule).end, LengthEnd::kScore);
  }
}

TEST(EffectiveLength, WhatWasNotMeasuredEndsIt) {
  const std::vector<LengthScores> gap = {{256, right(9, 9)}, {512, {}}, {1024, right(9, 9)}};
  EXPECT_EQ(found(gap, kAbove).length, 256);
  EXPECT_EQ(found(gap, kAbove).end, LengthEnd::kNotMeasured);
  EXPECT_EQ(found({{256, right(9, 9)}, {512, right(9, 9)}}, kAbove).end, LengthEnd::kLongest);
  EXPECT_NE(failure({{256, {}}, {512, right(9, 9)}}, kAbove), "");
  EXPECT_NE(failure({}, kAbove), "");
}

TEST(EffectiveLength, NothingIsAShareOfNothing) {
  EXPECT_NE(failure({{256, right(0, 5)}, {512, right(0, 5)}}, kShare), "");
  EXPECT_EQ(found({{256, right(0, 5)}, {512, right(5, 5)}}, kAbove).length, std::nullopt);
}

TEST(EffectiveLength, ItemsThatAreAllAlikeGiveNoInterval) {
  const EffectiveLength alike = found({{256, right(5, 5)}, {512, right(0, 5)}}, kAbove);
  EXPECT_EQ(alike.length, 256);
  EXPECT_FALSE(alike.interval);
  EXPECT_NE(alike.no_interval, "");
  EXPECT_TRUE(found({{256, right(5, 5)}, {512, right(1, 5)}}, kAbove).interval);
}

// The definition, read aloud: a length counts if it and all shorter ones pass.
std::size_t passing(const std::vector<double>& means, LengthRule rule, double threshold) {
  std::size_t longest = 0;
  for (std::size_t l = 0; l < means.size(); ++l) {
    bool all = true;
    for (std::size_t s = 0; s <= l; ++s) {
      all = all && (rule == kAbove ? means[s] > threshold
                                   : means[0] > 0 && means[s] / means[0] >= threshold - 1e-12);
    }
    if (all) longest = l + 1;
  }
  return longest;
}

// Probability of each count over all n^n resamples of n items: at each length on its own, or the
// same for all lengths.
std::map<std::size_t, double> exact_counts(const std::vector<LengthScores>& scores, LengthRule rule,
                                           double threshold, bool paired) {
  const std::size_t n = scores[0].values.size();
  const auto draws = static_cast<std::size_t>(std::pow(n, n));
  std::vector<std::map<double, double>> means(scores.size());  // mean → probability
  std::map<std::size_t, double> counts;
  for (std::size_t d = 0; d < draws; ++d) {
    std::vector<double> row(scores.size(), 0.0);
    std::size_t rest = d;
    for (std::size_t i = 0; i < n; ++i, rest /= n) {
      for (std::size_t l = 0; l < scores.size(); ++l) row[l] += scores[l].values[rest % n];
    }
    for (std::size_t l = 0; l < scores.size(); ++l) {
      row[l] /= static_cast<double>(n);
      means[l][row[l]] += 1.0 / static_cast<double>(draws);
    }
    if (paired) counts[passing(row, rule, threshold)] += 1.0 / static_cast<double>(draws);
  }
  if (paired) return counts;
  for (const auto& [a, pa] : means[0]) {
    for (const auto& [b, pb] : means[1]) {
      for (const auto& [c, pc] : means[2]) {
        counts[passing({a, b, c}, rule, threshold)] += pa * pb * pc;
      }
    }
  }
  return counts;
}

TEST(EffectiveLength, BootstrapIsThatOverAllResamples) {
  const std::vector<std::vector<LengthScores>> grids = {
      {{1, {1, 1, 1, 1, 1}}, {2, {1, 1, 0, 1, 1}}, {3, {0, 1, 0, 1, 1}}},
      {{1, {1, 0, 1, 1, 1}}, {2, {0, 1, 1, 1, 0}}, {3, {1, 1, 0, 0, 0}}},
      {{1, {0.5, 1, 0.75, 1, 1}}, {2, {0.5, 1, 0.25, 1, 0}}, {3, {0.5, 0.75, 0, 1, 0}}}};
  for (const auto& grid : grids) {
    for (const LengthRule rule : {kAbove, kShare}) {
      for (const double threshold : {0.45, 0.65, 0.85}) {
        for (const bool paired : {false, true}) {
          const std::map<std::size_t, double> exact = exact_counts(grid, rule, threshold, paired);
          const auto effective =
              std::get<EffectiveLength>(effective_length(grid, rule, threshold, paired));
          ASSERT_TRUE(effective.interval);
          const auto low = static_cast<std::size_t>(effective.interval->low.value_or(0));
          const auto high = static_cast<std::size_t>(effective.interval->high.value_or(0));
          double below = 0, above = 0, up_to_low = 0, from_high = 0;
          for (const auto& [count, share] : exact) {
            below += count < low ? share : 0;
            up_to_low += count <= low ? share : 0;
            above += count > high ? share : 0;
            from_high += count >= high ? share : 0;
          }
          // 2000 replicates place a share of 2.5 % to within one point.
          EXPECT_LT(below, 0.035);
          EXPECT_GT(up_to_low, 0.015);
          EXPECT_LT(above, 0.035);
          EXPECT_GT(from_high, 0.015);
        }
      }
    }
  }
}

TEST(EffectiveLength, PairsAreDrawnTogether) {
  // Item by item half as much is found at the greater length: whatever is drawn, its share is 50 %.
  const std::vector<LengthScores> scores = {{1, {1, 0, 1, 0, 0, 1}}, {2, {0.5, 0, 0.5, 0, 0, 0.5}}};
  const auto paired = std::get<EffectiveLength>(effective_length(scores, kShare, 0.5, true));
  EXPECT_EQ(paired.interval->high, 2);
  EXPECT_EQ(paired.interval->low, 2);
  const auto alone = std::get<EffectiveLength>(effective_length(scores, kShare, 0.5, false));
  EXPECT_EQ(alone.interval->low, 1);
}

// Two tasks of two items each, at two lengths: every resample of both is written out.
TEST(EffectiveLength, OfSeveralTasksIsThatOverAllResamples) {
  const std::vector<TaskLengthScores> tasks = {{{{1, {1, 1}}, {2, {1, 0}}}, false},
                                               {{{1, {1, 0.5}}, {2, {0.5, 1}}}, true}};
  std::map<std::size_t, double> exact;
  const auto mean_of = [](const std::vector<double>& v, int a, int b) {
    return (v[static_cast<std::size_t>(a)] + v[static_cast<std::size_t>(b)]) / 2;
  };
  for (int draw = 0; draw < 64; ++draw) {  // first task at either length, second at both
    const auto bit = [&](int i) { return draw >> i & 1; };
    const auto& first = tasks[0].scores;
    const auto& second = tasks[1].scores;
    const double one =
        (mean_of(first[0].values, 0, 0) + mean_of(second[0].values, bit(0), bit(1))) / 2;
    const double two =
        (mean_of(first[1].values, bit(2), bit(3)) + mean_of(second[1].values, bit(0), bit(1))) / 2;
    exact[passing({one, two}, kAbove, 0.8)] += 1.0 / 64;
  }
  const auto effective = std::get<EffectiveLength>(effective_length(tasks, kAbove, 0.8));
  EXPECT_EQ(effective.length, 1);  // (1 + 0.75)/2 passes, (0.5 + 0.75)/2 does not
  const auto low = static_cast<std::size_t>(effective.interval->low.value_or(0));
  const auto high = static_cast<std::size_t>(effective.interval->high.value_or(0));
  double below = 0;
  double above = 0;
  for (const auto& [count, share] : exact) {
    below += count < low ? share : 0;
    above += count > high ? share : 0;
  }
  EXPECT_LT(below, 0.035);
  EXPECT_LT(above, 0.035);
  EXPECT_GT(exact.at(low), 0.015);
  EXPECT_GT(exact.at(high), 0.015);
}

TEST(EffectiveLength, ALengthThatOneTaskLacksIsNotMeasured) {
  const std::vector<TaskLengthScores> tasks = {{{{1, {1, 1}}, {2, {1, 1}}}, false},
                                               {{{1, {1, 1}}, {2, {}}}, false}};
  const auto effective = std::get<EffectiveLength>(effective_length(tasks, kAbove, 0.8));
  EXPECT_EQ(effective.length, 1);
  EXPECT_EQ(effective.end, LengthEnd::kNotMeasured);
}

}  // namespace
}  // namespace assay
