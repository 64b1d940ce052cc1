// The order of asking: complete, fixed by its seed, nested, stratified; and its blocks are fair to
// bet on, by enumerating every draw.
#include "tasks/sampling_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "assay/python_random.h"
#include "scorers/confidence_sequence.h"

namespace assay {
namespace {

std::vector<std::string> labels(const std::vector<std::size_t>& sizes) {
  std::vector<std::string> strata;
  for (std::size_t s = 0; s < sizes.size(); ++s) {
    strata.insert(strata.end(), sizes[s], "subject " + std::to_string(s));
  }
  return strata;
}

// All outcomes of pivotal_sample with their probabilities: `below` follows a script of choices and
// the script is advanced like an odometer.
std::map<std::vector<std::size_t>, double> all_samples(const std::vector<std::size_t>& strata,
                                                       std::size_t size) {
  std::map<std::vector<std::size_t>, double> outcomes;
  std::vector<std::uint64_t> script;
  std::vector<std::uint64_t> limits;
  while (true) {
    limits.clear();
    const auto below = [&](std::uint64_t n) {
      limits.push_back(n);
      if (script.size() < limits.size()) script.push_back(0);
      return script[limits.size() - 1];
    };
    const std::vector<std::size_t> sample = pivotal_sample(strata, size, below);
    double chance = 1;
    for (const std::uint64_t limit : limits) chance /= static_cast<double>(limit);
    outcomes[sample] += chance;
    script.resize(limits.size());
    while (!script.empty() && script.back() + 1 == limits[script.size() - 1]) script.pop_back();
    if (script.empty()) return outcomes;
    ++script.back();
  }
}

TEST(PivotalSample, DrawsEachPositionWithTheSameChanceAndEachStratumItsShare) {
  for (const std::vector<std::size_t>& strata :
       {std::vector<std::size_t>{0, 0, 0, 1, 1}, {0, 0, 0, 0}, {0, 1, 1, 2}, {0, 1, 2, 3}}) {
    for (std::size_t size = 1; size <= strata.size(); ++size) {
      const auto outcomes = all_samples(strata, size);
      std::vector<double> chances(strata.size(), 0);
      double total = 0;
      for (const auto& [sample, chance] : outcomes) {
        ASSERT_EQ(sample.size(), size);
        total += chance;
        std::map<std::size_t, std::size_t> counts;
        for (const std::size_t position : sample) {
          chances[position] += chance;
          ++counts[strata[position]];
        }
        for (const std::size_t stratum : strata) {
          const double share =
              static_cast<double>(std::count(strata.begin(), strata.end(), stratum) * size) /
              static_cast<double>(strata.size());
          EXPECT_LT(std::fabs(static_cast<double>(counts[stratum]) - share), 1);
        }
      }
      EXPECT_NEAR(total, 1, 1e-12);
      for (const double chance : chances) {
        EXPECT_NEAR(chance, static_cast<double>(size) / static_cast<double>(strata.size()), 1e-12);
      }
    }
  }
}

TEST(PivotalSample, ABetOnAWholeBlockIsFairOrWorse) {
  // The claim of confidence_sequence.h, E Π (1 + λ(x − c)) <= 1, over all draws of a block, for
  // bets on either side and values with and without differences between the strata.
  PythonRandom random(41);
  for (const std::vector<std::size_t>& strata :
       {std::vector<std::size_t>{0, 0, 0, 1, 1}, {0, 0, 0, 0, 0}, {0, 1, 1, 2, 2}}) {
    for (std::size_t size = 1; size <= strata.size(); ++size) {
      const auto outcomes = all_samples(strata, size);
      for (int round = 0; round < 200; ++round) {
        std::vector<double> values;
        for (const std::size_t stratum : strata) {
          const auto shift = static_cast<double>(round % 3) * static_cast<double>(stratum) / 4;
          values.push_back(std::clamp(2 * random.random() - 1 + shift, -1.0, 1.0));
        }
        double mean = 0;
        for (const double value : values) mean += value / static_cast<double>(values.size());
        const double bet =
            (round % 2 == 0 ? 1 : -1) * 0.9 * random.random() / (1 + std::fabs(mean));
        double expectation = 0;
        for (const auto& [sample, chance] : outcomes) {
          double wealth = chance;
          for (const std::size_t position : sample) wealth *= 1 + bet * (values[position] - mean);
          expectation += wealth;
        }
        ASSERT_LE(expectation, 1 + 1e-12) << "size " << size << ", round " << round;
      }
    }
  }
}

TEST(SamplingOrder, HoldsEveryPositionOnceAndIsFixedByNameAndSeed) {
  for (const auto& strata : {labels({100}), labels({7, 30, 63}), labels({1, 1, 1}), labels({1})}) {
    const SamplingOrder order = sampling_order(strata, "mmlu", 1);
    EXPECT_EQ(std::set<std::size_t>(order.positions.begin(), order.positions.end()).size(),
              strata.size());
    EXPECT_EQ(order.positions.size(), strata.size());
    EXPECT_EQ(sampling_order(strata, "mmlu", 1).positions, order.positions);
    if (strata.size() < 10) continue;
    EXPECT_NE(sampling_order(strata, "mmlu", 2).positions, order.positions);
    EXPECT_NE(sampling_order(strata, "arc", 1).positions, order.positions);
  }
}

TEST(SamplingOrder, IsThisOneOnEveryMachine) {
  EXPECT_EQ(sampling_order(labels({8}), "gsm8k", 0).positions,
            (std::vector<std::size_t>{4, 0, 1, 2, 6, 3, 7, 5}));
  const SamplingOrder two = sampling_order(labels({20, 40}), "mmlu", 0);
  EXPECT_EQ(two.block, 32U);
  EXPECT_EQ(std::vector<std::size_t>(two.positions.begin(), two.positions.begin() + 8),
            (std::vector<std::size_t>{2, 4, 5, 6, 8, 9, 10, 11}));
}

TEST(SamplingOrder, EveryBlockHoldsItsShareOfWhatIsLeftOfEachSubject) {
  const std::vector<std::size_t> sizes = {10, 35, 5, 120, 64, 1};
  const std::vector<std::string> strata = labels(sizes);
  const SamplingOrder order = sampling_order(strata, "mmlu", 3);
  EXPECT_EQ(order.block, 32U);
  EXPECT_EQ(order.strata, 6U);
  std::map<std::string, double> left;
  for (const std::string& label : strata) ++left[label];
  for (std::size_t begin = 0; begin < order.positions.size(); begin += order.block) {
    const std::size_t end = std::min(begin + order.block, order.positions.size());
    const auto rest = static_cast<double>(order.positions.size() - begin);
    std::map<std::string, double> counts;
    for (std::size_t i = begin; i < end; ++i) ++counts[strata[order.positions[i]]];
    for (const auto& [label, remaining] : left) {
      const double share = remaining * static_cast<double>(end - begin) / rest;
      EXPECT_LT(std::fabs(counts[label] - share), 1) << label << " at " << begin;
    }
    for (const auto& [label, count] : counts) left[label] -= count;
  }
}

TEST(SamplingOrder, BlocksOfUnequalSubjectsClaimNoDifferenceThatIsNotThere) {
  // One subject gains what the other loses. The hypothesis is true, the subjects are not equal.
  const std::vector<std::string> strata = labels({60, 100});
  std::vector<double> values(160, 0);
  for (std::size_t i = 0; i < 30; ++i) values[2 * i] = 1;
  for (std::size_t i = 0; i < 30; ++i) values[60 + 3 * i] = -1;
  int claims = 0;
  int misses = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const SamplingOrder order = sampling_order(strata, "two", seed);
    PairedSequence sequence(160, {0.05, {}});
    BettingTest above(160, 0);
    for (std::size_t begin = 0; begin < 160; begin += order.block) {
      std::vector<PairedDraw> block;
      std::vector<double> plain;
      for (std::size_t i = begin; i < begin + order.block; ++i) {
        const double value = values[order.positions[i]];
        block.push_back({value, value});
        plain.push_back(value);
      }
      sequence.observe(block);
      above.observe(plain);
    }
    claims += sequence.verdict() == SequenceVerdict::kUndecided ? 0 : 1;
    misses += above.greatest_wealth() * 0.05 >= 1 ? 1 : 0;
  }
  EXPECT_LE(claims, 50);
  EXPECT_LE(misses, 71);
}

}  // namespace
}  // namespace assay
