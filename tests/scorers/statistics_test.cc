// Each formula against a slow twin: enumeration of every outcome, a sum over pairs, a simulated
// coverage with a fixed seed.
#include "scorers/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "assay/python_random.h"
#include "scorers/pass_at_k.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

using testing::close;

double binomial(std::size_t n, std::size_t k, double p) {
  double out = 1.0;
  for (std::size_t i = 0; i < k; ++i) {
    out *= static_cast<double>(n - i) / static_cast<double>(k - i);
  }
  return out * std::pow(p, static_cast<double>(k)) * std::pow(1.0 - p, static_cast<double>(n - k));
}

// The exact probability that the interval of a binomial draw contains p.
double coverage(Interval (*interval)(std::size_t, std::size_t), std::size_t n, double p) {
  double sum = 0.0;
  for (std::size_t k = 0; k <= n; ++k) {
    const Interval i = interval(k, n);
    if (i.low <= p && p <= i.high) sum += binomial(n, k, p);
  }
  return sum;
}

double normal_draw(PythonRandom& random) {
  const double u = 1.0 - random.random();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * M_PI * random.random());
}

TEST(Statistics, WilsonSolvesItsEquation) {
  // The ends are the p at which k/n is exactly z standard deviations away: the equation Wilson
  // inverts, solved here by bisection.
  for (const auto& [k, n] : {std::pair<std::size_t, std::size_t>{3, 10}, {50, 100}, {1, 400}}) {
    const double rate = static_cast<double>(k) / static_cast<double>(n);
    const auto bisect = [&](double inside, double outside) {
      for (int i = 0; i < 200; ++i) {
        const double p = (inside + outside) / 2;
        const double z = std::fabs(rate - p) / std::sqrt(p * (1 - p) / static_cast<double>(n));
        (z < kZ95 ? inside : outside) = p;
      }
      return inside;
    };
    const Interval w = wilson_interval(k, n);
    EXPECT_TRUE(close(w.low, bisect(rate, 0.0), 1e-10));
    EXPECT_TRUE(close(w.high, bisect(rate, 1.0), 1e-10));
  }
}

TEST(Statistics, WilsonAtTheEnds) {
  EXPECT_EQ(wilson_interval(0, 20).low, 0.0);
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.16112516, 1e-8);  // z²/(n+z²)
  EXPECT_EQ(wilson_interval(20, 20).high, 1.0);
  EXPECT_NEAR(wilson_interval(1, 1).low, 1.0 / (1.0 + kZ95 * kZ95), 1e-12);
}

TEST(Statistics, ClopperPearsonSolvesItsTails) {
  // P(X >= k | low) = P(X <= k | high) = 2.5 %.
  for (const auto& [k, n] : {std::pair<std::size_t, std::size_t>{3, 10}, {7, 12}, {1, 30}}) {
    const Interval c = clopper_pearson(k, n);
    double above = 0.0;
    double below = 0.0;
    for (std::size_t i = 0; i <= n; ++i) {
      if (i >= k) above += binomial(n, i, c.low);
      if (i <= k) below += binomial(n, i, c.high);
    }
    EXPECT_NEAR(above, 0.025, 1e-9);
    EXPECT_NEAR(below, 0.025, 1e-9);
  }
  EXPECT_EQ(clopper_pearson(0, 5).low, 0.0);
  EXPECT_EQ(clopper_pearson(5, 5).high, 1.0);
}

TEST(Statistics, ProportionIntervalsCover) {
  for (const std::size_t n : {10U, 40U, 100U}) {
    double wilson_sum = 0.0;
    int count = 0;
    for (double p = 0.05; p < 0.96; p += 0.01, ++count) {
      EXPECT_GE(coverage(clopper_pearson, n, p), 0.95) << n << " " << p;
      const double w = coverage(wilson_interval, n, p);
      EXPECT_GE(w, 0.83) << n << " " << p;
      wilson_sum += w;
    }
    EXPECT_NEAR(wilson_sum / count, 0.95, 0.01) << "Wilson covers on average";
  }
}

TEST(Statistics, StandardErrorOfAKnownSample) {
  const std::vector<double> x{1, 2, 3, 4};
  EXPECT_EQ(mean(x), 2.5);
  EXPECT_TRUE(close(*standard_error(x), std::sqrt(5.0 / 3.0) / 2.0));
  EXPECT_FALSE(standard_error(std::vector<double>{1.0}));
}

TEST(Statistics, ClusteredErrorIsTheSumOverPairs) {
  PythonRandom random(5);
  std::vector<double> x;
  std::vector<std::size_t> clusters;
  for (int i = 0; i < 60; ++i) {
    clusters.push_back(random.below(9));
    x.push_back(random.random() + 0.1 * static_cast<double>(clusters.back()));
  }
  const double m = mean(x);
  const double n = 60.0;
  double clt = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    clt += (x[i] - m) * (x[i] - m) / (n * n);
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (i != j && clusters[i] == clusters[j]) pairs += (x[i] - m) * (x[j] - m);
    }
  }
  EXPECT_TRUE(
      close(clustered_standard_error(x, clusters), std::sqrt(clt + pairs / (n * n)), 1e-10));
  std::vector<std::size_t> alone(x.size());
  for (std::size_t i = 0; i < alone.size(); ++i) alone[i] = i;
  EXPECT_TRUE(close(clustered_standard_error(x, alone), std::sqrt(clt), 1e-10));
}

