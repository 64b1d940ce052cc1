// See confidence_sequence.h.
#include "scorers/confidence_sequence.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay {
namespace {

// A bet may cost at most this share of the wealth, so that no single value ends it.
constexpr double kGreatestLoss = 0.9;
constexpr double kRounding = 1e-9;  // of sums of values

// Bisection halves until the ends are neighbours for every purpose.
constexpr int kHalvings = 60;

enum class Side { kLow, kHigh };

// The values as one side sees them: the worst that may be, upside down for the upper side.
std::vector<double> seen_from(std::span<const PairedDraw> draws, Side side) {
  std::vector<double> values;
  values.reserve(draws.size());
  for (const PairedDraw& draw : draws) values.push_back(side == Side::kLow ? draw.low : -draw.high);
  return values;
}

// The least mean that the bettor with 1/alpha to reach has not excluded.
double lower_bound(std::span<const double> values, std::span<const std::size_t> block_ends,
                   std::size_t population, double alpha) {
  double sum = 0;
  for (const double value : values) sum += value;
  const auto all = static_cast<double>(population);
  const double rest = all - static_cast<double>(values.size());
  // Whatever comes, the mean is in here; at the full set this is a point.
  double low = (sum - rest) / all;
  double high = (sum + rest) / all;
  if (values.empty() || rest <= 0) return low;
  const auto excluded = [&](double mean) {
    BettingTest test(population, mean);
    std::size_t begin = 0;
    for (const std::size_t end : block_ends) {
      test.observe(values.subspan(begin, end - begin));
      begin = end;
    }
    return test.greatest_wealth() * alpha >= 1;
  };
  for (int i = 0; i < kHalvings && low < high; ++i) {
    const double middle = low + (high - low) / 2;
    (excluded(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

BettingTest::BettingTest(std::size_t population, double mean)
    : population_(population), mean_(mean) {
  wealth_.fill(1);
}

void BettingTest::observe(std::span<const double> block) {
  if (block.empty()) return;
  const auto all = static_cast<double>(population_);
  double expected_mean = mean_;
  if (population_ > 0) {
    const double left = all - static_cast<double>(seen_);
    expected_mean = (all * mean_ - sum_) / left;
  }
  const double above_least = expected_mean + 1;  // the most a value can fall short of the mean
  for (std::size_t i = 0; i < kBets.size(); ++i) {
    const double bet = above_least > 0 ? std::min(kBets[i], kGreatestLoss / above_least) : kBets[i];
    for (const double value : block) wealth_[i] *= 1 + bet * (value - expected_mean);
  }
  for (const double value : block) sum_ += value;
  seen_ += block.size();
  double total = 0;
  for (const double wealth : wealth_) total += wealth;
  greatest_ = std::max(greatest_, total / static_cast<double>(kBets.size()));
  if (population_ > 0) {
    // Even if all others were −1, the mean would be greater than supposed.
    const double least = sum_ - (all - static_cast<double>(seen_));
    if (least > all * mean_ + kRounding) greatest_ = std::numeric_limits<double>::infinity();
  }
}

PairedSequence::PairedSequence(std::size_t population, const SequenceRule& rule)
    : population_(population),
      rule_(rule),
      above_(population, 0),
      above_population_(0, 0),
      below_(population, 0),
      below_population_(0, 0) {
  if (!rule.margin) return;
  above_margin_.emplace(population, -*rule.margin);
  below_margin_.emplace(population, -*rule.margin);
}

void PairedSequence::observe(std::span<const PairedDraw> block) {
  if (block.empty()) return;
  draws_.insert(draws_.end(), block.begin(), block.end());
  block_ends_.push_back(draws_.size());
  if (verdict_ != SequenceVerdict::kUndecided) return;
  const std::vector<double> low = seen_from(block, Side::kLow);
  const std::vector<double> high = seen_from(block, Side::kHigh);
  for (BettingTest* test : {&above_, &above_population_}) test->observe(low);
  for (BettingTest* test : {&below_, &below_population_}) test->observe(high);
  if (above_margin_) above_margin_->observe(low);
  if (below_margin_) below_margin_->observe(high);

  const auto won = [&](const BettingTest& test) {
    return test.greatest_wealth() * rule_.alpha >= 2;  // half of alpha for each side
  };
  if (won(above_) && won(above_population_)) {
    verdict_ = SequenceVerdict::kBetter;
  } else if (won(below_) && won(below_population_)) {
    verdict_ = SequenceVerdict::kWorse;
  } else if (above_margin_ && won(*above_margin_) && won(*below_margin_)) {
    verdict_ = SequenceVerdict::kWithinMargin;
  }
  if (verdict_ != SequenceVerdict::kUndecided) decided_after_ = draws_.size();
}

Interval PairedSequence::interval() const {
  const double alpha = rule_.alpha / 2;
  const double low = lower_bound(seen_from(draws_, Side::kLow), block_ends_, population_, alpha);
  const double high = -lower_bound(seen_from(draws_, Side::kHigh), block_ends_, population_, alpha);
  // They cross only when the sequence has missed, which happens with probability alpha.
  return {std::min(low, high), std::max(low, high)};
}

}  // namespace assay
