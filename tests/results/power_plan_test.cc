// The plan of a comparison: counts as the run would have them, figures of the formula, rates and
// discordance as an earlier run measured them, and words where nothing was measured.
#include "results/power_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/journal.h"
#include "tests/approval/approval.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using testing::SmallRun;
using testing_support::TempFolder;

Plan plan_of(const SmallRun& small) {
  auto plan = make_plan(small.settings, {}, small.data, &small.model);
  if (!plan) std::abort();
  return std::move(*plan);
}

TEST(PowerPlan, WithoutARunNothingIsMeasuredAndTheAssumptionIsStated) {
  const TempFolder temp;
  const SmallRun small(temp / "run", 300, 40);
  PowerQuestion question;
  question.difference = 0.05;
  const auto plan = plan_power(plan_of(small), &small.model, question);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->rows.size(), 3U);
  const PowerRow& arc = plan->rows[0];
  EXPECT_EQ(arc.cost.items, 300U);
  EXPECT_GT(arc.cost.prompt_tokens, 0U);
  EXPECT_EQ(arc.alpha, 0.025);
  EXPECT_EQ(arc.discordance, kAssumedDiscordance);
  EXPECT_EQ(arc.discordance_source, "assumed");
  EXPECT_EQ(arc.detectable, detectable_difference(300, 0.1, {0.025, 0.8}));
  EXPECT_EQ(arc.needed, items_needed(0.05, 0.1, {0.025, 0.8}));
  EXPECT_FALSE(arc.enough());
  EXPECT_FALSE(arc.seconds);
  EXPECT_EQ(plan->rows[2].name, "all");
  EXPECT_EQ(plan->rows[2].cost.items, 340U);
  EXPECT_EQ(plan->rows[2].alpha, 0.05);
  const std::string text = power_plan_text(*plan, 0);
  EXPECT_THAT(text, HasSubstr("is assumed"));
  EXPECT_THAT(text, HasSubstr("time: not measured"));
  EXPECT_THAT(text, HasSubstr("300 items are too few to detect 5 points; they could detect 5.5"));
  EXPECT_TRUE(to_json(*plan)["rows"][0]["seconds"].is_null());
}

TEST(PowerPlan, DiscordanceAndRateAreThoseOfTheRunsNamed) {
  const TempFolder temp;
  SmallRun base(temp / "base", 300, 40);
  base.model.delay = std::chrono::milliseconds(2);
  ASSERT_TRUE(base.go());
  SmallRun pilot(temp / "pilot", 300, 40);
  pilot.model.say = "The answer is 2.\n#### 2";  // right for one of the 40
  ASSERT_TRUE(pilot.go());
  const auto base_run = load_run(base.folder);
  const auto pilot_run = load_run(pilot.folder);
  ASSERT_TRUE(base_run);
  ASSERT_TRUE(pilot_run);
  PowerQuestion question;
  question.base = &*base_run;
  question.pilot = &*pilot_run;
  const auto plan = plan_power(plan_of(base), &base.model, question);
  ASSERT_TRUE(plan) << plan.error().message;
  // The same script: not one of 300 differs. That is no proof that none ever does.
  EXPECT_NEAR(plan->rows[0].discordance, 1 - std::pow(0.025, 1 / 300.0), 1e-12);
  EXPECT_THAT(plan->rows[0].discordance_source, HasSubstr("none on 300 items"));
  EXPECT_NEAR(plan->rows[1].discordance, 1.0 / 40, 1e-12);
  EXPECT_EQ(plan->rows[1].discordance_source, "measured on 40 items");
  EXPECT_NEAR(plan->rows[2].discordance, 1.0 / 340, 1e-12);

  // All of the pilot's items at the pilot's own rate take what they took.
  double seconds = 0;
  const expected<JournalContents> journal = read_journal(pilot.folder + "/journal.jsonl");
  for (const JournalUnit& unit : journal->units) {
    if (unit.records.front().task == "arc_easy") seconds += unit.seconds;
  }
  ASSERT_TRUE(plan->rows[0].seconds);
  EXPECT_NEAR(*plan->rows[0].seconds, seconds, 1e-9 + 1e-6 * seconds);
  EXPECT_THAT(power_plan_text(*plan, 0), HasSubstr("this machine"));

  // A task that the earlier run did not have has no time, and says so.
  SmallRun narrow(temp / "narrow", 300, 40);
  narrow.settings.targets = {"arc_easy"};
  ASSERT_TRUE(narrow.go());
  const auto narrow_run = load_run(narrow.folder);
  question = {};
  question.base = &*narrow_run;
  const auto partly = plan_power(plan_of(base), &base.model, question);
  EXPECT_TRUE(partly->rows[0].seconds);
  EXPECT_FALSE(partly->rows[1].seconds);
  EXPECT_FALSE(partly->rows[2].seconds);
  EXPECT_EQ(partly->rows[2].time_source, "not measured for 1 of 2 tasks");

  // A trial of the model itself goes before both, and gives no discordance.
  question.base = &*base_run;
  question.trial = &*narrow_run;
  const auto tried = plan_power(plan_of(base), &base.model, question);
  EXPECT_EQ(tried->rows[0].discordance_source, "assumed");
  EXPECT_NEAR(*tried->rows[0].seconds, *partly->rows[0].seconds, 1e-12);
  EXPECT_FALSE(tried->rows[1].seconds) << "the trial did not have it";
  EXPECT_THAT(power_plan_text(*tried, 0), HasSubstr("measured just now on 300 items"));
}

