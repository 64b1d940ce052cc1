// One metric over paired items: both values, their difference, its interval, its test and what the
// comparison could have seen. Chooses the method by what the values are (docs/statistics.md):
//
//   right or wrong, items alone   Tango's interval, exact McNemar
//   right or wrong, clusters      clustered mean of differences; p is the greater of its own and
//                                 McNemar's
//   other means                   paired mean of differences, clustered where items are
//   perplexities, bits per byte   the same on the log-likelihoods per item, word or byte
//   medians                       bootstrap over pairs
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/scorer.h"
#include "results/comparison.h"
#include "results/pairing.h"

namespace assay {

struct ValuePair {
  double base;
  double other;
  double weight;
  std::size_t cluster;
};

struct PairedOptions {
  double alpha = 0.05;           // intervals have the level 1 − alpha
  double claim_alpha = 0.05;     // the level a single claim needs at worst, for `detectable`
  std::optional<double> margin;  // as CompareOptions::margin
};

// The metric's values of the measured pairs under a filter, in item order; pairs in which one side
// has no value are left out.
std::vector<ValuePair> value_pairs(const TaskPairs& pairs, const std::string& metric,
                                   const std::string& filter);

// Whether every value is exactly 0 or 1.
bool right_or_wrong(const std::vector<ValuePair>& values);

// NotRun when there are no values. The result's `headline` is false.
MetricComparison compare_metric(const MetricSpec& metric, const std::string& filter,
                                const std::vector<ValuePair>& values, const PairedOptions& options);

// The unweighted mean of tasks' figures (a group whose tasks weigh the same): the mean of their
// differences with sqrt(Σ se²)/k. NotRun when a part has no figure. REQUIRES: same metric, shares.
MetricComparison average_of(const std::vector<const MetricComparison*>& parts,
                            const PairedOptions& options);

}  // namespace assay
