// The promises of the confidence sequence: exact by enumeration where everything can be
// enumerated, by simulation with fixed seeds where not, and the running figures against a slow
// computation from the definition.
#include "scorers/confidence_sequence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/python_random.h"
#include "scorers/power.h"

namespace assay {
namespace {

std::vector<PairedDraw> measured(const std::vector<double>& values) {
  std::vector<PairedDraw> draws;
  for (const double value : values) draws.push_back({value, value});
  return draws;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The greatest wealth against "mean <= m", from the definition and nothing kept between steps.
double wealth_by_definition(const std::vector<double>& seen, std::size_t population, double m) {
  const auto n = static_cast<double>(population);
  double greatest = 1;
  for (std::size_t t = 1; t <= seen.size(); ++t) {
    double total = 0;
    for (const double bet : {0.8, 0.4, 0.2, 0.1, 0.05, 0.025}) {
      double wealth = 1;
      for (std::size_t i = 0; i < t; ++i) {
        double before = 0;
        for (std::size_t j = 0; j < i; ++j) before += seen[j];
        const double c = (n * m - before) / (n - static_cast<double>(i));
        wealth *= 1 + (c > -1 ? std::min(bet, 0.9 / (1 + c)) : bet) * (seen[i] - c);
      }
      total += wealth / 6;
    }
    greatest = std::max(greatest, total);
    double sum = 0;
    for (std::size_t i = 0; i < t; ++i) sum += seen[i];
    if (sum - (n - static_cast<double>(t)) > n * m + 1e-9) return INFINITY;
  }
  return greatest;
}

// Scans the means on a fine grid: the oracle of interval().
Interval interval_by_definition(const std::vector<double>& seen, std::size_t population,
                                double alpha, double step) {
  std::vector<double> negated;
  for (const double value : seen) negated.push_back(-value);
  const auto lowest = [&](const std::vector<double>& values) {
    double m = -1;
    while (m < 1 && wealth_by_definition(values, population, m) * alpha / 2 >= 1) m += step;
    return m;
  };
  return {lowest(seen), -lowest(negated)};
}

TEST(BettingTest, IsFairOverAllOrdersOfEveryPopulation) {
  // Every population of five values of {-1, 0, 1, 0.5} in every order: against its own mean the
  // final wealth averages 1 (the bound of the theory), and reaching 1/α is as rare as promised.
  const std::vector<double> kinds = {-1, 0, 1, 0.5};
  for (int code = 0; code < 1024; ++code) {
    std::vector<double> values;
    for (int i = 0, rest = code; i < 5; ++i, rest /= 4) {
      values.push_back(kinds[static_cast<std::size_t>(rest % 4)]);
    }
    if (!std::is_sorted(values.begin(), values.end())) continue;  // each population once
    const double mean = mean_of(values);
    std::vector<std::size_t> order = {0, 1, 2, 3, 4};
    double orders = 0;
    double reached = 0;
    do {
      BettingTest test(5, mean);
      for (const std::size_t i : order) test.observe(std::vector<double>{values[i]});
      ++orders;
      if (test.greatest_wealth() * 0.7 >= 1) ++reached;
    } while (std::next_permutation(order.begin(), order.end()));
    ASSERT_LE(reached / orders, 0.7) << "population " << code;
  }
}

TEST(BettingTest, WealthFallsWithTheHypothesis) {
  PythonRandom random(5);
  BettingTest* previous = nullptr;
  std::vector<BettingTest> tests;
  for (double m = -1; m <= 1; m += 0.05) tests.emplace_back(40, m);
  for (int i = 0; i < 39; ++i) {
    const std::vector<double> value = {static_cast<double>(random.randint(-2, 2)) / 2};
    previous = nullptr;
    for (BettingTest& test : tests) {
      test.observe(value);
      if (previous != nullptr) {
        ASSERT_GE(previous->greatest_wealth(), test.greatest_wealth());
      }
      previous = &test;
    }
  }
}

TEST(PairedSequence, RunningIsTheSameAsFromTheDefinition) {
  PythonRandom random(11);
  for (int round = 0; round < 6; ++round) {
    std::vector<double> seen;
    PairedSequence sequence(30, {0.1, 0.2});
    for (int i = 0; i < 24; ++i) {
      seen.push_back(static_cast<double>(random.randint(-4, 4)) / 4);
      sequence.observe(measured({seen.back()}));
      if (i % 8 != 7) continue;
      const double step = 0.002;
      const Interval slow = interval_by_definition(seen, 30, 0.1, step);
      const Interval fast = sequence.interval();
      EXPECT_NEAR(fast.low, slow.low, step) << round << " " << i;
      EXPECT_NEAR(fast.high, slow.high, step) << round << " " << i;
      EXPECT_LE(fast.low, slow.low + 1e-9);
      EXPECT_GE(fast.high, slow.high - 1e-9);
    }
  }
}

TEST(PairedSequence, DecidesExactlyWhenTheDefinitionDoes) {
  PythonRandom random(3);
  for (int round = 0; round < 40; ++round) {
    const double lean = random.random();
    const std::size_t population = 60;
    std::vector<double> seen;
    std::vector<double> negated;
    PairedSequence sequence(population, {0.2, 0.3});
    SequenceVerdict slow = SequenceVerdict::kUndecided;
    std::size_t after = 0;
    for (std::size_t i = 0; i < population; ++i) {
      const double value = random.random() < 0.5 ? 0 : random.random() < lean ? 1 : -1;
      seen.push_back(value);
      negated.push_back(-value);
      sequence.observe(measured({value}));
      const auto won = [&](const std::vector<double>& values, std::size_t size, double m) {
        return wealth_by_definition(values, size, m) * 0.1 >= 1;
      };
      // A population of 10^15 is drawn from as if with replacement.
      const std::size_t endless = 1000000000000000;
      if (slow == SequenceVerdict::kUndecided) {
        if (won(seen, population, 0) && won(seen, endless, 0)) {
          slow = SequenceVerdict::kBetter;
        } else if (won(negated, population, 0) && won(negated, endless, 0)) {
          slow = SequenceVerdict::kWorse;
        } else if (won(seen, population, -0.3) && won(negated, population, -0.3)) {
          slow = SequenceVerdict::kWithinMargin;
        }
        if (slow != SequenceVerdict::kUndecided) after = i + 1;
      }
      ASSERT_EQ(sequence.verdict(), slow) << round << " " << i;
      ASSERT_EQ(sequence.decided_after(), after);
    }
  }
}

TEST(PairedSequence, ClosesOnTheMeanAtTheFullSet) {
  PythonRandom random(8);
  for (const std::size_t population : {1U, 2U, 7U, 100U}) {
    std::vector<double> values;
    PairedSequence sequence(population, {});
    for (std::size_t i = 0; i < population; ++i) {
      values.push_back(static_cast<double>(random.randint(-1, 1)));
      sequence.observe(measured({values.back()}));
    }
    EXPECT_EQ(sequence.interval().low, mean_of(values));
    EXPECT_EQ(sequence.interval().high, mean_of(values));
  }
}

TEST(PairedSequence, WhatWasNotMeasuredWidensBothSides) {
  // Three of ten items without a value: the interval closes on everything they could have been.
  PairedSequence sequence(10, {});
  for (int i = 0; i < 10; ++i) {
    sequence.observe(std::vector<PairedDraw>{i < 3 ? PairedDraw{} : PairedDraw{1, 1}});
  }
  EXPECT_DOUBLE_EQ(sequence.interval().low, 0.4);
  EXPECT_DOUBLE_EQ(sequence.interval().high, 1.0);
}

TEST(PairedSequence, EqualAnswersAreWithinTheMarginAndNeverADifference) {
  PairedSequence sequence(1000, {0.05, 0.01});
  for (int i = 0; i < 1000; ++i) sequence.observe(measured({0}));
  EXPECT_EQ(sequence.verdict(), SequenceVerdict::kWithinMargin);
  EXPECT_LT(sequence.decided_after(), 700U);
  PairedSequence no_margin(1000, {0.05, {}});
  for (int i = 0; i < 1000; ++i) no_margin.observe(measured({0}));
  EXPECT_EQ(no_margin.verdict(), SequenceVerdict::kUndecided);
}

// Simulations -------------------------------------------------------------------------------------

constexpr int kRounds = 1000;
// 5 % plus three standard errors of a share of 1000.
constexpr int kAllowed = 50 + 21;

struct Claims {
  int better = 0, worse = 0, within = 0;
};

// Looks after every item at populations that `draw` fills.
template <typename Draw>
Claims simulate(std::size_t population, const SequenceRule& rule, std::uint64_t seed,
                const Draw& draw) {
  Claims claims;
  PythonRandom random(seed);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> values = draw(random);
    random.shuffle(values);
    PairedSequence sequence(population, rule);
    for (const double value : values) {
      const PairedDraw one{value, value};
      sequence.observe({&one, 1});
      if (sequence.verdict() != SequenceVerdict::kUndecided) break;
    }
    claims.better += sequence.verdict() == SequenceVerdict::kBetter ? 1 : 0;
    claims.worse += sequence.verdict() == SequenceVerdict::kWorse ? 1 : 0;
    claims.within += sequence.verdict() == SequenceVerdict::kWithinMargin ? 1 : 0;
  }
  return claims;
}

std::vector<double> random_signs(PythonRandom& random, std::size_t population, double discordance,
                                 double right_share) {
  std::vector<double> values(population, 0);
  for (double& value : values) {
    if (random.random() < discordance) value = random.random() < right_share ? 1 : -1;
  }
  return values;
}

TEST(SequentialStop, OfEqualModelsAtMostFivePercentClaimADifference) {
  // The population has no difference, but its items disagree one way or the other.
  for (const double discordance : {0.05, 0.3}) {
    const Claims claims = simulate(400, {0.05, {}}, 17, [&](PythonRandom& random) {
      return random_signs(random, 400, discordance, 0.5);
    });
    EXPECT_LE(claims.better + claims.worse, 50) << discordance;
  }
  // The set itself has no difference: as many items one way as the other.
  const Claims balanced = simulate(400, {0.05, {}}, 18, [&](PythonRandom&) {
    std::vector<double> values(400, 0);
    for (std::size_t i = 0; i < 60; ++i) values[i] = i % 2 == 0 ? 1 : -1;
    return values;
  });
  EXPECT_LE(balanced.better + balanced.worse, 50);
}

TEST(SequentialStop, AtTheMarginAtMostFivePercentClaimToBeInside) {
  const Claims claims = simulate(500, {0.05, 0.02}, 19, [&](PythonRandom&) {
    std::vector<double> values(500, 0);
    for (std::size_t i = 0; i < 50; ++i) values[i] = i < 30 ? 1 : -1;  // exactly +0.02
    return values;
  });
  EXPECT_LE(claims.within, kAllowed);
}

TEST(SequentialStop, TheIntervalsHoldTheTruthAllAtOnce) {
  int missed = 0;
  PythonRandom random(23);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> values = random_signs(random, 150, 0.4, 0.65);
    const double truth = mean_of(values);
    random.shuffle(values);
    BettingTest low(150, truth);
    BettingTest high(150, -truth);
    for (const double value : values) {
      const double negated = -value;
      low.observe({&value, 1});
      high.observe({&negated, 1});
    }
    // The truth is outside some interval exactly when one of its bettors got to 2/α.
    missed += std::max(low.greatest_wealth(), high.greatest_wealth()) * 0.025 >= 1 ? 1 : 0;
  }
  EXPECT_LE(missed, kAllowed);
  EXPECT_GE(missed, 1);  // not empty words: it does happen
}

TEST(SequentialStop, FindsARealDifferenceEarly) {
  // 10 points with 20 % discordance: 2000 items are more than ten times what a fixed test needs.
  const Claims claims = simulate(2000, {0.05, 0.01}, 29, [&](PythonRandom& random) {
    return random_signs(random, 2000, 0.2, 0.25);
  });
  EXPECT_GE(claims.worse, kRounds * 99 / 100);
  EXPECT_EQ(claims.better, 0);
}

// Power -------------------------------------------------------------------------------------------

double binomial_probability(int n, int k, double p) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                  k * std::log(p) + (n - k) * std::log1p(-p));
}

