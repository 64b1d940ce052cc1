// The order in which a run's tasks and groups are shown: as asked, each group in front of its
// children, every task once (under the first group that holds it).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "assay/json.h"

namespace assay {

struct ReportLine {
  std::string name;
  const Json* group = nullptr;  // the group's entry in the manifest; null for a task
  std::size_t depth = 0;
  std::string parent;                 // "" at the top level
  std::vector<std::string> children;  // of a group: those that were run
  std::vector<std::string> leaves;    // of a group: its tasks that were run, in report order
};

// `manifest` must outlive the result.
std::vector<ReportLine> report_order(const Json& manifest);

}  // namespace assay
