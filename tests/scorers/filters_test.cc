// Filter pipelines and exact match, against the original's own outputs.
#include "scorers/filters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scorers/exact_match.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

FilterPipeline pipeline_of(const Json& steps) {
  FilterPipeline out{"test", {}};
  for (const Json& step : steps) {
    out.steps.push_back({step.at(0), step.at(1).is_null() ? Json::object() : step.at(1)});
  }
  return out;
}

// The single value a pipeline leaves; null with a test failure otherwise.
Json filtered(const FilterPipeline& pipeline, const std::vector<std::string>& samples,
              const Json& doc = Json::object()) {
  const auto compiled = CompiledPipeline::compile(pipeline);
  if (!compiled) {
    ADD_FAILURE() << compiled.error().message;
    return {};
  }
  const auto out = compiled->apply(samples, {doc, {}});
  if (!out) {
    ADD_FAILURE() << out.error().message;
    return {};
  }
  EXPECT_EQ(out->values.size(), 1U);
  return out->values.front().value;
}

TEST(Filters, GiveWhatTheOriginalGives) {
  ASSAY_NEEDS_GOLDEN("filters.jsonl");
  for (const Json& line : testing::golden_lines("filters.jsonl")) {
    const FilterPipeline pipeline = pipeline_of(line.at("pipeline"));
    for (std::size_t i = 0; i < line.at("resps").size(); ++i) {
      const Json doc = line.contains("docs") ? line.at("docs")[i] : Json::object();
      EXPECT_EQ(filtered(pipeline, line.at("resps")[i], doc), line.at("filtered")[i])
          << line.at("pipeline") << " on " << line.at("resps")[i];
    }
  }
}

TEST(Filters, UnknownNamesAreRefusedWithTheKnownOnes) {
  const auto compiled = CompiledPipeline::compile({"p", {{"take_frist"}}});
  ASSERT_FALSE(compiled);
  EXPECT_EQ(compiled.error().code, ErrorCode::kUsage);
  EXPECT_THAT(compiled.error().message, HasSubstr("take_frist"));
  EXPECT_THAT(compiled.error().message, HasSubstr("majority_vote, map, multi_choice_regex"));
}

TEST(Filters, BrokenArgumentsAreRefused) {
  for (const FilterStep& step :
       {FilterStep{"regex", {{"regex_pattern", "(unclosed"}}}, FilterStep{"take_first_k"},
        FilterStep{"regex", {{"group_select", "two"}}}, FilterStep{"map"}}) {
    const auto compiled = CompiledPipeline::compile({"p", {step}});
    ASSERT_FALSE(compiled) << step.function << step.args;
    EXPECT_EQ(compiled.error().code, ErrorCode::kUsage);
  }
}

TEST(Filters, TooFewSamplesAreAnErrorNotAWrongAnswer) {
  const auto compiled = CompiledPipeline::compile({"p", {{"take_first_k", {{"k", 3}}}}});
  ASSERT_TRUE(compiled);
  const auto out = compiled->apply({"a", "b"}, {Json::object(), {}});
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().message, HasSubstr("needs 3 samples but the item has 2"));
}

TEST(Filters, SayWhichRuleMatched) {
  const auto rule = [](const std::string& text) {
    return extract_by_regex("([0-9]+)", -1, "[invalid]", text)->rule;
  };
  EXPECT_EQ(rule("1 and 2"), "regex match 2 of 2");
  EXPECT_EQ(rule("none"), "no match");
}

TEST(Filters, CodeIsCutOutOfItsFence) {
  ASSAY_NEEDS_GOLDEN("code_assembly.jsonl");
  for (const Json& line : testing::golden_lines("code_assembly.jsonl")) {
    EXPECT_EQ(filtered({"p", {{"extract_code"}, {"take_first"}}}, {line.at("response")}),
              line.at("mbpp_instruct"))
        << line;
  }
}

TEST(Filters, ProgramsComeFromTheTask) {
  const auto compiled = CompiledPipeline::compile({"create_test", {{"create_test"}}});
  ASSERT_TRUE(compiled);
  const ProgramBuilder build = [](const Json& doc, const std::string& text) {
    return doc.at("prompt").get<std::string>() + text;
  };
  const Json doc = {{"prompt", "def f():\n"}};
  const auto out = compiled->apply({"  return 1", "  return 2"}, {doc, build});
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->programs);
  EXPECT_EQ(out->values[1].value, "def f():\n  return 2");
  EXPECT_FALSE(compiled->apply({"x"}, {doc, {}})) << "a task without a program builder";
}

double exact_match(const std::string& prediction, const std::string& reference, const Json& args) {
  const auto rule = ExactMatch::compile(args);
  EXPECT_TRUE(rule);
  return *rule->normalise(prediction) == *rule->normalise(reference) ? 1.0 : 0.0;
}

TEST(ExactMatch, NormalisesAsTheOriginal) {
  ASSAY_NEEDS_GOLDEN("exact_match_normalisation.jsonl");
  for (const Json& line : testing::golden_lines("exact_match_normalisation.jsonl")) {
    EXPECT_EQ(exact_match(line.at("pred"), line.at("ref"), line.at("kwargs")),
              line.at("exact_match").get<double>())
        << line;
  }
}

TEST(ExactMatch, UnknownArgumentsAreRefused) {
  EXPECT_FALSE(ExactMatch::compile({{"ignore_spaces", true}}));
  EXPECT_FALSE(ExactMatch::compile({{"ignore_case", "yes"}}));
  EXPECT_FALSE(ExactMatch::compile({{"regexes_to_ignore", {"["}}}));
}

TEST(ExactMatch, TrailingNulsVanishAndLowerCasingCannotLengthen) {
  EXPECT_EQ(exact_match(std::string("a\0\0", 3), "a", Json::object()), 1.0);
  EXPECT_EQ(exact_match(std::string("a\0b", 3), "ab", Json::object()), 0.0);
  EXPECT_EQ(exact_match("İ", "i", {{"ignore_case", true}}), 1.0);
}

}  // namespace
}  // namespace assay
