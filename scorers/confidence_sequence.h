// Stopping as soon as a paired comparison is decided, without paying for having looked: a betting
// confidence sequence for the mean of a finite set of values in [-1, 1] that are seen one after
// another, without replacement.
//
// Somebody who doubts the hypothesis "the mean of all N values is at most m" starts with 1 and bets
// on every value. Under the hypothesis the mean of what is still to come is at most
//   c = (N·m − Σ seen) / (N − n),
// so a bet of λ >= 0 on a value x multiplies the wealth by 1 + λ(x − c), which is fair or worse,
// and by Ville's inequality the wealth ever reaches 1/α with probability at most α. All m whose
// bettor got that far are excluded; what is left is an interval at every moment, and the truth is
// in all of these intervals at once with probability 1 − α. When all N values are seen only their
// mean is left. Source: Waudby-Smith & Ramdas, "Confidence sequences for sampling without
// replacement" (NeurIPS 2020), and "Estimating means of bounded random variables by betting" (JRSSB
// 2024). λ is not estimated: the wealth is the average over bettors with fixed λ (the method of
// mixtures), which makes it monotone in m.
//
// A block of several values may be observed at once, with c and λ as they stood before it. That is
// fair when the block is drawn with equal chances for all remaining values by a design whose
// generating polynomial g is real stable, as stratified and pivotal sampling are (Brändén &
// Jonasson 2012, "Negative dependence in sampling"): then g^(1/B) is concave (Gårding 1959), and
//   E Π (1 + λ(x_i − c)) = g(1 + λ(x − c)) <= (1 + λ(mean of the rest − c))^B <= 1.
// tasks/sampling_order.h draws such blocks.
//
// Thread-safety: value types.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "assay/measurement.h"

namespace assay {

// The bettor against "the mean is at most `mean`". O(1) per value.
class BettingTest {
 public:
  // `population`: number of values there are altogether; 0 = infinitely many (drawn with
  // replacement, so c stays `mean`).
  BettingTest(std::size_t population, double mean);

  // REQUIRES: all values in [-1, 1]; no more of them altogether than the population.
  void observe(std::span<const double> block);

  // The greatest wealth so far; infinite once the hypothesis is impossible.
  double greatest_wealth() const { return greatest_; }

 private:
  static constexpr std::array<double, 6> kBets = {0.8, 0.4, 0.2, 0.1, 0.05, 0.025};

  std::size_t population_;
  double mean_;
  std::size_t seen_ = 0;
  double sum_ = 0;
  std::array<double, kBets.size()> wealth_;
  double greatest_ = 1;
};

// One paired item: the difference of the two scores, in [-1, 1], or the range it is known to lie
// in when the item could not be measured ([-1, 1], or less when one score is known).
struct PairedDraw {
  double low = -1;
  double high = 1;
};

enum class SequenceVerdict { kUndecided, kBetter, kWorse, kWithinMargin };

struct SequenceRule {
  double alpha = 0.05;           // of a wrong claim at any time, both sides together
  std::optional<double> margin;  // claims |mean| < margin; none: only differences are claimed
};

// The running comparison. A difference is claimed when the sequence excludes zero and the same bets
// also exclude a population without a difference (c stays 0): towards the end of a finite set the
// first alone would call any difference of its last items real. "Within the margin" is claimed when
// the sequence lies inside (−margin, margin); it speaks of the N items.
class PairedSequence {
 public:
  // REQUIRES: population >= 1, 0 < alpha < 1
  PairedSequence(std::size_t population, const SequenceRule& rule);

  // Looks after the block; once there is a verdict it stays, and later draws only narrow
  // interval().
  void observe(std::span<const PairedDraw> block);

  SequenceVerdict verdict() const { return verdict_; }
  std::size_t decided_after() const { return decided_after_; }  // draws; 0 = undecided
  std::size_t seen() const { return draws_.size(); }
  std::size_t population() const { return population_; }

  // The confidence sequence now: the intersection of all intervals so far. O(seen) times the bits
  // of a double; exact (a point when nothing was unmeasured) at the full set.
  Interval interval() const;

 private:
  std::size_t population_;
  SequenceRule rule_;
  BettingTest above_, above_population_, below_, below_population_;  // zero
  std::optional<BettingTest> above_margin_, below_margin_;
  SequenceVerdict verdict_ = SequenceVerdict::kUndecided;
  std::size_t decided_after_ = 0;
  std::vector<PairedDraw> draws_;
  std::vector<std::size_t> block_ends_;
};

}  // namespace assay
