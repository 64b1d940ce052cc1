// What aggregate() adds to the original's numbers: intervals, absence, refusals.
#include "scorers/aggregate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "assay/python_random.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

std::vector<MetricValue> values_of(const std::vector<double>& xs) {
  std::vector<MetricValue> out;
  for (const double x : xs) out.push_back({"m", x});
  return out;
}

Measurement of(const MetricSpec& metric, const std::vector<double>& xs,
               const AggregateOptions& options = {}) {
  const auto m = aggregate(metric, values_of(xs), options);
  EXPECT_TRUE(m);
  return m ? *m : Measurement(Failed{m.error().message});
}

const Estimate& estimate(const Measurement& m) { return std::get<Estimate>(m); }

TEST(Aggregate, ProportionsGetWilsonsInterval) {
  const Measurement m = of({"acc"}, {1, 0, 0, 1, 1, 0, 0, 0});
  EXPECT_EQ(estimate(m).interval_method, "wilson");
  EXPECT_EQ(estimate(m).interval->low, wilson_interval(3, 8).low);
  EXPECT_EQ(estimate(m).n, 8U);
}

TEST(Aggregate, OneItemHasNoStandardError) {
  const Measurement one = of({"acc"}, {1});
  EXPECT_FALSE(estimate(one).std_error);
  EXPECT_EQ(estimate(one).interval_method, "wilson");
  const Measurement half = of({"acc"}, {0.5});
  EXPECT_FALSE(estimate(half).std_error);
  EXPECT_FALSE(estimate(half).interval);
}

TEST(Aggregate, PassRatesSpreadOverProblems) {
  const Measurement m = of({"pass@1"}, {1.0, 0.5, 0.25, 1.0});
  EXPECT_EQ(estimate(m).interval_method, "clustered");
  EXPECT_EQ(estimate(m).interval->high, 1.0) << "a rate cannot exceed one";
  const Measurement other = of({"f_measure"}, {1.0, 0.5, 0.25, 1.0});
  EXPECT_EQ(estimate(other).interval_method, "normal");
  EXPECT_GT(estimate(other).interval->high, 1.0);
}

TEST(Aggregate, NothingMeasuredIsNotRun) {
  for (const char* how : {"mean", "perplexity", "weighted_perplexity", "median", "nanmean"}) {
    const Measurement m = of({"m", how}, {});
    EXPECT_NE(std::get_if<NotRun>(&m), nullptr) << how;
  }
}

TEST(Aggregate, WhatIsNotANumberFailsInsteadOfTravelling) {
  const Measurement m = of({"acc"}, {1.0, std::nan(""), 0.0});
  ASSERT_NE(std::get_if<Failed>(&m), nullptr);
  EXPECT_THAT(std::get<Failed>(m).reason, HasSubstr("1 of 3 items"));
  const Measurement huge = of({"perplexity", "perplexity"}, {-1e6, -1e6}, {0});
  EXPECT_NE(std::get_if<Failed>(&huge), nullptr) << "exp overflows";
  const auto weightless = aggregate({"m", "bits_per_byte"}, std::vector<MetricValue>{{"m", -1, 0}});
  ASSERT_TRUE(weightless);
  EXPECT_NE(std::get_if<Failed>(&*weightless), nullptr);
}

TEST(Aggregate, NanmeanLeavesOutWhatIsAbsent) {
  const Measurement m = of({"m", "nanmean"}, {1.0, std::nan(""), 3.0}, {0});
  EXPECT_EQ(estimate(m).value, 2.0);
  EXPECT_EQ(estimate(m).n, 2U);
  const Measurement none = of({"m", "nanmean"}, {std::nan("")}, {0});
  EXPECT_NE(std::get_if<NotRun>(&none), nullptr);
}

TEST(Aggregate, MedianIsTheUpperMiddle) {
  EXPECT_EQ(estimate(of({"m", "median"}, {5, 1, 4, 2}, {0})).value, 4.0);
  EXPECT_EQ(estimate(of({"m", "median"}, {3, 1, 2}, {0})).value, 2.0);
}

// exp() of the upper end overflows while the figure itself is a number: no infinity may travel.
TEST(Aggregate, AnIntervalWithoutAFiniteEndIsAbsent) {
  const Measurement m = of({"p", "weighted_perplexity", false}, {-100, -1200});
  EXPECT_TRUE(std::isfinite(estimate(m).value));
  EXPECT_FALSE(estimate(m).interval);
}

TEST(Aggregate, UnknownAggregationsAreRefused) {
  const auto m = aggregate({"acc", "meen"}, values_of({1}));
  ASSERT_FALSE(m);
  EXPECT_EQ(m.error().code, ErrorCode::kUsage);
  EXPECT_THAT(m.error().message, HasSubstr("weighted_perplexity"));
}

// Pages whose log-likelihood per word varies around 3 nats: the interval of the ratio estimate
// holds the true word perplexity about 95 times in 100.
TEST(Aggregate, WeightedPerplexityIntervalCovers) {
  PythonRandom random(17);
  constexpr int kTrials = 2000;
  int covered = 0;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<MetricValue> pages;
    for (int i = 0; i < 60; ++i) {
      const double words = 200.0 + static_cast<double>(random.below(800));
      pages.push_back({"m", -words * (2.5 + random.random()), words});
    }
    const auto m = aggregate({"m", "weighted_perplexity", false}, pages);
    const Interval i = *estimate(*m).interval;
    covered += i.low <= std::exp(3.0) && std::exp(3.0) <= i.high ? 1 : 0;
  }
  EXPECT_NEAR(covered / double{kTrials}, 0.945, 0.02);
}

GroupPart part(double value, std::size_t n, std::optional<double> se) {
  return {Estimate{value, n, se, std::nullopt, "wilson"}, n};
}

TEST(AggregateGroup, WeighsByItemsOrByTasks) {
  const std::vector<GroupPart> parts{part(1.0, 10, 0.0), part(0.5, 30, 0.1)};
  EXPECT_DOUBLE_EQ(estimate(aggregate_group(parts, true)).value, 0.625);
  EXPECT_DOUBLE_EQ(estimate(aggregate_group(parts, false)).value, 0.75);
  EXPECT_EQ(estimate(aggregate_group(parts, true)).n, 40U);
}

TEST(AggregateGroup, AMissingPartIsNamedNotAveragedAway) {
  const std::vector<GroupPart> parts{part(1.0, 10, 0.0), {NotRun{"no sandbox"}, 5}};
  const Measurement m = aggregate_group(parts, true);
  ASSERT_NE(std::get_if<NotRun>(&m), nullptr);
  EXPECT_THAT(std::get<NotRun>(m).reason, HasSubstr("1 of 2 tasks"));
  EXPECT_THAT(std::get<NotRun>(m).reason, HasSubstr("no sandbox"));
  const std::vector<GroupPart> broken{{Failed{"it broke"}, 5}, {NotRun{"x"}, 5}};
  const Measurement failed = aggregate_group(broken, true);
  EXPECT_NE(std::get_if<Failed>(&failed), nullptr);
  const Measurement none = aggregate_group({}, true);
  EXPECT_NE(std::get_if<NotRun>(&none), nullptr);
}

TEST(AggregateGroup, AnAbsentStandardErrorStaysAbsent) {
  const std::vector<GroupPart> parts{part(1.0, 1, std::nullopt), part(0.5, 30, 0.1)};
  const Measurement m = aggregate_group(parts, true);
  EXPECT_FALSE(estimate(m).std_error);
  EXPECT_FALSE(estimate(m).interval);
}

}  // namespace
}  // namespace assay
