// The GSM8K family's answer extraction, through judge(), on responses made to be awkward.
#include <gtest/gtest.h>

#include "assay/text.h"
#include "scorers/judge.h"
#include "scorers/python_format.h"
#include "tests/scorers/golden.h"
#include "tests/scorers/tasks.h"

namespace assay {
namespace {

TEST(Gsm8kAnswers, BothFiltersOfEveryVariantAgreeWithTheOriginal) {
  ASSAY_NEEDS_GOLDEN("gsm8k_answers.jsonl");
  for (const Json& line : testing::golden_lines("gsm8k_answers.jsonl")) {
    const Task task = testing::gsm8k_task(line.at("task"));
    ASSERT_FALSE(task.filters.empty()) << line.at("task");
    Item item{"0", "", 0, {{"target", line.at("target")}}};
    const auto judged = judge(task, item, testing::texts({line.at("response")}), nullptr);
    ASSERT_TRUE(judged) << judged.error().message;
    ASSERT_EQ(judged->size(), line.at("filters").size());
    for (const Judgement& j : *judged) {
      const Json& wanted = line.at("filters").at(j.filter);
      EXPECT_EQ(j.filtered, Json::array({wanted.at("filtered")})) << line;
      EXPECT_EQ(j.values.at(0).value, wanted.at("exact_match").get<double>()) << line;
    }
  }
}

}  // namespace
}  // namespace assay
