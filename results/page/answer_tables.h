// What a comparison knows of the answers themselves, as tables of a page: how far distributions
// moved, calibration, and where generated texts part. docs/statistics.md defines the figures.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/page/page.h"

namespace assay::page {

std::string task_name(const TaskComparison& task);

// A table of tasks on their own lines, the members of groups (indented rows) folded below it. An
// empty table adds nothing.
void add_with_members(Table table, std::vector<Block>& blocks);

// `names` of comparison.others, in their order. Columns in which no run has anything are left out.
void add_answer_tables(const Comparison& comparison, const std::vector<std::string>& names,
                       std::vector<Block>& blocks);

}  // namespace assay::page
