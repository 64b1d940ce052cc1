// Plans: how items are cut into units, and tasks whose texts are made with lengths of which one of
// several tasks can make nothing.
#include "runtime/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "datasets/data_home.h"
#include "tasks/longctx/made_items.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

expected<Plan> plan_for(const std::vector<std::string>& targets, const Json& lengths) {
  RunSettings settings;
  settings.targets = targets;
  settings.task_settings["*"] = {{"lengths", lengths}};
  return make_plan(settings, {}, DataHome("/nonexistent"), nullptr);
}

// The units' sizes, in plan order.
std::vector<std::size_t> cut(const std::vector<std::string>& targets,
                             std::optional<std::size_t> items, std::optional<int> samples = {},
                             int shots = 0) {
  RunSettings settings;
  settings.targets = targets;
  settings.items = items;
  settings.samples = samples;
  if (shots > 0) settings.shots = shots;
  const expected<Plan> plan = make_plan(settings, {}, DataHome("/nonexistent"), nullptr);
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  std::vector<std::size_t> sizes;
  std::vector<std::size_t> seen(plan ? plan->tasks.size() : 0);
  for (const Unit& unit : plan ? plan->units : std::vector<Unit>()) {
    EXPECT_EQ(unit.index, sizes.size());
    for (const std::size_t position : unit.positions) EXPECT_EQ(position, seen[unit.task]++);
    sizes.push_back(unit.size());
  }
  for (std::size_t t = 0; t < seen.size(); ++t) {
    EXPECT_EQ(seen[t], plan->tasks[t].loaded.items.size());
  }
  return sizes;
}

TEST(Units, OfChoicesAreEvenlyManyAndTheLastTasksEndSmall) {
  EXPECT_THAT(cut({"mini-arc"}, 1), ElementsAre(1));
  EXPECT_THAT(cut({"mini-arc"}, 3), ElementsAre(2, 1));
  EXPECT_THAT(cut({"mini-arc"}, 13), ElementsAre(5, 3, 2, 2, 1));
  EXPECT_THAT(cut({"mini-arc"}, 42), ElementsAre(14, 10, 6, 4, 3, 2, 2, 1));
  EXPECT_THAT(cut({"mini-arc", "mini-hellaswag"}, 20), ElementsAre(5, 5, 5, 5, 7, 5, 3, 2, 2, 1));
}

TEST(Units, OfOneFewShotHeaderHaveSeveralItems) {
  EXPECT_THAT(cut({"mini-mmlu_astronomy"}, 12), ElementsAre(4, 3, 2, 2, 1));
  EXPECT_THAT(cut({"mini-mmlu_astronomy"}, 12, {}, 3), ElementsAre(4, 3, 3, 2));
  EXPECT_THAT(cut({"mini-arc"}, 12, {}, 3), ElementsAre(4, 3, 2, 2, 1)) << "shots of their own";
}

TEST(Units, OfChoicesBeforeWrittenAnswersAreAlike) {
  EXPECT_THAT(cut({"mini-arc", "mini-gsm8k"}, 13), ElementsAre(4, 3, 3, 3, 7, 6));
}

TEST(Units, OfWrittenAnswersHaveTextsThatGrowTogether) {
  EXPECT_THAT(cut({"mini-gsm8k"}, 2), ElementsAre(1, 1));
  EXPECT_THAT(cut({"mini-gsm8k"}, 16), ElementsAre(8, 8));
  EXPECT_THAT(cut({"mini-gsm8k"}, 62), ElementsAre(16, 16, 15, 15));
  EXPECT_THAT(cut({"mini-humaneval"}, 4, 10), ElementsAre(2, 2));
}

TEST(PlanOfMadeTexts, ATaskThatCanMakeNothingLeavesTheOthersAlone) {
  // A question over the words of six letters needs more than needles in short essays do.
  const auto plan = plan_for({"mini-needle", "ruler_fwe"}, {160});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->tasks.size(), 2u);
  EXPECT_EQ(text_problem(plan->tasks[0].loaded.items.front().item), std::nullopt);
  const LoadedItem& hopeless = plan->tasks[1].loaded.items.front();
  EXPECT_TRUE(text_problem(hopeless.item));
  EXPECT_FALSE(planned_request(*plan, plan->tasks[1], hopeless)) << "an item error, not a prompt";
}

TEST(PlanOfMadeTexts, LengthsOfWhichNothingCanBeMadeAreAMistake) {
  const auto plan = plan_for({"mini-needle", "ruler_fwe"}, {20});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kUsage);
  EXPECT_THAT(plan.error().message, HasSubstr("ask for other lengths with --lengths"));
}

}  // namespace
}  // namespace assay
