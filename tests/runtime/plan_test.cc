// Plans of tasks whose texts are made: lengths that one of several tasks can make nothing of.
#include "runtime/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/data_home.h"
#include "tasks/longctx/made_items.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

expected<Plan> plan_for(const std::vector<std::string>& targets, const Json& lengths) {
  RunSettings settings;
  settings.targets = targets;
  settings.task_settings["*"] = {{"lengths", lengths}};
  return make_plan(settings, {}, DataHome("/nonexistent"), nullptr);
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
