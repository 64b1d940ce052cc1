// Right-or-wrong pairs: McNemar's test, Tango's interval and the detectable difference, each
// against an enumeration of every outcome or the defining equation solved by another route.
#include "scorers/mcnemar.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "scorers/detectable.h"
#include "scorers/paired_proportions.h"
#include "scorers/python_random.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

// P(lost, gained) of n items with probabilities `lost` and `gained` of being discordant.
double trinomial(std::size_t n, const Discordant& d, double lost, double gained) {
  const auto l = static_cast<double>(d.lost);
  const auto g = static_cast<double>(d.gained);
  const double rest = static_cast<double>(n) - l - g;
  const auto term = [](double count, double p) { return count == 0 ? 0.0 : count * std::log(p); };
  return std::exp(std::lgamma(static_cast<double>(n) + 1) - std::lgamma(l + 1) -
                  std::lgamma(g + 1) - std::lgamma(rest + 1) + term(l, lost) + term(g, gained) +
                  term(rest, 1 - lost - gained));
}

// The exact probability of an event over all outcomes of n items.
double probability(std::size_t n, double lost, double gained,
                   const std::function<bool(const Discordant&)>& event) {
  double sum = 0.0;
  for (std::size_t l = 0; l <= n; ++l) {
    for (std::size_t g = 0; l + g <= n; ++g) {
      if (event({l, g})) sum += trinomial(n, {l, g}, lost, gained);
    }
  }
  return sum;
}

TEST(McNemar, EqualsTheShareOfAllSplits) {
  for (std::size_t m = 1; m <= 14; ++m) {
    for (std::size_t lost = 0; lost <= m; ++lost) {
      const auto unevenness = [&](std::size_t k) { return k > m - k ? 2 * k - m : m - 2 * k; };
      std::size_t as_uneven = 0;
      for (unsigned mask = 0; mask < (1U << m); ++mask) {
        const auto k = static_cast<std::size_t>(__builtin_popcount(mask));
        as_uneven += unevenness(k) >= unevenness(lost) ? 1 : 0;
      }
      const double expected = static_cast<double>(as_uneven) / static_cast<double>(1U << m);
      EXPECT_NEAR(mcnemar_exact({lost, m - lost}), expected, 1e-13) << m << " " << lost;
    }
  }
  EXPECT_EQ(mcnemar_exact({0, 0}), 1.0);
}

TEST(McNemar, KnownValues) {
  // 2·(1 + 10 + 45)/2^10, and a table large enough for sums that overflow when done naively.
  EXPECT_NEAR(mcnemar_exact({2, 8}), 112.0 / 1024.0, 1e-15);
  EXPECT_NEAR(mcnemar_exact({1000, 1000}), 1.0, 1e-12);
  EXPECT_GT(mcnemar_exact({900, 1100}), 0.0);
  EXPECT_LT(mcnemar_exact({900, 1100}), 1e-5);
}

TEST(McNemar, FewestDiscordantItems) {
  EXPECT_EQ(fewest_discordant(0.05), 6U);
  EXPECT_EQ(fewest_discordant(0.01), 8U);
  EXPECT_EQ(fewest_discordant(1.0), 1U);
  for (const double alpha : {0.1, 0.05, 0.02, 0.001}) {
    const std::size_t m = fewest_discordant(alpha);
    EXPECT_LE(mcnemar_exact({0, m}), alpha);
    EXPECT_GT(mcnemar_exact({0, m - 1}), alpha);
  }
}

TEST(McNemar, FalseAlarmsStayBelowAlphaByEnumeration) {
  for (const std::size_t n : {8U, 20U, 60U}) {
    for (const double discordant : {0.05, 0.2, 0.6}) {
      const double rate = probability(n, discordant / 2, discordant / 2,
                                      [](const Discordant& d) { return mcnemar_exact(d) <= 0.05; });
      EXPECT_LE(rate, 0.05) << n << " " << discordant;
    }
  }
}

