// Differences over lengths between two runs: every figure against an ordinary comparison of the
// same items, and what is absent.
#include "results/length_shift.h"

#include <gtest/gtest.h>

#include "scorers/holm.h"
#include "scorers/mcnemar.h"
#include "scorers/paired_proportions.h"
#include "tests/results/length_items.h"

namespace assay {
namespace {

using test::asked;
using test::needle_record;

const PairedEstimate& figure(const Paired& paired) { return std::get<PairedEstimate>(paired); }

LengthShift shift_of(const TaskRecord& base, const TaskRecord& other) {
  const auto shift = length_shift(pair_task(base, other), {"exact_match"}, "none", {});
  EXPECT_TRUE(shift);
  return *shift;
}

TEST(LengthShift, EveryCellIsComparedOnItsOwnItems) {
  const TaskRecord base = test::sample_needles();
  const TaskRecord other = test::sample_needles(2);
  const LengthShift shift = shift_of(base, other);
  ASSERT_EQ(shift.by_length.size(), 4u);
  ASSERT_EQ(shift.cells.size(), 12u);
  EXPECT_DOUBLE_EQ(figure(shift.by_length[0].paired).difference, 0.0);
  EXPECT_DOUBLE_EQ(figure(shift.by_length[1].paired).difference, -2.0 / 15);
  EXPECT_EQ(figure(shift.by_length[1].paired).n, 15u);
  const Interval of_length = tango_interval({2, 0}, 15);
  EXPECT_EQ(figure(shift.by_length[1].paired).interval->low, of_length.low);
  EXPECT_EQ(figure(shift.by_length[1].paired).interval->high, of_length.high);
  const CellDifference& cell = shift.cells[4];
  EXPECT_EQ(cell.length, 512);
  EXPECT_EQ(cell.depth, 50.0);
  EXPECT_DOUBLE_EQ(figure(cell.paired).base, 0.8);
  EXPECT_DOUBLE_EQ(figure(cell.paired).other, 0.4);
  const Interval tango = tango_interval({2, 0}, 5);
  EXPECT_EQ(figure(cell.paired).interval->low, tango.low);
  EXPECT_EQ(figure(cell.paired).interval->high, tango.high);
  // A difference of nothing still has an interval.
  EXPECT_LT(figure(shift.cells[0].paired).interval->low, 0.0);
  EXPECT_GT(figure(shift.cells[0].paired).interval->high, 0.0);
}

TEST(LengthShift, WhatOneRunDidNotMeasureIsAbsent) {
  const LengthShift shift = shift_of(test::sample_needles(), test::sample_needles());
  EXPECT_TRUE(std::holds_alternative<NotRun>(shift.by_length[3].paired));
  EXPECT_FALSE(shift.by_length[3].adjusted_p);
  EXPECT_TRUE(std::holds_alternative<NotRun>(shift.cells[8].paired)) << "1024 at 100 %";
  const TaskRecord base = needle_record({asked(256, 0, 0, 1.0), asked(256, 50, 0, 1.0)});
  const TaskRecord other = needle_record({asked(256, 0, 0, 0.0), asked(256, 50, 0, "too long")});
  const LengthShift half = shift_of(base, other);
  EXPECT_EQ(figure(half.by_length[0].paired).n, 1u);
  EXPECT_TRUE(std::holds_alternative<NotRun>(half.cells[1].paired));
}

TEST(LengthShift, HolmGoesOverTheLengthsThatWereTested) {
  std::vector<ItemRecord> base, other;
  for (const auto& [length, lost] : {std::pair(256, 0), {512, 7}, {1024, 6}}) {
    for (int i = 0; i < 20; ++i) {
      base.push_back(asked(length, 50, i, 1.0));
      other.push_back(asked(length, 50, i, i < lost ? 0.0 : 1.0));
    }
  }
  const TaskRecord a = needle_record(base);
  const TaskRecord b = needle_record(other);
  const LengthShift shift = shift_of(a, b);
  const std::vector<double> p = {mcnemar_exact({0, 0}), mcnemar_exact({7, 0}),
                                 mcnemar_exact({6, 0})};
  const std::vector<double> adjusted = holm_adjusted(p);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_DOUBLE_EQ(*figure(shift.by_length[i].paired).p_value, p[i]);
    EXPECT_DOUBLE_EQ(*shift.by_length[i].adjusted_p, adjusted[i]);
  }
  EXPECT_DOUBLE_EQ(*shift.by_length[1].adjusted_p, 3 * 2.0 / 128);
}

TEST(LengthShift, OrdinaryTasksHaveNone) {
  TaskRecord base = needle_record({asked(256, 0, 0, 1.0)});
  base.items[0].item.doc.erase("length");
  EXPECT_FALSE(length_shift(pair_task(base, base), {"exact_match"}, "none", {}));
}

}  // namespace
}  // namespace assay
