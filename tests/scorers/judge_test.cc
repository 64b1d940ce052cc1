// judge(): one judgement per pipeline, texts for people, and refusals instead of guesses.
#include "scorers/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "assay/digest.h"
#include "scorers/aggregate.h"
#include "scorers/choice_metrics.h"
#include "tests/scorers/golden.h"
#include "tests/scorers/tasks.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Item item(Json doc) { return {"7", "", 7, std::move(doc)}; }

std::vector<std::string> names(const std::vector<MetricSpec>& metrics) {
  std::vector<std::string> out;
  for (const MetricSpec& m : metrics) out.push_back(m.name);
  return out;
}

TEST(Judge, SaysWhatWasPickedAndWhy) {
  const Task task = testing::choice_task({{"acc"}, {"acc_norm"}});
  const Item it = item({{"choices", {"tin", "gold", "iron"}}, {"gold", 2}});
  const auto js = judge(task, it, testing::scores({-2, -1, -1.5}, {false, true, false}), nullptr);
  ASSERT_TRUE(js);
  const Judgement& j = js->at(0);
  EXPECT_EQ(j.filter, "none");
  EXPECT_EQ(j.extracted, "gold");
  EXPECT_EQ(j.why, "picked B, gold C");
  EXPECT_EQ(j.rule, "argmax of log-likelihood");
  EXPECT_EQ(j.filtered, Json::parse(R"([["-2.0","False"],["-1.0","True"],["-1.5","False"]])"));
  const auto tie = judge(task, it, testing::scores({-1, -1, -2}), nullptr);
  EXPECT_THAT(tie->at(0).rule, HasSubstr("first of 2 equal"));
}

TEST(Judge, BrierScoreOfAnItem) {
  const Task task = testing::choice_task({{"brier_score"}});
  const auto js = judge(task, item({{"choices", {"a", "b"}}, {"gold", 0}}),
                        testing::scores({std::log(0.5), std::log(0.25)}), nullptr);
  ASSERT_TRUE(js);
  EXPECT_NEAR(js->at(0).values.at(0).value, 2.0 / 9.0, 1e-15);  // (2/3, 1/3) against (1, 0)
}

TEST(Choice, Mc2SurvivesUnderflow) {
  // e^-800 is zero in double precision; the quotient is not.
  EXPECT_NEAR(truthfulqa_mc2(std::vector<double>{-800, -800 - std::log(3)}, std::vector<int>{1, 0}),
              0.75, 1e-12);
  EXPECT_EQ(truthfulqa_mc2(std::vector<double>{-1, -2}, std::vector<int>{0, 0}), 0.0);
}

TEST(Judge, RefusesWhatItCannotScore) {
  const Task task = testing::choice_task({{"acc"}});
  const Item good = item({{"choices", {"a", "b"}}, {"gold", 0}});
  const auto message = [&](const Task& t, const Item& i, const Response& r) {
    const auto js = judge(t, i, r, nullptr);
    return js ? std::string("judged") : js.error().message;
  };
  EXPECT_THAT(message(task, good, testing::scores({-1, -2, -3})), HasSubstr("2 choices got 3"));
  EXPECT_THAT(message(task, good, testing::texts({"a"})), HasSubstr("not of the kind"));
  EXPECT_THAT(message(task, good, testing::scores({-1, std::nan("")})), HasSubstr("not a finite"));
  EXPECT_THAT(message(task, item({{"gold", 0}}), testing::scores({-1})), HasSubstr("choices"));
  EXPECT_THAT(message(testing::choice_task({{"acuracy"}}), good, testing::scores({-1, -2})),
              HasSubstr("\"acuracy\""));
  Task several = testing::text_task({{"all", {{"lowercase"}}}}, Json::object());
  EXPECT_THAT(message(several, item({{"target", "x"}}), testing::texts({"x", "y"})),
              HasSubstr("leaves 2 answers"));
  EXPECT_THAT(message(task, item({{"gold", 0}}), testing::scores({-1})),
              HasSubstr("Task choice, item 7"));
}