// Two models of equal skill whose errors go together, item by item, as real runs are.
TEST(McNemar, FalseAlarmsOfSimulatedRuns) {
  PythonRandom random(77);
  constexpr int kTrials = 3000;
  int alarms = 0;
  for (int t = 0; t < kTrials; ++t) {
    Discordant d;
    for (int i = 0; i < 150; ++i) {
      const double skill = random.random();
      const bool a = random.random() < skill;
      const bool b = random.random() < skill;
      d.lost += a && !b ? 1 : 0;
      d.gained += !a && b ? 1 : 0;
    }
    alarms += mcnemar_exact(d) <= 0.05 ? 1 : 0;
  }
  EXPECT_LE(alarms / double{kTrials}, 0.05);
  EXPECT_GT(alarms / double{kTrials}, 0.02) << "the test should use most of its level here";
}

// The statistic from its definition: the probability of "lost" that maximises the likelihood under
// the hypothesis, found by ternary search instead of the closed form.
double searched_statistic(const Discordant& d, std::size_t n, double delta) {
  const auto log_likelihood = [&](double q) {
    const auto term = [](double count, double p) {
      return count == 0 ? 0.0 : p <= 0 ? -1e300 : count * std::log(p);
    };
    return term(static_cast<double>(d.lost), q) + term(static_cast<double>(d.gained), q + delta) +
           term(static_cast<double>(n - d.total()), 1 - 2 * q - delta);
  };
  double low = std::max(0.0, -delta);
  double high = (1 - delta) / 2;
  for (int i = 0; i < 300; ++i) {
    const double a = low + (high - low) / 3;
    const double b = high - (high - low) / 3;
    (log_likelihood(a) < log_likelihood(b) ? low : high) =
        log_likelihood(a) < log_likelihood(b) ? a : b;
  }
  const double q = (low + high) / 2;
  const auto items = static_cast<double>(n);
  const double distance =
      static_cast<double>(d.gained) - static_cast<double>(d.lost) - items * delta;
  return distance / std::sqrt(items * (2 * q + delta * (1 - delta)));
}

TEST(Tango, StatisticIsTheScoreOfTheConstrainedMaximum) {
  for (const Discordant& d : {Discordant{3, 9}, Discordant{0, 4}, Discordant{12, 1},
                              Discordant{7, 7}, Discordant{1, 0}}) {
    for (const double delta : {-0.4, -0.1, -0.01, 0.02, 0.15, 0.5}) {
      EXPECT_NEAR(tango_statistic(d, 40, delta), searched_statistic(d, 40, delta), 2e-5)
          << d.lost << " " << d.gained << " " << delta;
    }
  }
}

TEST(Tango, AtNoDifferenceItIsMcNemarsStatistic) {
  EXPECT_NEAR(tango_statistic({4, 10}, 50, 0.0), 6 / std::sqrt(14.0), 1e-14);
  EXPECT_EQ(tango_statistic({0, 0}, 50, 0.0), 0.0);
}

TEST(Tango, EndsSolveTheEquation) {
  for (const Discordant& d : {Discordant{3, 9}, Discordant{0, 4}, Discordant{20, 5}}) {
    const Interval i = tango_interval(d, 60);
    EXPECT_NEAR(tango_statistic(d, 60, i.low), kZ95, 1e-6);
    EXPECT_NEAR(tango_statistic(d, 60, i.high), -kZ95, 1e-6);
    const Interval mirrored = tango_interval({d.gained, d.lost}, 60);
    EXPECT_NEAR(mirrored.low, -i.high, 1e-12);
    EXPECT_NEAR(mirrored.high, -i.low, 1e-12);
    const Interval wider = tango_interval(d, 60, 0.99);
    EXPECT_LT(wider.low, i.low);
    EXPECT_GT(wider.high, i.high);
  }
}

