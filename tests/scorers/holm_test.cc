// Holm's correction against the step-down procedure as it is worded, and its family-wise error by
// simulation with dependent tests.
#include "scorers/holm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "scorers/paired_mean.h"
#include "scorers/python_random.h"

namespace assay {
namespace {

// "Order the p-values; reject the smallest if p <= α/m, then the next if p <= α/(m−1), and so on;
// stop at the first that is not rejected."
std::vector<bool> step_down(const std::vector<double>& p, double alpha) {
  std::vector<bool> rejected(p.size(), false);
  for (std::size_t left = p.size(); left > 0; --left) {
    std::size_t smallest = p.size();
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (!rejected[i] && (smallest == p.size() || p[i] < p[smallest])) smallest = i;
    }
    if (p[smallest] > alpha / static_cast<double>(left)) break;
    rejected[smallest] = true;
  }
  return rejected;
}

TEST(Holm, KnownExample) {
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  EXPECT_NEAR(adjusted[3], 0.02, 1e-15);
  EXPECT_NEAR(adjusted[0], 0.03, 1e-15);
  EXPECT_NEAR(adjusted[2], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[1], 0.06, 1e-15) << "never below the one before it";
  EXPECT_EQ(holm_adjusted(std::vector<double>{0.3}).front(), 0.3);
  EXPECT_TRUE(holm_adjusted(std::vector<double>{}).empty());
}

TEST(Holm, RejectsWhatTheStepDownProcedureRejects) {
  PythonRandom random(31);
  for (int t = 0; t < 2000; ++t) {
    std::vector<double> p;
    const std::size_t m = 1 + random.below(8);
    for (std::size_t i = 0; i < m; ++i) p.push_back(std::pow(random.random(), 4.0));
    if (m > 2 && t % 5 == 0) p[1] = p[0];  // ties
    const std::vector<double> adjusted = holm_adjusted(p);
    const std::vector<bool> rejected = step_down(p, 0.05);
    for (std::size_t i = 0; i < m; ++i) EXPECT_EQ(adjusted[i] <= 0.05, rejected[i]) << t;
  }
}

// Eight tasks without any true difference whose noise is partly shared: at most 5 % of comparisons
// may claim one, where uncorrected tests claim one far more often. Two more tasks with a true
// difference do not change that.
TEST(Holm, FamilyErrorOfDependentTests) {
  PythonRandom random(2718);
  constexpr int kTrials = 1200;
  constexpr std::size_t kNull = 8;
  int corrected = 0;
  int naive = 0;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<double> p;
    std::vector<double> shared;
    for (int i = 0; i < 45; ++i) shared.push_back(random.random() - 0.5);
    for (std::size_t task = 0; task < kNull + 2; ++task) {
      std::vector<double> d;
      for (const double common : shared) {
        d.push_back(common + random.random() - 0.5 + (task >= kNull ? 0.3 : 0.0));
      }
      p.push_back(*paired_p_value(paired_mean(d)));
    }
    const std::vector<double> adjusted = holm_adjusted(p);
    bool any = false;
    bool any_naive = false;
    for (std::size_t task = 0; task < kNull; ++task) {
      any = any || adjusted[task] <= 0.05;
      any_naive = any_naive || p[task] <= 0.05;
    }
    corrected += any ? 1 : 0;
    naive += any_naive ? 1 : 0;
  }
  EXPECT_LE(corrected / double{kTrials}, 0.05 + 0.013);
  EXPECT_GT(naive / double{kTrials}, 0.12);
}

}  // namespace
}  // namespace assay