TEST(Judge, SeveralPipelinesKeepTheirOrder) {
  const auto js = judge(testing::gsm8k_task("gsm8k"), item({{"target", "#### 5"}}),
                        testing::texts({"5 apples, no, 6\n#### 5"}), nullptr);
  ASSERT_TRUE(js);
  ASSERT_EQ(js->size(), 2U);
  EXPECT_EQ(js->at(0).filter, "strict-match");
  EXPECT_EQ(js->at(1).filter, "flexible-extract");
  EXPECT_EQ(js->at(1).rule, "regex match 3 of 3");
  EXPECT_EQ(js->at(0).why, "\"5\" is the reference");
}

TEST(Judge, GreedyContinuations) {
  Task task;
  task.name = "last_word";
  task.output = OutputType::kLoglikelihood;
  task.metrics = {{"perplexity", "perplexity", false}, {"acc"}};
  const auto js = judge(task, item({}), testing::scores({-2.5}, {true}), nullptr);
  ASSERT_TRUE(js);
  EXPECT_EQ(js->at(0).values.at(0).value, -2.5);
  EXPECT_EQ(js->at(0).values.at(1).value, 1.0);
  EXPECT_EQ(js->at(0).filtered, Json::parse(R"([["-2.5","True"]])"));
}

TEST(Judge, RollingTextsAreWeighedByWordsAndBytes) {
  Task task;
  task.name = "pages";
  task.output = OutputType::kRolling;
  task.target = [](const Json& doc) -> Target { return doc.at("page").get<std::string>(); };
  const auto js =
      judge(task, item({{"page", " été deux\n"}}), {RollingScore{-12.0, 5}, 0, 0}, nullptr);
  ASSERT_TRUE(js);
  ASSERT_EQ(js->at(0).values.size(), 3U);
  EXPECT_EQ(js->at(0).values[0].weight, 4.0) << "the empty ends count as words";
  EXPECT_EQ(js->at(0).values[1].weight, 12.0);
  EXPECT_EQ(js->at(0).values[2].value, -12.0);
}

TEST(Judge, TasksThatScoreThemselvesSeeTheFilteredTexts) {
  Task task = testing::text_task({{"strip", {{"remove_whitespace"}, {"take_first"}}}}, {});
  task.process_results = [](const Item&, const Response& r) {
    const auto& text = std::get<std::vector<Generation>>(r.answer).at(0).text;
    return std::vector<MetricValue>{{"length", static_cast<double>(text.size())}};
  };
  const auto js = judge(task, item({}), testing::texts({"  ab "}), nullptr);
  ASSERT_TRUE(js);
  EXPECT_EQ(js->at(0).values.at(0).value, 2.0);
  EXPECT_EQ(js->at(0).why, "length = 2");
  task.process_results = [](const Item&, const Response&) {
    return std::vector<MetricValue>{{"length", std::nan("")}};
  };
  EXPECT_FALSE(judge(task, item({}), testing::texts({"x"}), nullptr));
}

// The fake execution of the golden runs: a program passes by the hash of its text.
class HashExecutor final : public CodeExecutor {
 public:
  expected<CodeVerdict> run(const std::string& candidate, const std::string& test) override {
    const bool ok = fnv1a64(test, fnv1a64("\xff", fnv1a64(candidate))) % 3 != 0;
    ++runs;
    const CodeOutcome kind = ok ? CodeOutcome::kPassed : CodeOutcome::kFailedAssertion;
    return CodeVerdict{ok, to_string(kind), kind};
  }
  int runs = 0;
};

class BrokenExecutor final : public CodeExecutor {
 public:
  expected<CodeVerdict> run(const std::string&, const std::string&) override {
    return unavailable("no python3 in the path");
  }
};

Task code_task(std::vector<MetricSpec> metrics) {
  Task task = testing::text_task({{"create_test", {{"create_test"}}}}, {});
  task.name = "code";
  task.build_program = [](const Json& doc, const std::string& text) {
    return doc.at("prompt").get<std::string>() + text;
  };
  task.metrics = std::move(metrics);
  return task;
}

