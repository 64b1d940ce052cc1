// One aggregated figure of a run: a metric of a task (or group) under a filter pipeline, with the
// counts that belong beside it.
#pragma once

#include <cstddef>
#include <string>

#include "assay/measurement.h"

namespace assay {

struct Score {
  std::string task;  // task or group name
  bool is_group = false;
  std::string metric;  // "acc", "exact_match", "pass@1"
  std::string filter;  // "none", "strict-match"
  bool higher_is_better = true;
  Measurement value;
  std::size_t items = 0;   // items asked
  std::size_t errors = 0;  // items that could not be measured; not in the value's n
};

}  // namespace assay
