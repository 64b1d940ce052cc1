// What programs that ran are worth, how endings are worded and counted, which programs are the
// same, and which function MBPP's tests are about.
#include "scorers/code_judgement.h"

#include <gtest/gtest.h>

#include "scorers/code_extraction.h"
#include "scorers/filters.h"
#include "scorers/pass_at_k.h"

namespace assay {
namespace {

ProgramOutcome ended(CodeOutcome kind, const std::string& detail = "") { return {kind, detail}; }

TEST(CodeOutcomes, AreWordsAndGroups) {
  EXPECT_EQ(outcome_text(ended(CodeOutcome::kPassed)), "passed");
  EXPECT_EQ(outcome_text(ended(CodeOutcome::kRaised, "KeyError: 3")), "raised KeyError: 3");
  EXPECT_EQ(outcome_text(ended(CodeOutcome::kTimedOut, "10 s")), "timed out: 10 s");
  EXPECT_EQ(outcome_group(ended(CodeOutcome::kRaised, "KeyError: 'a: b'")), "KeyError");
  EXPECT_EQ(outcome_group(ended(CodeOutcome::kRaised, "StopIteration")), "StopIteration");
  EXPECT_EQ(outcome_group(ended(CodeOutcome::kKilledBySandbox, "reply size: it returned 9 bytes")),
            "reply size");
  EXPECT_EQ(outcome_group(ended(CodeOutcome::kEndedEarly, "SIGSEGV")), "SIGSEGV");
  EXPECT_EQ(outcome_group(ended(CodeOutcome::kFailedAssertion, "f(1) is 2: bad")), "");
}

TEST(SettlePrograms, GivesPassAtKOrNothing) {
  Task task;
  task.build_program = [](const Json&, const std::string& text) { return text; };
  task.metrics = {{"pass@k", "mean", true, {{"k", {1, 2, 9}}}}};
  Judgement judgement;
  judgement.programs = {ended(CodeOutcome::kRaised, "E: x"), ended(CodeOutcome::kPassed),
                        ended(CodeOutcome::kTimedOut)};
  settle_programs(task, judgement);
  ASSERT_EQ(judgement.values.size(), 2U);
  EXPECT_EQ(judgement.values[0].value, pass_at_k(3, 1, 1));
  EXPECT_EQ(judgement.values[1].value, pass_at_k(3, 1, 2));
  EXPECT_NE(judgement.why.find("1 of 3 programs passed"), std::string::npos);
  EXPECT_NE(judgement.why.find("pass@9 needs 9 samples"), std::string::npos);
  judgement.programs.push_back(ended(CodeOutcome::kDidNotStart));
  settle_programs(task, judgement);
  EXPECT_TRUE(judgement.values.empty()) << "what was not measured is no wrong answer";
}

TEST(DistinctPrograms, DifferInMoreThanWhiteSpaceAtLineEnds) {
  EXPECT_EQ(count_distinct_programs({"def f():\n  return 1\n", "def f():  \r\n\n  return 1"}), 1U);
  EXPECT_EQ(count_distinct_programs({"def f():\n  return 1\n", "def f():\n   return 1\n"}), 2U)
      << "indentation is kept";
  EXPECT_EQ(count_distinct_programs({"x = 'a  b'", "x = 'a b'", "x = 'a b'  # same"}), 3U);
  EXPECT_EQ(count_distinct_programs({"", "\n\n", " "}), 1U);
}

TEST(FunctionUnderTest, IsTheFirstThatIsNoBuiltIn) {
  EXPECT_EQ(function_under_test("assert similar((1, 2), (2,)) == (2,)"), "similar");
  EXPECT_EQ(function_under_test("assert set(unique([1, 1])) == set([1])\n"), "unique");
  EXPECT_EQ(function_under_test("import math\nassert math.isclose(volume(10), 4188.79)"), "volume");
  EXPECT_EQ(function_under_test("assert not (is_odd (2))"), "is_odd");
  EXPECT_EQ(function_under_test("assert sum(10, 15) == 6"), "sum");
  EXPECT_EQ(function_under_test("x = 3"), "");
}

std::string read_by(const FilterStep& step, const Json& doc, const std::string& answer) {
  const auto pipeline = CompiledPipeline::compile({"p", {step}});
  if (!pipeline) return pipeline.error().message;
  const auto out = pipeline->apply({answer}, {doc, {}});
  return out ? out->values.at(0).value.get<std::string>() : out.error().message;
}

// The fault that the original is known for, and that ours does not have.
TEST(ExtractProgram, KeepsTheFirstWordThatTheOriginalLoses) {
  const Json doc = {{"test_list", {"assert add(1, 2) == 3"}}};
  const std::string answer = "def add(a, b):\n    return a + b\n```\nThat is all.";
  EXPECT_EQ(read_by({"extract_program", {{"tests", "test_list"}}}, doc, answer),
            "def add(a, b):\n    return a + b\n");
  EXPECT_EQ(read_by({"extract_code"}, doc, answer), " add(a, b):\n    return a + b");
}

TEST(ExtractProgram, SaysWhichFieldIsMissing) {
  EXPECT_NE(
      read_by({"extract_program", {{"tests", "test_list"}}}, Json::object(), "x").find("test_list"),
      std::string::npos);
}

}  // namespace
}  // namespace assay
