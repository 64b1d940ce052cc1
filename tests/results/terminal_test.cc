// What a terminal shows: intervals drawn as bars, the progress line, and that both keep to the
// width they are given.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "results/comparison_text.h"
#include "results/interval_strip.h"
#include "results/progress_line.h"
#include "results/running_score.h"
#include "results/table.h"
#include "scorers/statistics.h"
#include "tests/approval/approval.h"
#include "tests/results/sample_comparison.h"
#include "tests/results/sample_run.h"

namespace assay {
namespace {

TEST(IntervalStrip, EveryCellIsWhereItBelongs) {
  EXPECT_EQ(interval_strip(0.45, Interval{0.2, 0.79}, {0, 1}, 10), "  ├─●──┤  ");
  EXPECT_EQ(interval_strip(0.0, Interval{0.0, 0.15}, {0, 1}, 10), "●┤        ");
  EXPECT_EQ(interval_strip(1.0, Interval{0.75, 1.0}, {0, 1}, 10), "       ├─●");
  EXPECT_EQ(interval_strip(0.55, std::nullopt, {0, 1}, 10), "     ●    ");
  EXPECT_EQ(interval_strip(0.55, Interval{0.52, 0.58}, {0, 1}, 10), "     ●    ");
  // No difference lies at the middle of the axis: outside, inside and under the value.
  EXPECT_EQ(interval_strip(3, Interval{1.5, 4.5}, {-5, 5}, 10, 0.0), "     │├─●┤");
  EXPECT_EQ(interval_strip(-2, Interval{-4, 4}, {-5, 5}, 10, 0.0), " ├─●─┼───┤");
  EXPECT_EQ(interval_strip(0, Interval{-2, 2}, {-5, 5}, 10, 0.0), "   ├─●─┤  ");
}

TEST(IntervalStrip, WhatLiesOutsideIsDrawnAtTheEdge) {
  EXPECT_EQ(interval_strip(1.5, Interval{-3, 7}, {0, 1}, 10), "├────────●");
}

TEST(IntervalStrip, RangesAreRoundAndHoldTheLargest) {
  EXPECT_EQ(round_range(4.2).high, 5);
  EXPECT_EQ(round_range(5).high, 5);
  EXPECT_EQ(round_range(5.01).high, 10);
  EXPECT_EQ(round_range(0.013).high, 0.02);
  EXPECT_EQ(round_range(0).low, -1);
  EXPECT_EQ(strip_axis("-5", "+5", 10), "-5      +5");
}

std::string in_widths(const std::function<std::string(std::size_t)>& text) {
  std::string all;
  for (const std::size_t width : {80, 120, 160}) {
    all += "== " + std::to_string(width) + " columns\n" + text(width);
  }
  return all;
}

TEST(Terminal, TablesApproved) {
  const RunFolder run = test::sample_run();
  test::expect_approved("result_table_terminal", in_widths([&](std::size_t width) {
                          return result_table_text(run.summary, {width, run.path});
                        }));
  test::expect_approved("comparison_terminal", in_widths([&](std::size_t width) {
                          return comparison_text(test::sample_comparison(false), width);
                        }));
}

TEST(Terminal, APipeHasNoDrawings) {
  const RunFolder run = test::sample_run();
  EXPECT_EQ(result_table_text(run.summary, {}).find("●"), std::string::npos);
  EXPECT_EQ(comparison_text(test::sample_comparison(false)).find("●"), std::string::npos);
}

TEST(Progress, LineApproved) {
  ProgressState state{184, 470, 120, 41000, 0, 22.5, "arc_easy acc 0.31 ± 0.09"};
  std::string all;
  for (const std::size_t width : {0, 30, 60, 80, 110, 130}) {
    all += std::to_string(width) + ": " + progress_line(state, width) + "\n";
  }
  state.errors = 3;
  all += "errors: " + progress_line(state, 60) + "\n";
  state.done = state.total;
  all += "done: " + progress_line(state, 120) + "\n";
  test::expect_approved("progress_line", all + "begun: " + progress_line({0, 12}, 80) + "\n");
}

JudgedItem judged(double value, const std::string& metric = "acc") {
  Judgement judgement;
  judgement.filter = "none";
  judgement.values = {{metric, value}};
  return {{judgement}, std::nullopt};
}

TEST(RunningScore, IsTheMeanOfMeasuredItemsOfTheLastTask) {
  RunningScore score;
  for (int i = 0; i < 10; ++i) score.add("other", judged(1));
  for (int i = 0; i < 9; ++i) score.add("arc", judged(i < 4 ? 1 : 0));
  EXPECT_EQ(score.text(), "");  // nine items
  score.add("arc", {{}, Error{ErrorCode::kBadData, "too long"}});
  EXPECT_EQ(score.text(), "");
  score.add("arc", judged(0));
  const Interval held = wilson_interval(4, 10);
  EXPECT_EQ(score.text(), fmt::format("arc acc 0.40 ± {:.2f}", (held.high - held.low) / 2));
  score.add("arc", judged(1));
  EXPECT_EQ(score.text().substr(0, 12), "arc acc 0.45");
}

TEST(RunningScore, ANarrowIntervalIsNotWrittenAsNone) {
  RunningScore score;
  for (int i = 0; i < 40000; ++i) score.add("big", judged(i % 4 == 0 ? 1 : 0));
  const Interval held = wilson_interval(10000, 40000);
  EXPECT_EQ(score.text(), fmt::format("big acc 0.250 ± {:.3f}", (held.high - held.low) / 2));
}

TEST(RunningScore, PartsHaveTheMeansInterval) {
  RunningScore score;
  for (int i = 0; i < 12; ++i) score.add("pass", judged(i % 2 == 0 ? 0.25 : 0.75, "pass@1"));
  // Deviations of 0.25 around 0.5: variance 12 · 0.0625 / 11, half 1.96 · √(variance / 12).
  EXPECT_EQ(score.text(), "pass pass@1 0.50 ± 0.15");
}

TEST(RunningScore, APerplexityIsNoShare) {
  RunningScore score;
  for (int i = 0; i < 20; ++i) score.add("wikitext", judged(12.5, "word_perplexity"));
  EXPECT_EQ(score.text(), "");
}

}  // namespace
}  // namespace assay
