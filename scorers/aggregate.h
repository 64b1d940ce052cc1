// From per-item values to one figure with its uncertainty: section 9 of protocols.md for the value
// and the standard error; Wilson's interval for proportions, a clustered standard error where
// samples repeat an item (Miller 2024, arXiv 2411.00640).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/measurement.h"
#include "assay/scorer.h"

namespace assay {

// The values of one metric in data set order (the order is part of the result: sums and resampling
// depend on it), as numbers side by side: a run keeps one for every item.
class ValueSeries {
 public:
  void add(double value, double weight = 1.0);
  void append(const ValueSeries& other);
  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  std::span<const double> values() const { return values_; }
  double weight(std::size_t i) const { return weights_.empty() ? 1.0 : weights_[i]; }

 private:
  std::vector<double> values_;
  std::vector<double> weights_;  // empty: all are 1
};

struct AggregateOptions {
  std::size_t bootstrap_iterations = 100000;  // 0: no bootstrap standard errors
};

// Without values NotRun. An unknown aggregation gives an Error.
expected<Measurement> aggregate(const MetricSpec& metric, const ValueSeries& values,
                                const AggregateOptions& options = {});
expected<Measurement> aggregate(const MetricSpec& metric, std::span<const MetricValue> values,
                                const AggregateOptions& options = {});

struct GroupPart {
  Measurement value;
  std::size_t n;
};

// Group value and pooled standard error over leaf tasks. NotRun/Failed when a part has no estimate
// (the reason names how many).
Measurement aggregate_group(std::span<const GroupPart> leaves, bool weight_by_size);

}  // namespace assay