TEST(JudgeCode, WithoutASandboxThereIsNoScore) {
  const Json doc = {{"prompt", "p"}, {"target", "t"}};
  const auto js = judge(code_task({{"pass@k"}}), item(doc), testing::texts({"1", "2"}), nullptr);
  ASSERT_TRUE(js);
  EXPECT_EQ(js->at(0).not_run, "no sandbox");
  EXPECT_TRUE(js->at(0).values.empty());
  EXPECT_EQ(js->at(0).filtered, Json::array({Json::array({"p1", "p2"})}));
  BrokenExecutor broken;
  const auto refused = judge(code_task({{"pass@k"}}), item(doc), testing::texts({"1"}), &broken);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->at(0).not_run, "no python3 in the path");
  EXPECT_TRUE(refused->at(0).values.empty());
  ASSERT_EQ(refused->at(0).programs.size(), 1U);
  EXPECT_EQ(refused->at(0).programs[0].kind, CodeOutcome::kDidNotStart);
}

TEST(JudgeCode, HowEachProgramEndedIsKept) {
  class Scripted final : public CodeExecutor {
   public:
    expected<CodeVerdict> run(const std::string& program, const std::string&) override {
      if (program == "p1") return CodeVerdict{true, "passed", CodeOutcome::kPassed};
      const std::string detail = "KeyError: <Odd object at 0x7f12ab34cd56>";
      return CodeVerdict{false, "raised " + detail, CodeOutcome::kRaised, detail};
    }
  } executor;
  const auto js = judge(code_task({{"pass@k"}}), item({{"prompt", "p"}, {"target", "t"}}),
                        testing::texts({"1", "2", "1", "1 \n\n"}), &executor);
  ASSERT_TRUE(js);
  const Judgement& j = js->at(0);
  ASSERT_EQ(j.programs.size(), 4U);
  EXPECT_EQ(j.programs[0].kind, CodeOutcome::kPassed);
  EXPECT_EQ(j.programs[1].kind, CodeOutcome::kRaised);
  EXPECT_EQ(j.programs[1].detail, "KeyError: <Odd object at 0x…>")
      << "addresses differ from run to run";
  EXPECT_EQ(j.distinct_programs, 2U);
  EXPECT_EQ(j.values.at(0).value, 0.5);
  EXPECT_THAT(j.why, HasSubstr("2 of 4 programs passed; the first that did not raised KeyError"));
}

TEST(JudgeCode, AProgramThatTwoPipelinesReadIsRunOnce) {
  HashExecutor executor;
  Task task = code_task({{"pass@k"}});
  task.filters = {{"whole", {{"create_test"}}},
                  {"first-line", {{"cut_at", {{"until", {"\n"}}}}, {"create_test"}}}};
  const auto js = judge(task, item({{"prompt", "p"}, {"target", "t"}}),
                        testing::texts({"1", "2\nmore"}), &executor);
  ASSERT_TRUE(js);
  EXPECT_EQ(executor.runs, 3);
  EXPECT_EQ(js->at(0).programs[0].kind, js->at(1).programs[0].kind);
  EXPECT_EQ(js->at(1).filtered, Json::array({Json::array({"p1", "p2"})}));
}

TEST(JudgeCode, MetricsAreNamedByTheirK) {
  EXPECT_THAT(names(reported_metrics(code_task({{"pass@k", "mean", true, {{"k", {1, 8}}}}}))),
              ElementsAre("pass@1", "pass@8"));
  EXPECT_THAT(names(reported_metrics(code_task({{"pass_at_1"}}))), ElementsAre("pass_at_1"));
  EXPECT_THAT(names(reported_metrics(code_task({}))), ElementsAre("pass@1"));
  EXPECT_THAT(names(reported_metrics(testing::choice_task({}))), ElementsAre("acc", "acc_norm"));
  const auto js =
      judge(code_task({{"pass_at_x"}}), item({{"target", "t"}}), testing::texts({"1"}), nullptr);
  ASSERT_FALSE(js);
  EXPECT_THAT(js.error().message, HasSubstr("pass_at_x"));
}

