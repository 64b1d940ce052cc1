// A task that two runs share: its pairs of items, its metrics, and the one that claims are about.
//
// Thread-safety: pure; points into the folders, which must outlive it.
#pragma once

#include <string>
#include <vector>

#include "results/pairing.h"

namespace assay {

struct ComparedTask {
  TaskPairs pairs;
  const Task* task = nullptr;  // nullptr when this program does not have it
  std::vector<MetricSpec> metrics;
  std::vector<std::string> filters;  // in the order of their judgements
  std::string metric, filter;        // the headline's; "" without one
  bool higher_is_better = true;
  bool share = false;  // the headline is a score between 0 and 1, better when higher
};

ComparedTask compared_task(const TaskRecord& base, const TaskRecord& other);

}  // namespace assay
