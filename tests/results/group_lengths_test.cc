// A group's figures over lengths: means over tasks, their intervals, and absence where a task has
// none.
#include "results/group_lengths.h"

#include <gtest/gtest.h>

#include <cmath>

#include "results/length_lines.h"
#include "scorers/statistics.h"
#include "tests/results/length_items.h"

namespace assay {
namespace {

using test::asked;
using test::needle_record;
using test::Outcome;

// `found[l]` of `asked_for` items at lengths 256, 512, …; a negative number: none was measured.
LengthResults task(const std::vector<int>& found, int asked_for) {
  std::vector<ItemRecord> items;
  for (std::size_t l = 0; l < found.size(); ++l) {
    for (int i = 0; i < asked_for; ++i) {
      const Outcome outcome =
          found[l] < 0 ? Outcome("too long") : Outcome(i < found[l] ? 1.0 : 0.0);
      items.push_back(asked(256 << l, 50, i, outcome));
    }
  }
  return *length_results(needle_record(items), "exact_match", "none");
}

std::optional<LengthResults> group(const std::vector<LengthResults>& tasks) {
  std::vector<const LengthResults*> all;
  for (const LengthResults& one : tasks) all.push_back(&one);
  return group_lengths(all);
}

TEST(GroupLengths, AreMeansOverTasksHoweverManyItemsTheyHave) {
  const auto results = group({task({10, 8}, 10), task({2, 1}, 4)});
  ASSERT_TRUE(results);
  ASSERT_EQ(results->by_length.size(), 2u);
  const Estimate& first = std::get<Estimate>(results->by_length[0].value);
  EXPECT_DOUBLE_EQ(first.value, 0.75);
  EXPECT_EQ(first.n, 14u);
  EXPECT_EQ(results->by_length[0].items, 14u);
  const Interval a = clopper_pearson(10, 10);
  const Interval b = clopper_pearson(2, 4);
  EXPECT_NEAR(first.interval->low, 0.75 - std::hypot(1 - a.low, 0.5 - b.low) / 2, 1e-12);
  EXPECT_NEAR(first.interval->high, 0.75 + (b.high - 0.5) / 2, 1e-12);
  const Estimate& second = std::get<Estimate>(results->by_length[1].value);
  EXPECT_DOUBLE_EQ(second.value, (0.8 + 0.25) / 2);
  const Estimate& change = std::get<Estimate>(results->by_length[1].change->difference);
  EXPECT_FALSE(results->by_length[1].change->paired);
  EXPECT_DOUBLE_EQ(change.value, second.value - first.value);
  EXPECT_LT(change.interval->low, change.value);
  EXPECT_TRUE(results->cells.empty());
  EXPECT_TRUE(results->by_depth.empty());
}

TEST(GroupLengths, ALengthThatATaskLacksHasNoFigure) {
  const auto results = group({task({10, 10, 9}, 10), task({10, -1}, 10)});
  ASSERT_TRUE(results);
  ASSERT_EQ(results->by_length.size(), 3u);
  EXPECT_TRUE(as_estimate(results->by_length[0].value));
  EXPECT_EQ(std::get<Failed>(results->by_length[1].value).reason, "measured for 1 of 2 tasks");
  EXPECT_TRUE(std::holds_alternative<Failed>(results->by_length[2].value));
  EXPECT_TRUE(std::holds_alternative<NotRun>(results->by_length[2].change->difference));
  const auto& above = std::get<EffectiveLength>(results->above_score);
  EXPECT_EQ(above.length, 256);
  EXPECT_EQ(above.end, LengthEnd::kNotMeasured);
  EXPECT_FALSE(group({}));
}

TEST(GroupLengths, EffectiveLengthIsThatOfTheMean) {
  // One task falls below 0.85 at 512, their mean does not.
  const auto results = group({task({20, 16, 10}, 20), task({20, 20, 10}, 20)});
  const auto& above = std::get<EffectiveLength>(results->above_score);
  EXPECT_EQ(above.length, 512);
  ASSERT_TRUE(above.interval);
  EXPECT_EQ(above.interval->low.value_or(0), 256);  // the mean of 40 items is not sure
  EXPECT_EQ(above.interval->high.value_or(0), 512);
}

TEST(GroupLengths, TheCurveSaysWhatIsMissing) {
  const auto results = group({task({10, 10}, 10), task({10, -1}, 10)});
  std::string text;
  for (const TableLine& line : length_lines("ruler", {*results}, 100)) text += line.text + "\n";
  EXPECT_NE(text.find("measured for 1 of 2 tasks"), std::string::npos) << text;
  EXPECT_EQ(text.find("item errors"), std::string::npos) << text;
}

// One task alone has the figures of its group.
TEST(GroupLengths, OfOneTaskAreItsOwn) {
  const LengthResults one = task({10, 7, 3}, 10);
  const auto results = group({one});
  for (std::size_t l = 0; l < 3; ++l) {
    const Estimate& is = std::get<Estimate>(results->by_length[l].value);
    const Estimate& was = std::get<Estimate>(one.by_length[l].value);
    EXPECT_DOUBLE_EQ(is.value, was.value);
    EXPECT_NEAR(is.interval->low, was.interval->low, 1e-12);
    EXPECT_NEAR(is.interval->high, was.interval->high, 1e-12);
    EXPECT_NEAR(*is.std_error, *was.std_error, 1e-12);
  }
  const Json group_json = to_json(*results);
  EXPECT_EQ(group_json.at("effective"), to_json(one).at("effective"));
}

}  // namespace
}  // namespace assay
