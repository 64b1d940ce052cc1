// One line of a comparison: a task, a group or all tasks together, with every figure that the pairs
// of its items give.
//
// Thread-safety: one thread at a time. The tasks and options given must outlive the object.
#pragma once

#include <string>
#include <vector>

#include "results/compared_task.h"
#include "results/comparison.h"
#include "results/paired_metric.h"

namespace assay {

class LineBuilder {
 public:
  // `claim_alpha`: the level a single claim needs at worst. `same_tokens`: a token id means the
  // same in both runs.
  LineBuilder(const CompareOptions& options, double claim_alpha, bool same_tokens)
      : options_(options),
        paired_{options.alpha, claim_alpha, options.margin},
        same_tokens_(same_tokens) {}

  // Counts, refusal and everything about the answers; no metrics yet.
  TaskComparison line(const std::vector<const ComparedTask*>& tasks);

  // All metrics of one task.
  void add_metrics(const ComparedTask& task, TaskComparison& out) const;

  // A metric over the pooled items of several tasks, or the mean of the tasks. "" stands for each
  // task's own headline.
  MetricComparison pooled(const std::vector<const ComparedTask*>& tasks, const std::string& metric,
                          const std::string& filter, bool by_size) const;

  // What a reader has to know beside the figures. REQUIRES: the metrics are there
  void add_notes(TaskComparison& out) const;

  // The items that changed in the last line.
  const std::vector<Flip>& flips() const { return flips_; }

 private:
  void refuse_for_errors(TaskComparison& out) const;

  const CompareOptions& options_;
  PairedOptions paired_;
  bool same_tokens_;
  std::vector<Flip> flips_;
};

}  // namespace assay
