// Trunks: which prompts share what, against what can be worked out by hand, and against the slow
// way of counting: every prompt, its own tokens, less what its neighbour left.
#include "runtime/trunk_plan.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace assay {
namespace {

ContextSettings settings() {
  ContextSettings out;
  out.max_length = 4096;
  out.cells = 6144;
  out.batch = 64;
  out.outputs = 64;
  out.rules = {.fork = true, .trim = true, .branches = 63};
  return out;
}

// The same hay of `length` tokens with one other token at `needle`.
std::vector<Token> prompt(std::size_t length, std::size_t needle, Token mark) {
  std::vector<Token> tokens(length);
  std::iota(tokens.begin(), tokens.end(), 1000);
  tokens[needle] = mark;
  return tokens;
}

TEST(TrunkPlan, LongPromptsGoAloneAfterWholeChunksOfTheirNeighbour) {
  const std::vector<std::vector<Token>> prompts = {prompt(1000, 10, 1), prompt(1000, 300, 2),
                                                   prompt(1000, 700, 3), prompt(1000, 700, 4)};
  std::vector<TrunkPath> paths;
  for (std::size_t i = 0; i < prompts.size(); ++i) paths.push_back({prompts[i], i, 32});
  const std::vector<TrunkGroup> groups = group_prompts(paths, settings());
  ASSERT_EQ(groups.size(), 4u);
  const std::vector<std::size_t> headers = {0, 256, 640, 640};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    EXPECT_EQ(groups[i].begin, i);
    EXPECT_EQ(groups[i].end, i + 1);
    EXPECT_EQ(groups[i].header, headers[i]) << i;
  }
}

TEST(TrunkPlan, ShortPromptsStayTogetherAfterTheirCommonHeader) {
  std::vector<std::vector<Token>> prompts;
  for (Token i = 0; i < 5; ++i) prompts.push_back(prompt(200, 150, i));
  std::vector<TrunkPath> paths;
  for (std::size_t i = 0; i < prompts.size(); ++i) paths.push_back({prompts[i], i, 32});
  const std::vector<TrunkGroup> groups = group_prompts(paths, settings());
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].end, 5u);
  EXPECT_EQ(groups[0].header, 128u);
}

TEST(TrunkPlan, SamplesOfALongPromptAreOneGroup) {
  const std::vector<Token> tokens = prompt(3000, 0, 1);
  const std::vector<Token> other = prompt(3000, 2000, 1);
  std::vector<TrunkPath> paths;
  for (int sample = 0; sample < 40; ++sample) paths.push_back({tokens, 7, 200});
  paths.push_back({other, 8, 200});
  const std::vector<TrunkGroup> groups = group_prompts(paths, settings());
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].begin, 0u);
  EXPECT_EQ(groups[0].end, 40u);
  EXPECT_EQ(groups[1].end, 41u);
}

TEST(TrunkPlan, NothingIsHeldWhereNothingCanBeForked) {
  ContextSettings alone = settings();
  alone.rules = {.fork = false, .trim = false, .branches = 1};
  const std::vector<std::vector<Token>> prompts = {prompt(1000, 500, 1), prompt(1000, 500, 2)};
  const std::vector<TrunkPath> paths = {{prompts[0], 0, 8}, {prompts[1], 1, 8}};
  for (const TrunkGroup& group : group_prompts(paths, alone)) {
    EXPECT_EQ(group.header, 0u);
    EXPECT_EQ(group.end - group.begin, 1u);
  }
}

TEST(TrunkPlan, AHeaderKeepsWholeChunks) {
  const std::vector<Token> hay = prompt(400, 399, 1);
  const std::vector<Token> other = prompt(400, 200, 2);
  const std::span<const Token> all(hay);
  const ContextSettings usual = settings();
  EXPECT_EQ(kept_of_header(all.first(256), all.first(256), usual), 256u);
  EXPECT_EQ(kept_of_header(all.first(128), all.first(256), usual), 128u) << "it grows";
  EXPECT_EQ(kept_of_header(all.first(256), all.first(128), usual), 128u) << "it is trimmed";
  EXPECT_EQ(kept_of_header(all.first(256), std::span(other).first(256), usual), 192u);
  EXPECT_EQ(kept_of_header({}, all.first(64), usual), 0u);
  ContextSettings recurrent = usual;
  recurrent.rules.trim = false;
  EXPECT_EQ(kept_of_header(all.first(128), all.first(256), recurrent), 128u);
  EXPECT_EQ(kept_of_header(all.first(256), all.first(128), recurrent), 0u);
  EXPECT_EQ(kept_of_header(all.first(100), all.first(256), recurrent), 0u) << "a part of a chunk";
}

}  // namespace
}  // namespace assay
