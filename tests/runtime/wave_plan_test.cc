// Waves of prompts against what must hold of any of them, over random prompts, and against cases
// worked out by hand.
#include "runtime/wave_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "assay/python_random.h"

namespace assay {
namespace {

ContextSettings settings() {
  ContextSettings out;
  out.max_length = 256;
  out.cells = 512;
  out.batch = 64;
  out.outputs = 64;
  out.rules = {.fork = true, .trim = true, .branches = 63};
  return out;
}

std::vector<WavePrompt> as_prompts(const std::vector<std::vector<Token>>& tokens, int max_tokens) {
  std::vector<WavePrompt> prompts;
  for (const std::vector<Token>& one : tokens) prompts.push_back({one, max_tokens});
  return prompts;
}

TEST(WavePlan, WavesAreAboutABatchAndShareWhatAllBeginWith) {
  // 10 tokens in common, then 20 of its own each: three fit into a batch of 64.
  std::vector<std::vector<Token>> tokens;
  for (Token i = 0; i < 7; ++i) {
    tokens.emplace_back(10, 5);
    tokens.back().resize(30, 100 + i);
  }
  const WavePlan plan = plan_waves(as_prompts(tokens, 8), 4, settings());
  EXPECT_EQ(plan.base, 10u);
  EXPECT_EQ(plan.ends, (std::vector<std::size_t>{3, 6, 7}));
  const std::vector<WavePrompt> prompts = as_prompts(tokens, 8);
  EXPECT_EQ(plan_wave(std::span(prompts).first(3), 4).tokens.size(), 6u + 3 * 20);
  EXPECT_EQ(plan_wave(std::span(prompts).subspan(3, 3), plan.base).tokens.size(), 60u);
}

TEST(WavePlan, OnePromptKeepsItsLastTokenForTheOutput) {
  const std::vector<std::vector<Token>> tokens = {{1, 2, 3}, {1, 2, 3}};
  const WavePlan plan = plan_waves(as_prompts(tokens, 1), 0, settings());
  EXPECT_EQ(plan.base, 2u);
  EXPECT_EQ(plan.ends, (std::vector<std::size_t>{2}));
}

TEST(WavePlan, EachPromptOnceInOrderWithinRoomForTheLongestText) {
  PythonRandom random(11);
  for (int round = 0; round < 300; ++round) {
    ContextSettings limits = settings();
    limits.rules.branches = static_cast<int>(random.randint(kLeastBranches, 63));
    const WaveLayout layout = wave_layout(limits);
    ASSERT_GE(layout.slots, 1);
    ASSERT_GE(layout.stems, 1);
    ASSERT_EQ(layout.sequences(), limits.rules.branches);
    const auto common = static_cast<std::size_t>(random.randint(0, 80));
    std::vector<std::vector<Token>> tokens(static_cast<std::size_t>(random.randint(1, 40)));
    std::vector<WavePrompt> prompts;
    for (std::vector<Token>& one : tokens) {
      one.assign(common, 3);
      const std::int64_t more = random.randint(1, 120);
      for (std::int64_t i = 0; i < more; ++i) {
        one.push_back(static_cast<Token>(random.randint(0, 1)));
      }
      prompts.push_back({one, static_cast<int>(random.randint(1, 40))});
    }
    const std::size_t header = common - common % 64;
    const WavePlan plan = plan_waves(prompts, header, limits);
    ASSERT_GE(plan.base, common);
    ASSERT_EQ(plan.ends.back(), prompts.size());
    std::size_t begin = 0;
    for (const std::size_t end : plan.ends) {
      ASSERT_GT(end, begin);
      ASSERT_LE(end - begin, static_cast<std::size_t>(layout.stems));
      std::size_t cells = plan.base + 1;
      int longest = 0;
      std::set<std::vector<Token>> beginnings;  // the slow way of counting: every prefix, once
      for (std::size_t i = begin; i < end; ++i) {
        const std::vector<Token>& one = tokens[i];
        ASSERT_TRUE(std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(plan.base),
                               tokens[0].begin()));
        ASSERT_LT(plan.base, one.size());
        cells += one.size() - plan.base;
        longest = std::max(longest, prompts[i].max_tokens);
        for (std::size_t n = plan.base + 1; n <= one.size(); ++n) {
          beginnings.insert({one.begin(), one.begin() + static_cast<std::ptrdiff_t>(n)});
        }
      }
      if (end - begin > 1) {
        ASSERT_LE(cells + static_cast<std::size_t>(longest),
                  static_cast<std::size_t>(limits.cells));
      }
      const auto wave = std::span(prompts).subspan(begin, end - begin);
      ASSERT_EQ(plan_wave(wave, plan.base).tokens.size(), beginnings.size());
      begin = end;
    }
  }
}

}  // namespace
}  // namespace assay
