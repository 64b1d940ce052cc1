// Intervals of shares: published values, and coverage by enumeration and simulation.
#include "scorers/exact_share.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "assay/python_random.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

std::vector<double> binary(std::size_t right, std::size_t n) {
  std::vector<double> values(n, 0.0);
  std::fill_n(values.begin(), right, 1.0);
  return values;
}

TEST(ExactShare, OfRightAndWrongIsClopperAndPearsons) {
  for (std::size_t n = 1; n <= 12; ++n) {
    for (std::size_t k = 0; k <= n; ++k) {
      const Interval is = exact_share_interval(binary(k, n));
      const Interval exact = clopper_pearson(k, n);
      EXPECT_EQ(is.low, exact.low);
      EXPECT_EQ(is.high, exact.high);
    }
  }
}

TEST(ExactShare, OfPartsIsRoundedOutward) {
  const Interval is = exact_share_interval(std::vector<double>{0.25, 1.0, 0.5, 0.0, 1.0});  // 2.75
  EXPECT_EQ(is.low, clopper_pearson(2, 5).low);
  EXPECT_EQ(is.high, clopper_pearson(3, 5).high);
  // Three thirds are one, whatever their sum is in binary.
  const Interval thirds = exact_share_interval(std::vector<double>(6, 1.0 / 3));
  EXPECT_EQ(thirds.low, clopper_pearson(2, 6).low);
  EXPECT_EQ(thirds.high, clopper_pearson(2, 6).high);
}

// Four values per item, found or not: independently, or mostly all or none of an item.
TEST(ExactShare, OfPartsCoversTheExpectation) {
  PythonRandom random(11);
  for (const double p : {0.08, 0.5, 0.9}) {
    for (const double together : {0.0, 0.7, 1.0}) {
      for (const std::size_t n : {5U, 25U}) {
        int missed = 0;
        constexpr int kTrials = 600;
        for (int t = 0; t < kTrials; ++t) {
          std::vector<double> values;
          for (std::size_t i = 0; i < n; ++i) {
            const bool whole = random.random() < together;
            const double all = random.random() < p ? 1.0 : 0.0;
            double found = 0;
            for (int v = 0; v < 4; ++v) found += random.random() < p ? 1.0 : 0.0;
            values.push_back(whole ? all : found / 4);
          }
          const Interval is = exact_share_interval(values);
          missed += is.low <= p && p <= is.high ? 0 : 1;
        }
        EXPECT_LE(missed, 0.05 * kTrials + 16) << p << " " << together << " " << n;
      }
    }
  }
}

struct Published {
  std::size_t a, m, b, n;
  double low, high;
};

// Newcombe 1998, Statistics in Medicine 17:873, table II, method 10 (score limits).
TEST(UnpairedDifference, IsNewcombesOnPublishedExamples) {
  for (const Published& p :
       {Published{56, 70, 48, 80, 0.0524, 0.3339}, Published{9, 10, 3, 10, 0.1705, 0.8090},
        Published{10, 10, 0, 20, 0.6791, 1.0}, Published{10, 10, 0, 10, 0.6075, 1.0}}) {
    const Interval is = unpaired_difference_interval(
        static_cast<double>(p.b) / static_cast<double>(p.n), wilson_interval(p.b, p.n),
        static_cast<double>(p.a) / static_cast<double>(p.m), wilson_interval(p.a, p.m));
    EXPECT_NEAR(is.low, p.low, 6e-5);
    EXPECT_NEAR(is.high, p.high, 6e-5);
  }
}

// One share has its own interval; of k alike ones the limits come nearer by √k; and the mean of two
// is half the difference of the one and the other's mirror image.
TEST(MeanOfShares, FollowsFromTheDifference) {
  const Interval a = clopper_pearson(7, 10);
  const Interval b = clopper_pearson(2, 9);
  const auto mean_of = [](const std::vector<double>& shares, const std::vector<Interval>& limits) {
    return mean_of_shares_interval(shares, limits);
  };
  EXPECT_NEAR(mean_of({0.7}, {a}).low, a.low, 1e-12);
  EXPECT_NEAR(mean_of({0.7}, {a}).high, a.high, 1e-12);
  const Interval four = mean_of({0.7, 0.7, 0.7, 0.7}, {a, a, a, a});
  EXPECT_NEAR(0.7 - four.low, (0.7 - a.low) / 2, 1e-12);
  EXPECT_NEAR(four.high - 0.7, (a.high - 0.7) / 2, 1e-12);
  const double share = 2.0 / 9;
  const Interval mirrored = {-b.high, -b.low};
  const Interval sum = unpaired_difference_interval(-share, mirrored, 0.7, a);
  const Interval both = mean_of({0.7, share}, {a, b});
  EXPECT_NEAR(both.low, sum.low / 2, 1e-12);
  EXPECT_NEAR(both.high, sum.high / 2, 1e-12);
}

// How often the interval of the mean of three tasks misses what it is of, in simulated runs.
TEST(MeanOfShares, CoversTheMean) {
  PythonRandom random(7);
  constexpr int kTrials = 2000;
  for (const std::vector<double>& p :
       {std::vector<double>{0.5, 0.9, 0.97}, {0.02, 0.5, 0.99}, {0.9, 0.9, 0.9}}) {
    int missed = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> shares;
      std::vector<Interval> limits;
      for (const double share : p) {
        std::size_t right = 0;
        for (int i = 0; i < 20; ++i) right += random.random() < share ? 1 : 0;
        shares.push_back(static_cast<double>(right) / 20);
        limits.push_back(clopper_pearson(right, 20));
      }
      const Interval is = mean_of_shares_interval(shares, limits);
      const double truth = (p[0] + p[1] + p[2]) / 3;
      missed += truth < is.low || truth > is.high ? 1 : 0;
    }
    EXPECT_LE(missed, 0.05 * kTrials + 25);
  }
}

}  // namespace
}  // namespace assay
