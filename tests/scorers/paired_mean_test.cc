// Paired means against the sum over pairs, and the coverage of their intervals by simulation with
// fixed seeds: items alone, items in clusters, several samples per item, log-likelihoods.
#include "scorers/paired_mean.h"

#include <gtest/gtest.h>

#include <cmath>

#include "scorers/pass_at_k.h"
#include "scorers/python_random.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

double normal_draw(PythonRandom& random) {
  const double u = 1.0 - random.random();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * M_PI * random.random());
}

bool covers(const PairedMean& mean, double truth) {
  const Interval i = *paired_interval(mean);
  return i.low <= truth && truth <= i.high;
}

TEST(PairedMean, AloneItIsTheUsualStandardError) {
  const std::vector<double> d{1, -1, 0, 0, 1, 1, 0, -1, 1};
  const PairedMean mean = paired_mean(d);
  EXPECT_NEAR(mean.value, 2.0 / 9, 1e-15);
  EXPECT_NEAR(*mean.std_error, *standard_error(d), 1e-15);
  EXPECT_EQ(mean.clusters, 9U);
  EXPECT_FALSE(paired_mean(std::vector<double>{0.5}).std_error);
  EXPECT_FALSE(paired_interval(paired_mean(std::vector<double>{0.5})));
}

TEST(PairedMean, IsTheDifferenceOfTheMeansWithoutTheSharedPart) {
  // Var(d) = Var(a) + Var(b) − 2 Cov(a, b).
  PythonRandom random(1);
  std::vector<double> a, b, d;
  for (int i = 0; i < 300; ++i) {
    const double shared = random.random();
    a.push_back(shared + 0.2 * random.random());
    b.push_back(shared + 0.2 * random.random());
    d.push_back(b.back() - a.back());
  }
  double covariance = 0.0;
  for (int i = 0; i < 300; ++i) {
    covariance += (a[static_cast<std::size_t>(i)] - mean(a)) *
                  (b[static_cast<std::size_t>(i)] - mean(b)) / 299.0;
  }
  const auto variance = [](const std::vector<double>& x) {
    return *sample_deviation(x) * *sample_deviation(x);
  };
  const PairedMean paired = paired_mean(d);
  EXPECT_NEAR(paired.value, mean(b) - mean(a), 1e-14);
  EXPECT_NEAR(*paired.std_error * *paired.std_error * 300,
              variance(a) + variance(b) - 2 * covariance, 1e-14);
}

TEST(PairedMean, ClusteredErrorIsTheSumOverPairs) {
  PythonRandom random(9);
  std::vector<double> d;
  std::vector<std::size_t> clusters;
  for (int i = 0; i < 80; ++i) {
    clusters.push_back(100 + random.below(11));
    d.push_back(random.random() - 0.4);
  }
  const double m = mean(d);
  double sum = 0.0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    for (std::size_t j = 0; j < d.size(); ++j) {
      if (clusters[i] == clusters[j]) sum += (d[i] - m) * (d[j] - m);
    }
  }
  const PairedMean paired = paired_mean(d, clusters);
  const auto g = static_cast<double>(paired.clusters);
  EXPECT_NEAR(*paired.std_error, std::sqrt(g / (g - 1) * sum) / 80, 1e-12);
}

// Quantisation noise shared by the questions of a passage: the clustered interval keeps its level
// with many and with few clusters, the plain one does not.
TEST(PairedMean, ClusteredIntervalsCover) {
  for (const std::size_t passages : {15U, 60U}) {
    PythonRandom random(passages);
    constexpr int kTrials = 1500;
    int clustered = 0;
    int plain = 0;
    for (int t = 0; t < kTrials; ++t) {
      std::vector<double> d;
      std::vector<std::size_t> clusters;
      for (std::size_t c = 0; c < passages; ++c) {
        const double shared = normal_draw(random);
        const std::size_t questions = 2 + random.below(5);
        for (std::size_t q = 0; q < questions; ++q) {
          d.push_back(0.3 + shared + 0.7 * normal_draw(random));
          clusters.push_back(c);
        }
      }
      clustered += covers(paired_mean(d, clusters), 0.3) ? 1 : 0;
      plain += covers(paired_mean(d), 0.3) ? 1 : 0;
    }
    EXPECT_NEAR(clustered / double{kTrials}, 0.945, 0.022) << passages;
    EXPECT_LT(plain / double{kTrials}, 0.87) << passages;
  }
}