// The two-sided exact McNemar test's power, summed over all outcomes.
double exact_power(std::size_t items, double discordance, double difference, double alpha) {
  const auto n = static_cast<int>(items);
  const double right = (1 + difference / discordance) / 2;
  double power = 0;
  for (int d = 0; d <= n; ++d) {
    const double chance = binomial_probability(n, d, discordance);
    if (chance < 1e-12) continue;
    double tail = 0;
    for (int k = 0; k <= d / 2; ++k) {
      tail += binomial_probability(d, k, 0.5);
      if (2 * tail > alpha) break;
      power += chance * (binomial_probability(d, k, right) +
                         (2 * k == d ? 0 : binomial_probability(d, d - k, right)));
    }
  }
  return power;
}

TEST(Power, ThePlanKeepsItsPromiseForTheExactTest) {
  struct Case {
    double difference, discordance;
  };
  for (const Case& c : {Case{0.02, 0.1}, Case{0.05, 0.15}, Case{0.1, 0.3}, Case{0.03, 0.05}}) {
    const auto items = items_needed(c.difference, c.discordance, {});
    ASSERT_TRUE(items);
    // The exact test is discrete: it stays below its alpha, and so below the formula's power.
    EXPECT_NEAR(exact_power(*items, c.discordance, c.difference, 0.05), 0.8, 0.04)
        << c.difference << " " << *items;
  }
}

TEST(Power, NeededAndDetectableAreInverse) {
  for (const std::size_t items : {200U, 1319U, 14042U}) {
    const auto difference = detectable_difference(items, 0.1, {});
    ASSERT_TRUE(difference);
    const auto back = items_needed(*difference, 0.1, {});
    ASSERT_TRUE(back);
    EXPECT_NEAR(static_cast<double>(*back), static_cast<double>(items), 1);
  }
}

TEST(Power, KnownFigure) {
  // (1.959964 + 0.841621)² · (0.1 − 0.0004) / 0.0004 = 1954.3…
  EXPECT_EQ(items_needed(0.02, 0.1, {}), 1955U);
}

TEST(Power, WhatCannotBeDetectedHasNoNumber) {
  EXPECT_FALSE(items_needed(0.2, 0.1, {}));          // more than the models disagree
  EXPECT_FALSE(detectable_difference(50, 0.1, {}));  // five disagreements expected
  EXPECT_FALSE(detectable_difference(60, 0.1, {}));  // 0.33 > 0.1
  EXPECT_TRUE(detectable_difference(200, 0.1, {}));
}

}  // namespace
}  // namespace assay