// Subjects of a group that no item was tried of take the rate of those that were.
TEST(PowerPlan, TheTimeOfAGroupRestsOnItsMeasuredTasks) {
  const TempFolder temp;
  const auto rows = [](const char* subject, int count) {
    std::vector<Json> out;
    for (int i = 0; i < count; ++i) {
      out.push_back({{"question", fmt::format("Which number follows {}?", i)},
                     {"subject", subject},
                     {"choices", {"1", "2", "3", "4"}},
                     {"answer", 0}});
    }
    return out;
  };
  SmallRun all(temp / "all", 1, 1);
  SmallRun some(temp / "some", 1, 1);
  const std::vector<std::string> group = {"mmlu_other"};
  const expected<ResolvedTargets> resolved = resolve_targets(group, {});
  const std::size_t tasks = resolved->tasks.size();
  for (const ResolvedTask& task : resolved->tasks) {
    const std::string& subject = task.task->data.config;
    for (SmallRun* run : {&all, &some}) {
      run->data.add("mmlu/" + subject + "/test", rows(subject.c_str(), 5));
      run->data.add("mmlu/" + subject + "/dev", rows(subject.c_str(), 5));
    }
  }
  all.settings.targets = group;
  some.settings.targets = {resolved->tasks.front().task->name};
  some.model.delay = std::chrono::milliseconds(2);
  ASSERT_TRUE(some.go());
  const auto trial = load_run(some.folder);
  PowerQuestion question;
  question.trial = &*trial;
  const auto plan = plan_power(plan_of(all), &all.model, question);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->rows.size(), 1U);
  EXPECT_EQ(plan->rows[0].time_source, fmt::format("measured on 1 of {} tasks", tasks));
  double seconds = 0;
  std::size_t tokens = 0;
  const expected<JournalContents> journal = read_journal(some.folder + "/journal.jsonl");
  for (const JournalUnit& unit : journal->units) {
    seconds += unit.seconds;
    for (const JournalRecord& record : unit.records) {
      tokens += static_cast<std::size_t>(record.evidence.answer->prompt_tokens);
    }
  }
  const double rate = seconds / static_cast<double>(tokens);
  EXPECT_NEAR(*plan->rows[0].seconds, rate * static_cast<double>(plan->rows[0].cost.prompt_tokens),
              1e-9);
  EXPECT_THAT(power_plan_text(*plan, 0),
              HasSubstr(fmt::format("time of mmlu_other: measured on 1 of {} tasks", tasks)));
}

TEST(PowerPlanText, Approved) {
  PowerPlan plan;
  plan.question.difference = 0.02;
  PowerRow mmlu{"mmlu", {"mmlu", 14042, 14042, 5, "", 56168, 9876543, {}, 0, 12}, 0.05 / 3};
  mmlu.discordance = 0.062;
  mmlu.discordance_source = "measured on 1400 items";
  mmlu.detectable = 0.0068;
  mmlu.needed = 1630;
  mmlu.seconds = 4321;
  PowerRow gsm8k{"gsm8k", {"gsm8k", 200, 1319, 5, "", 200, 200000, {}, 51200, 0}, 0.05 / 3};
  gsm8k.discordance = 0.1;
  gsm8k.discordance_source = "assumed";
  gsm8k.detectable = 0.0706;
  gsm8k.needed = 2603;
  PowerRow code{"humaneval", {"humaneval", 164, 164, 0, "", 164, 21000, {}, 83968, 0}, 0.05 / 3};
  code.discordance = 0.03;
  code.discordance_source = "assumed";
  code.needed = 780;
  PowerRow all{"all", {"all", 14406, 15525, 0, "", 56532, 10097543, {}, 135168, 12}, 0.05};
  all.discordance = 0.0621;
  all.discordance_source = "measured on 1400 items";
  all.detectable = 0.0058;
  all.needed = 1216;
  plan.rows = {mmlu, gsm8k, code, all};
  plan.notes = {
      "time at the engine seconds per token of each task in runs/f16 (f16.gguf), made on "
      "this machine, with another model"};
  plan.model = "q4.gguf";
  plan.memory = {4683073536, 1207959552, 2};
  test::expect_approved("power_plan", power_plan_text(plan, 0));
}

}  // namespace
}  // namespace assay
