// Calibration against a slow twin: bins made one item at a time, and figures worked out by hand.
#include "results/reliability.h"

#include <gtest/gtest.h>

#include <cmath>

#include "scorers/calibration.h"

namespace assay {
namespace {

const Estimate& figure(const Measurement& value) { return std::get<Estimate>(value); }

// Two bins of one item each: |1 − 0.8| and |0 − 0.6|, averaged.
TEST(Reliability, IsWhatTheDefinitionSays) {
  const std::vector<ConfidentAnswer> answers = {{0.8, true, 0.08}, {0.6, false, 0.72}};
  const ReliabilityDiagram found = reliability_diagram(answers);
  ASSERT_EQ(found.bins.size(), 2u);
  EXPECT_DOUBLE_EQ(found.bins[0].confidence, 0.6);
  EXPECT_DOUBLE_EQ(figure(found.bins[0].accuracy).value, 0.0);
  EXPECT_DOUBLE_EQ(figure(found.ece).value, (0.2 + 0.6) / 2);
  EXPECT_DOUBLE_EQ(figure(found.brier).value, 0.4);
}

TEST(Reliability, BinsHoldEqualNumbersAndEveryItemOnce) {
  std::vector<ConfidentAnswer> answers;
  for (int i = 0; i < 107; ++i) {
    answers.push_back({0.25 + 0.7 * ((i * 37) % 107) / 107.0, i % 3 != 0, 0.5});
  }
  const ReliabilityDiagram found = reliability_diagram(answers);
  ASSERT_EQ(found.bins.size(), kReliabilityBins);
  std::size_t items = 0;
  double ece = 0;
  for (const ReliabilityBin& bin : found.bins) {
    const Estimate& accuracy = figure(bin.accuracy);
    EXPECT_TRUE(accuracy.n == 10 || accuracy.n == 11) << accuracy.n;
    EXPECT_LE(bin.low, bin.confidence);
    EXPECT_GE(bin.high, bin.confidence);
    items += accuracy.n;
    ece += static_cast<double>(accuracy.n) * std::fabs(accuracy.value - bin.confidence);
  }
  EXPECT_EQ(items, answers.size());
  EXPECT_NEAR(figure(found.ece).value, ece / 107, 1e-12);
  EXPECT_FALSE(figure(found.ece).interval);
  // The same definition as the one that comparisons use.
  std::vector<Confidence> confidences;
  for (const ConfidentAnswer& answer : answers)
    confidences.push_back({answer.confidence, answer.right});
  EXPECT_NEAR(figure(found.ece).value, expected_calibration_error(confidences), 1e-12);
}

TEST(Reliability, WithoutAnswersThereIsNoFigure) {
  const ReliabilityDiagram found = reliability_diagram({});
  EXPECT_TRUE(found.bins.empty());
  EXPECT_TRUE(std::holds_alternative<NotRun>(found.ece));
  EXPECT_TRUE(std::holds_alternative<NotRun>(found.brier));
}

}  // namespace
}  // namespace assay
