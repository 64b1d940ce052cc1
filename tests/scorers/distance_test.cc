// Distances between distributions, and calibration: closed forms, obvious loops, and properties
// that no rewriting may lose.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "scorers/calibration.h"
#include "scorers/distribution_distance.h"
#include "scorers/python_random.h"

namespace assay {
namespace {

std::vector<double> logs(const std::vector<double>& p) {
  std::vector<double> out;
  for (const double x : p) out.push_back(std::log(x));
  return out;
}

TEST(Distances, ClosedFormOfTwoOutcomes) {
  const double kl = 0.8 * std::log(0.8 / 0.5) + 0.2 * std::log(0.2 / 0.5);
  EXPECT_NEAR(kl_divergence(logs({0.8, 0.2}), logs({0.5, 0.5})), kl, 1e-15);
  EXPECT_NEAR(total_variation(logs({0.8, 0.2}), logs({0.5, 0.5})), 0.3, 1e-15);
  EXPECT_EQ(kl_divergence(logs({0.8, 0.2}), logs({0.8, 0.2})), 0.0);
}

TEST(Distances, LogSoftmaxSumsToOneAndIgnoresAShift) {
  const std::vector<double> log_p = log_softmax(std::vector<double>{-1200.0, -1201.5, -1900.0});
  double sum = 0.0;
  for (const double x : log_p) sum += std::exp(x);
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_NEAR(log_p[0] - log_p[1], 1.5, 1e-12);
  EXPECT_NEAR(log_p[2] - log_p[0], -700.0, 1e-9) << "too small for a double, kept as a logarithm";
}

TEST(Distances, VariationIsTheGreatestEventDifference) {
  PythonRandom random(8);
  for (int t = 0; t < 50; ++t) {
    std::vector<double> a, b;
    for (int i = 0; i < 7; ++i) {
      a.push_back(3 * random.random());
      b.push_back(3 * random.random());
    }
    const std::vector<double> p = log_softmax(a);
    const std::vector<double> q = log_softmax(b);
    double greatest = 0.0;
    for (unsigned event = 0; event < (1U << 7U); ++event) {
      double difference = 0.0;
      for (unsigned i = 0; i < 7; ++i) {
        if ((event >> i & 1U) != 0) difference += std::exp(p[i]) - std::exp(q[i]);
      }
      greatest = std::max(greatest, std::fabs(difference));
    }
    EXPECT_NEAR(total_variation(p, q), greatest, 1e-12);
    // Pinsker's inequality ties the two together.
    EXPECT_LE(total_variation(p, q), std::sqrt(kl_divergence(p, q) / 2) + 1e-12);
  }
}

TEST(Calibration, HandComputedBins) {
  // Two bins of two: confidences 0.6, 0.7 (one right) and 0.9, 0.9 (both right).
  const std::vector<Confidence> items{{0.9, true}, {0.6, false}, {0.9, true}, {0.7, true}};
  EXPECT_NEAR(expected_calibration_error(items, 2), 0.5 * 0.15 + 0.5 * 0.1, 1e-15);
  EXPECT_NEAR(expected_calibration_error(items, 1), std::fabs(3.1 / 4 - 0.75), 1e-15);
  EXPECT_NEAR(expected_calibration_error(items, 100), (0.1 + 0.6 + 0.1 + 0.3) / 4, 1e-15);
}

// The obvious twin: ranks are counted one by one and each item is put into its bin.
TEST(Calibration, EqualsTheObviousLoop) {
  PythonRandom random(10);
  for (const std::size_t n : {7U, 40U, 101U}) {
    std::vector<Confidence> items;
    for (std::size_t i = 0; i < n; ++i) {
      items.push_back({0.25 + 0.05 * static_cast<double>(random.below(15)), random.random() < 0.5});
    }
    const std::size_t bins = std::min<std::size_t>(10, n);
    std::vector<double> gaps(bins, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      std::size_t rank = 0;
      for (std::size_t j = 0; j < n; ++j) {
        rank += items[j].probability < items[i].probability ||
                        (items[j].probability == items[i].probability && j < i)
                    ? 1
                    : 0;
      }
      std::size_t bin = 0;
      while (rank >= (bin + 1) * n / bins) ++bin;
      gaps[bin] += items[i].probability - (items[i].right ? 1.0 : 0.0);
    }
    double slow = 0.0;
    for (const double gap : gaps) slow += std::fabs(gap) / static_cast<double>(n);
    EXPECT_NEAR(expected_calibration_error(items), slow, 1e-12) << n;
  }
}

TEST(Calibration, ChangeIntervalHoldsTheChange) {
  PythonRandom random(11);
  std::vector<Confidence> base, other;
  for (int i = 0; i < 400; ++i) {
    const double p = 0.3 + 0.6 * random.random();
    const bool right = random.random() < p;
    base.push_back({p, right});
    other.push_back({std::min(1.0, p + 0.2), right});  // as often right, but surer
  }
  const double change = expected_calibration_error(other) - expected_calibration_error(base);
  const Interval i = calibration_change_interval(base, other);
  EXPECT_LT(i.low, change);
  EXPECT_GT(i.high, change);
  EXPECT_GT(i.low, 0.0);
  const Interval none = calibration_change_interval(base, base);
  EXPECT_EQ(none.low, 0.0);
  EXPECT_EQ(none.high, 0.0);
}

}  // namespace
}  // namespace assay