TEST(Tango, HasWidthWhereEveryItemAgrees) {
  const Interval none = tango_interval({0, 0}, 100);
  EXPECT_NEAR(none.low, -kZ95 * kZ95 / (100 + kZ95 * kZ95), 1e-9);
  EXPECT_NEAR(none.high, kZ95 * kZ95 / (100 + kZ95 * kZ95), 1e-9);
  const Interval all = tango_interval({0, 30}, 30);
  EXPECT_EQ(all.high, 1.0);
  EXPECT_GT(all.low, 0.7);
}

TEST(Tango, CoversByEnumeration) {
  double sum = 0.0;
  int cases = 0;
  for (const std::size_t n : {25U, 50U}) {
    for (const double discordant : {0.1, 0.3, 0.5}) {
      for (const double skew : {0.0, 0.4, 0.8}) {
        const double gained = discordant * (1 + skew) / 2;
        const double lost = discordant * (1 - skew) / 2;
        const double truth = gained - lost;
        const double covered = probability(n, lost, gained, [&](const Discordant& d) {
          const Interval i = tango_interval(d, n);
          return i.low <= truth && truth <= i.high;
        });
        EXPECT_GE(covered, 0.915) << n << " " << discordant << " " << skew;
        sum += covered;
        ++cases;
      }
    }
  }
  EXPECT_NEAR(sum / cases, 0.95, 0.012);
}

// A model that loses exactly the margin must rarely be called "not worse by more than the margin":
// one-sided 2.5 %, since the claim is made when the 95 % interval excludes it.
TEST(Tango, NonInferiorityKeepsItsLevelAtTheMargin) {
  for (const double discordant : {0.15, 0.3}) {
    const double margin = 0.05;
    const double rate =
        probability(60, (discordant + margin) / 2, (discordant - margin) / 2,
                    [&](const Discordant& d) { return tango_statistic(d, 60, -margin) >= kZ95; });
    EXPECT_LE(rate, 0.035) << discordant;
    EXPECT_GE(rate, 0.005) << discordant;
  }
}

TEST(Detectable, PowerIsTheSumOverAllOutcomes) {
  for (const std::size_t n : {10U, 30U}) {
    for (const double difference : {0.0, 0.2, 0.35}) {
      const double discordant = 0.4;
      const double slow =
          probability(n, (discordant - difference) / 2, (discordant + difference) / 2,
                      [](const Discordant& d) { return mcnemar_exact(d) <= 0.05; });
      EXPECT_NEAR(mcnemar_power(n, discordant, difference, 0.05), slow, 1e-8)
          << n << " " << difference;
    }
  }
}

TEST(Detectable, SimulatedRunsSeeItFourTimesInFive) {
  PythonRandom random(12);
  const std::size_t n = 200;
  const double discordant = 0.2;
  const double difference = *detectable_share(n, discordant);
  EXPECT_GT(difference, 0.05);
  EXPECT_LT(difference, 0.15);
  constexpr int kTrials = 2000;
  int seen = 0;
  for (int t = 0; t < kTrials; ++t) {
    Discordant d;
    for (std::size_t i = 0; i < n; ++i) {
      const double u = random.random();
      d.lost += u < (discordant - difference) / 2 ? 1 : 0;
      d.gained += u > 1 - (discordant + difference) / 2 ? 1 : 0;
    }
    seen += mcnemar_exact(d) <= 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(seen / double{kTrials}, 0.8, 0.035);
}

TEST(Detectable, WithoutAnyDiscordantItem) {
  // Only what moves at least six items the same way is seen: P(Bin(100, δ) >= 6) = 0.8.
  const double difference = *detectable_share(100, 0.0);
  EXPECT_NEAR(difference, 0.0784, 0.002);
  EXPECT_FALSE(detectable_share(5, 0.0)) << "five items can show nothing";
  EXPECT_TRUE(detectable_share(6, 0.0));
  EXPECT_LT(*detectable_share(10000, 0.02), 0.006);
}

}  // namespace
}  // namespace assay
