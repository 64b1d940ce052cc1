// Plans against their definition: every path can be read back from the plan, tokens in common
// appear once, sets only shrink, rows fall where outputs are wanted.
#include "runtime/prefix_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "runtime/sampler.h"

namespace assay {
namespace {

using ::testing::ElementsAre;

std::vector<PlanPath> as_paths(const std::vector<std::vector<Token>>& texts,
                               const std::vector<std::size_t>& outputs) {
  std::vector<PlanPath> paths;
  for (std::size_t i = 0; i < texts.size(); ++i) paths.push_back({texts[i], outputs[i]});
  return paths;
}

// Replays the plan as the cache would see it and compares every path.
void expect_faithful(const std::vector<PlanPath>& paths, std::size_t header,
                     const PrefixPlan& plan) {
  std::map<int, std::vector<Token>> sequences;
  std::map<int, std::set<int>> last_set;
  std::map<std::pair<int, int>, int> row_at;  // (sequence, position)
  for (const PlannedToken& token : plan.tokens) {
    const std::vector<int>& set = plan.sets[static_cast<std::size_t>(token.set)];
    ASSERT_FALSE(set.empty());
    for (const int s : set) {
      std::vector<Token>& text = sequences[s];
      ASSERT_EQ(token.position, static_cast<int>(header + text.size()));
      text.push_back(token.token);
      row_at[{s, token.position}] = token.row;
      const std::set<int> now(set.begin(), set.end());
      if (last_set.contains(s)) {
        EXPECT_TRUE(std::includes(last_set[s].begin(), last_set[s].end(), now.begin(), now.end()));
      }
      last_set[s] = now;
    }
  }
  EXPECT_EQ(static_cast<int>(sequences.size()), plan.sequence_count);
  std::set<int> rows;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    const std::vector<Token>& text = sequences[plan.sequence_of[p]];
    ASSERT_GE(text.size(), paths[p].tokens.size() - header);
    EXPECT_TRUE(std::equal(paths[p].tokens.begin() + static_cast<std::ptrdiff_t>(header),
                           paths[p].tokens.end(), text.begin()));
    for (std::size_t i = 0; i < plan.rows[p].size(); ++i) {
      const int position = static_cast<int>(paths[p].first_output + i);
      EXPECT_GE(plan.rows[p][i], 0);
      EXPECT_EQ(plan.rows[p][i], (row_at[{plan.sequence_of[p], position}]));
      rows.insert(plan.rows[p][i]);
    }
  }
  EXPECT_EQ(static_cast<int>(rows.size()), plan.row_count);
}

TEST(PrefixPlan, OneTokenChoicesShareEverythingAndOneRow) {
  // Four choices of one token each: the inputs are the same context.
  const std::vector<std::vector<Token>> texts(4, {7, 8, 9});
  const std::vector<PlanPath> paths = as_paths(texts, {2, 2, 2, 2});
  const PrefixPlan plan = plan_prefixes(paths, 0, Sequences::kShared);
  EXPECT_EQ(plan.tokens.size(), 3U);
  EXPECT_EQ(plan.sequence_count, 1);
  EXPECT_EQ(plan.row_count, 1);
  expect_faithful(paths, 0, plan);
}

TEST(PrefixPlan, ALongerChoiceContinuesAShorterOne) {
  const std::vector<std::vector<Token>> texts = {{7, 8}, {7, 8, 9, 1}, {7, 8, 5}};
  const std::vector<PlanPath> paths = as_paths(texts, {1, 1, 1});
  const PrefixPlan plan = plan_prefixes(paths, 0, Sequences::kShared);
  EXPECT_EQ(plan.tokens.size(), 5U);
  EXPECT_EQ(plan.sequence_count, 2);
  EXPECT_EQ(plan.row_count, 4);
  expect_faithful(paths, 0, plan);
}

TEST(PrefixPlan, SamplesOfOnePromptKeepSequencesOfTheirOwn) {
  const std::vector<std::vector<Token>> texts = {{7, 8}, {7, 8}, {7, 8, 9}};
  const std::vector<PlanPath> paths = as_paths(texts, {1, 1, 2});
  const PrefixPlan plan = plan_prefixes(paths, 0, Sequences::kOnePerPath);
  EXPECT_EQ(plan.tokens.size(), 3U);
  EXPECT_EQ(plan.sequence_count, 3);
  EXPECT_NE(plan.sequence_of[0], plan.sequence_of[1]);
  expect_faithful(paths, 0, plan);
}

TEST(PrefixPlan, RandomTreesAreFaithful) {
  SplitMix64 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<std::vector<Token>> texts(1 + random.next() % 9);
    std::vector<std::size_t> outputs;
    const std::vector<Token> start(random.next() % 5, 4);
    for (std::vector<Token>& text : texts) {
      text = start;
      const std::size_t more = 1 + random.next() % 8;
      for (std::size_t i = 0; i < more; ++i) text.push_back(static_cast<Token>(random.next() % 2));
      outputs.push_back(start.size() + random.next() % more);
    }
    const std::vector<PlanPath> paths = as_paths(texts, outputs);
    const std::size_t header = shared_header(paths, 2);
    EXPECT_EQ(header % 2, 0U);
    for (const Sequences sequences : {Sequences::kShared, Sequences::kOnePerPath}) {
      const PrefixPlan plan = plan_prefixes(paths, header, sequences);
      expect_faithful(paths, header, plan);
      std::set<std::vector<Token>> nodes;  // the distinct beginnings beyond the header
      for (const std::vector<Token>& text : texts) {
        for (std::size_t n = header + 1; n <= text.size(); ++n) {
          nodes.insert({text.begin(), text.begin() + static_cast<std::ptrdiff_t>(n)});
        }
      }
      EXPECT_EQ(plan.tokens.size(), nodes.size());
    }
  }
}

TEST(PrefixPlan, TheHeaderEndsBeforeTheFirstOutput) {
  const std::vector<std::vector<Token>> texts = {{1, 2, 3, 4, 5}, {1, 2, 3, 4, 6}};
  EXPECT_EQ(shared_header(as_paths(texts, {4, 4}), 1), 4U);
  EXPECT_EQ(shared_header(as_paths(texts, {4, 2}), 1), 2U);
  EXPECT_EQ(shared_header(as_paths(texts, {4, 4}), 3), 3U);
  EXPECT_EQ(shared_header({}, 64), 0U);
}

}  // namespace
}  // namespace assay
