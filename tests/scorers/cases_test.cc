// Cases as data: tests/cases/*.jsonl, each a model's output and what must be read out of it and
// what that is worth. Add a line there when a new way of being misread turns up.
#include <gtest/gtest.h>

#include <fstream>

#include "assay/text.h"
#include "scorers/judge.h"
#include "scorers/python_format.h"
#include "tests/scorers/tasks.h"

namespace assay {
namespace {

std::vector<Json> cases(const std::string& name) {
  std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/tests/cases/" + name);
  std::vector<Json> out;
  for (std::string line; std::getline(in, line);) out.push_back(Json::parse(line));
  EXPECT_GE(out.size(), 8U) << name;
  return out;
}

std::vector<Judgement> judged(const Task& task, const Json& doc, const Response& response) {
  auto out = judge(task, {"1", "", 0, doc}, response, nullptr);
  if (!out) {
    ADD_FAILURE() << out.error().message;
    return {};
  }
  return std::move(*out);
}

TEST(Cases, Gsm8k) {
  for (const Json& c : cases("gsm8k.jsonl")) {
    const auto js =
        judged(testing::gsm8k_task(c.at("task")), c, testing::texts({c.at("response")}));
    ASSERT_EQ(js.size(), 2U);
    for (const Judgement& j : js) {
      EXPECT_EQ(j.extracted, c.at(j.filter)[0]) << j.filter << ": " << c.at("about");
      EXPECT_EQ(j.values.at(0).value, c.at(j.filter)[1]) << j.filter << ": " << c.at("about");
    }
  }
}

TEST(Cases, Choices) {
  for (const Json& c : cases("choices.jsonl")) {
    std::vector<MetricSpec> metrics;
    for (const auto& [name, value] : c.at("values").items()) metrics.push_back({name});
    const auto js = judged(testing::choice_task(metrics), c,
                           testing::scores(c.at("lls").get<std::vector<double>>()));
    ASSERT_EQ(js.size(), 1U);
    for (const MetricValue& v : js[0].values) {
      EXPECT_EQ(v.value, c.at("values").at(v.metric)) << v.metric << ": " << c.at("about");
    }
  }
}

TEST(Cases, ExactMatch) {
  for (const Json& c : cases("exact_match.jsonl")) {
    std::vector<FilterPipeline> filters;
    if (c.contains("filters")) {
      filters.push_back({"p", {}});
      for (const Json& step : c.at("filters")) filters[0].steps.push_back({step[0], step[1]});
    }
    const auto js =
        judged(testing::text_task(filters, c.at("args")), c, testing::texts({c.at("response")}));
    ASSERT_EQ(js.size(), 1U);
    EXPECT_EQ(js[0].values.at(0).value, c.at("value")) << c.at("about");
    EXPECT_EQ(js[0].filter, filters.empty() ? "none" : "p");
  }
}

TEST(Cases, Majority) {
  for (const Json& c : cases("majority.jsonl")) {
    FilterPipeline pipeline{"maj", {}};
    if (!c.at("k").is_null()) pipeline.steps.push_back({"take_first_k", {{"k", c.at("k")}}});
    pipeline.steps.push_back(
        {"regex", {{"regex_pattern", "The answer is (\\-?[0-9\\.\\,]*[0-9]+)"}}});
    pipeline.steps.push_back({"majority_vote"});
    pipeline.steps.push_back({"take_first"});
    const auto js = judged(testing::text_task({pipeline}, testing::gsm8k_arguments()), c,
                           testing::texts(c.at("responses").get<std::vector<std::string>>()));
    ASSERT_EQ(js.size(), 1U);
    EXPECT_EQ(js[0].filtered, Json::array({c.at("filtered")})) << c.at("about");
    EXPECT_EQ(js[0].values.at(0).value, c.at("value")) << c.at("about");
  }
}

}  // namespace
}  // namespace assay
