// Which lines a comparison has: the tasks and groups of the base's report that both runs have, in
// its order, and which of them claims are made about.
//
// Pure and thread-safe; the result points into its arguments.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "assay/json.h"
#include "results/compare_line.h"
#include "results/report_order.h"

namespace assay {

// A line of the report that both runs have, with the tasks it stands for.
struct ComparedLine {
  ReportLine report;
  std::vector<const ComparedTask*> tasks;
  bool claimed = false;
};

// `manifest` is the base's; `tasks` by name.
std::vector<ComparedLine> compared_lines(const Json& manifest,
                                         const std::map<std::string, ComparedTask>& tasks);

// The line with all its figures and, where one is made, an empty claim.
TaskComparison compare_line(const ComparedLine& line, LineBuilder& builder);

}  // namespace assay
