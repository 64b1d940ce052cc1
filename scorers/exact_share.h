// Intervals for shares of few items: the mean of values between 0 and 1, where a normal interval is
// wrong and one of width nothing (all items alike) would be worse.
//
// Pure and thread-safe. The tests enumerate or simulate the coverage.
#pragma once

#include <span>

#include "assay/measurement.h"

namespace assay {

// Clopper and Pearson's interval (scorers/statistics.h) for values that are 0 or 1. Values in
// between have no such law; their mean varies no more than a share of the same expectation does, so
// the limits are those of the sum rounded down (lower) and up (upper): wider, never narrower.
// REQUIRES: not empty, every value in [0, 1]
Interval exact_share_interval(std::span<const double> values);

// The difference other − base of two independent shares from the interval of each (Newcombe 1998,
// Statistics in Medicine 17:873, method 10, with other limits than Wilson's; Zou & Donner 2008):
//   low  = d − sqrt((other − other.low)² + (base.high − base)²),
//   high = d + sqrt((other.high − other)² + (base − base.low)²).
Interval unpaired_difference_interval(double base, const Interval& base_interval, double other,
                                      const Interval& other_interval);

// The mean m of k independent shares pᵢ from the interval (lᵢ, uᵢ) of each, by the same rule
// (Zou & Donner 2008, Statistics in Medicine 27:1693, for sums): m − sqrt(Σ(pᵢ − lᵢ)²)/k to
// m + sqrt(Σ(uᵢ − pᵢ)²)/k. REQUIRES: not empty, as many intervals as shares
Interval mean_of_shares_interval(std::span<const double> shares,
                                 std::span<const Interval> intervals);

}  // namespace assay