// pass@2 of five samples per problem, with difficulties of their own: the mean of the paired
// differences covers the difference of the true pass rates.
TEST(PairedMean, CoversPassRatesOfSeveralSamples) {
  PythonRandom random(5);
  constexpr int kTrials = 1500;
  int covered = 0;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<double> d;
    for (int i = 0; i < 60; ++i) {
      const double skill = random.random();
      const auto passes = [&](double p) {
        std::size_t passed = 0;
        for (int s = 0; s < 5; ++s) passed += random.random() < p ? 1 : 0;
        return pass_at_k(5, passed, 2);
      };
      d.push_back(passes(skill * skill) - passes(skill));
    }
    // E pass@2 = 1 − E(1−p)²: 1 − 8/15 for p = u², 1 − 1/3 for p = u.
    covered += covers(paired_mean(d), (1 - 8.0 / 15) - (1 - 1.0 / 3)) ? 1 : 0;
  }
  EXPECT_NEAR(covered / double{kTrials}, 0.948, 0.018);
}

TEST(PairedRatio, IsThePairedMeanWithEqualWeights) {
  const std::vector<double> d{0.5, -0.25, 1.5, 0.125};
  const std::vector<double> ones(4, 1.0);
  EXPECT_EQ(paired_ratio(d, ones).value, paired_mean(d).value);
  EXPECT_EQ(*paired_ratio(d, ones).std_error, *paired_mean(d).std_error);
  const std::vector<double> twos(4, 2.0);
  EXPECT_NEAR(*paired_ratio(d, twos).std_error, *paired_mean(d).std_error / 2, 1e-15);
}

// Log-likelihood per word over documents of different length: the ratio's interval covers.
TEST(PairedRatio, CoversLogLikelihoodsPerWord) {
  PythonRandom random(6);
  constexpr int kTrials = 1500;
  int covered = 0;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<double> d;
    std::vector<double> words;
    for (int i = 0; i < 62; ++i) {
      const double w = 100 + 900 * random.random();
      words.push_back(w);
      d.push_back(w * (-0.02 + 0.01 * normal_draw(random)) + 2 * normal_draw(random));
    }
    covered += covers(paired_ratio(d, words), -0.02) ? 1 : 0;
  }
  EXPECT_NEAR(covered / double{kTrials}, 0.945, 0.02);
}

TEST(PairedPValue, AgreesWithTheInterval) {
  PythonRandom random(3);
  for (int t = 0; t < 200; ++t) {
    std::vector<double> d;
    for (int i = 0; i < 12 + 3 * t % 60; ++i) d.push_back(random.random() - 0.4);
    const PairedMean m = paired_mean(d);
    const Interval i = *paired_interval(m, 0.9);
    const bool excluded = i.low > 0 || i.high < 0;
    EXPECT_EQ(*paired_p_value(m) < 0.1, excluded);
    const bool excludes_point_two = i.low > 0.2 || i.high < 0.2;
    EXPECT_EQ(*paired_p_value(m, 0.2) < 0.1, excludes_point_two);
  }
}

TEST(PairedPValue, FalseAlarms) {
  PythonRandom random(4);
  constexpr int kTrials = 4000;
  int alarms = 0;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<double> d;
    for (int i = 0; i < 25; ++i) d.push_back(random.random() - random.random());
    alarms += *paired_p_value(paired_mean(d)) <= 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(alarms / double{kTrials}, 0.05, 0.012);
}

TEST(PairedPValue, EqualDifferencesAreNotCertainty) {
  // Three items that all lost 0.5: the t statistic is infinite, the sign test says 2/2³.
  EXPECT_EQ(*paired_p_value(paired_mean(std::vector<double>{-0.5, -0.5, -0.5})), 0.25);
  EXPECT_EQ(*paired_p_value(paired_mean(std::vector<double>{0.0, 0.0, 0.0})), 1.0);
  EXPECT_FALSE(paired_p_value(paired_mean(std::vector<double>{1.0})));
}

}  // namespace
}  // namespace assay