TEST(JudgeCode, AKBeyondTheSamplesIsLeftOut) {
  HashExecutor executor;
  const auto js =
      judge(code_task({{"pass@k", "mean", true, {{"k", {1, 3}}}}}),
            item({{"prompt", "p"}, {"target", "t"}}), testing::texts({"1", "2"}), &executor);
  ASSERT_TRUE(js);
  ASSERT_EQ(js->at(0).values.size(), 1U);
  EXPECT_EQ(js->at(0).values[0].metric, "pass@1");
  EXPECT_THAT(js->at(0).why, HasSubstr("pass@3 needs 3 samples"));
}

// Whole recorded runs: the samples files carry responses, programs and values.
void replay_code(const std::string& run, const std::string& name, Task task) {
  HashExecutor executor;
  std::vector<std::vector<MetricValue>> columns;
  for (const Json& line : testing::golden_lines("e2e/" + run + "/samples_" + name + ".jsonl")) {
    task.target = [&](const Json&) -> Target { return line.at("target").get<std::string>(); };
    const auto texts = line.at("resps")[0].get<std::vector<std::string>>();
    const auto js = judge(task, item(line.at("doc")), testing::texts(texts), &executor);
    ASSERT_TRUE(js) << js.error().message;
    EXPECT_EQ(js->at(0).filter, line.at("filter"));
    EXPECT_EQ(js->at(0).filtered, line.at("filtered_resps"));
    columns.resize(js->at(0).values.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const MetricValue& v = js->at(0).values[i];
      EXPECT_TRUE(testing::close(v.value, line.at(v.metric).get<double>())) << v.metric;
      columns[i].push_back(v);
    }
  }
  std::ifstream in(testing::golden_path("e2e/" + run + "/results.json"));
  const Json results = Json::parse(in).at("results").at(name);
  const auto specs = reported_metrics(task);
  ASSERT_EQ(specs.size(), columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto m = aggregate(specs[i], columns[i]);
    ASSERT_TRUE(m && as_estimate(*m) != nullptr);
    const std::string key = "," + task.filters[0].name;
    EXPECT_TRUE(testing::close(as_estimate(*m)->value, results.at(specs[i].name + key)));
    EXPECT_TRUE(
        testing::close(*as_estimate(*m)->std_error, results.at(specs[i].name + "_stderr" + key)));
  }
}

TEST(JudgeCode, RecordedRunWithSixtyFourSamples) {
  ASSAY_NEEDS_GOLDEN("e2e/humaneval_64/results.json");
  replay_code("humaneval_64", "humaneval_64",
              code_task({{"pass@k", "mean", true, {{"k", {2, 8, 16, 32, 64}}}}}));
}

TEST(JudgeCode, RecordedRunWithOneSample) {
  ASSAY_NEEDS_GOLDEN("e2e/humaneval/results.json");
  replay_code("humaneval", "humaneval", code_task({{"pass@k"}}));
  ASSAY_NEEDS_GOLDEN("e2e/mbpp/results.json");
  Task mbpp = code_task({{"pass_at_1"}});
  mbpp.filters = {{"none", {{"take_first"}}}};
  mbpp.build_program = [](const Json&, const std::string& text) { return text; };
  replay_code("mbpp", "mbpp", mbpp);
}

TEST(Judge, RecordedPerplexityWithItsBootstrapError) {
  ASSAY_NEEDS_GOLDEN("e2e/lambada/results.json");
  std::vector<MetricValue> values;
  for (const Json& line : testing::golden_lines("e2e/lambada/samples_lambada_openai.jsonl")) {
    values.push_back({"perplexity", line.at("perplexity")});
  }
  std::ifstream in(testing::golden_path("e2e/lambada/results.json"));
  const Json results = Json::parse(in).at("results").at("lambada_openai");
  const auto m = aggregate({"perplexity", "perplexity", false}, values);
  ASSERT_TRUE(m && as_estimate(*m) != nullptr);
  EXPECT_TRUE(testing::close(as_estimate(*m)->value, results.at("perplexity,none")));
  EXPECT_TRUE(testing::close(*as_estimate(*m)->std_error, results.at("perplexity_stderr,none")));
}

}  // namespace
}  // namespace assay