// 60 clusters of 5 values that share a common part: the clustered interval covers the true mean
// about 95 % of the time, the plain one far less often.
TEST(Statistics, ClusteredIntervalsCoverWherePlainOnesDoNot) {
  PythonRandom random(20240411);
  constexpr int kTrials = 1500;
  int clustered = 0;
  int plain = 0;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<double> x;
    std::vector<std::size_t> clusters;
    for (std::size_t c = 0; c < 60; ++c) {
      const double shared = normal_draw(random);
      for (int i = 0; i < 5; ++i) {
        x.push_back(shared + 0.5 * normal_draw(random));
        clusters.push_back(c);
      }
    }
    const double m = mean(x);
    clustered += std::fabs(m) <= kZ95 * clustered_standard_error(x, clusters) ? 1 : 0;
    plain += std::fabs(m) <= kZ95 * *standard_error(x) ? 1 : 0;
  }
  EXPECT_NEAR(clustered / double{kTrials}, 0.945, 0.02);
  EXPECT_LT(plain / double{kTrials}, 0.70);
}

TEST(Statistics, StudentsIntervalCoversSmallNormalSamples) {
  PythonRandom random(8);
  constexpr int kTrials = 4000;
  int student = 0;
  int normal = 0;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<double> x(5);
    for (double& v : x) v = normal_draw(random);
    const Interval s = student_interval(mean(x), *standard_error(x), x.size());
    const Interval z = normal_interval(mean(x), *standard_error(x));
    student += s.low <= 0.0 && 0.0 <= s.high ? 1 : 0;
    normal += z.low <= 0.0 && 0.0 <= z.high ? 1 : 0;
  }
  EXPECT_NEAR(student / double{kTrials}, 0.95, 0.012);
  EXPECT_LT(normal / double{kTrials}, 0.90);
}

TEST(Statistics, BootstrapIsSerialAndParallelTheSame) {
  // The obvious twin: one loop over chunks, as protocols.md section 9 words it.
  const std::vector<double> x{-1.5, -0.25, -7.0, -2.0, -3.0};
  const Statistic statistic = [](std::span<double> s) { return std::exp(-mean(s)); };
  std::vector<double> slow;
  for (std::size_t chunk = 0; chunk < 7; ++chunk) {
    PythonRandom random(chunk);
    for (int i = 0; i < 1000; ++i) {
      std::vector<double> sample;
      for (const std::size_t p : random.choices(x.size(), x.size())) sample.push_back(x[p]);
      slow.push_back(statistic(sample));
    }
  }
  EXPECT_EQ(bootstrap_replicates(x, 7999, statistic), slow) << "an incomplete chunk is not drawn";
  EXPECT_EQ(bootstrap_replicates(x, 10, statistic).size(), 10U);
  EXPECT_TRUE(bootstrap_replicates(x, 0, statistic).empty());
}

TEST(Statistics, BootstrapErrorOfAMeanApproachesTheFormula) {
  PythonRandom random(3);
  std::vector<double> x(200);
  for (double& v : x) v = random.random();
  const auto replicates =
      bootstrap_replicates(x, 20000, [](std::span<double> s) { return mean(s); });
  EXPECT_NEAR(*sample_deviation(replicates) / *standard_error(x), 1.0, 0.02);
  const Interval middle = percentile_interval(replicates);
  const Interval normal = normal_interval(mean(x), *standard_error(x));
  EXPECT_NEAR(middle.low, normal.low, 0.003);
  EXPECT_NEAR(middle.high, normal.high, 0.003);
}

TEST(Statistics, PercentilesAreOrderStatistics) {
  std::vector<double> values;
  for (int i = 1000; i >= 0; --i) values.push_back(i);
  const Interval middle = percentile_interval(values);
  EXPECT_EQ(middle.low, 25.0);
  EXPECT_EQ(middle.high, 975.0);
  EXPECT_EQ(percentile_interval({4.0}).low, 4.0);
}

// All subsets of size k of n samples, the first c of which passed: how many contain one that did?
TEST(PassAtK, EqualsTheCountOverAllSubsets) {
  for (std::size_t n = 1; n <= 9; ++n) {
    for (std::size_t c = 0; c <= n; ++c) {
      for (std::size_t k = 1; k <= n; ++k) {
        int subsets = 0;
        int solved = 0;
        for (unsigned mask = 0; mask < (1U << n); ++mask) {
          if (static_cast<std::size_t>(__builtin_popcount(mask)) != k) continue;
          ++subsets;
          if ((mask & ((1U << c) - 1U)) != 0) ++solved;
        }
        EXPECT_NEAR(pass_at_k(n, c, k), solved / static_cast<double>(subsets), 1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace assay
