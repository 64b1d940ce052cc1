// The figures of a comparison, a line per task and metric: both values, the difference with its
// interval (on a terminal also drawn), p, items lost and gained. With what the other tables of a
// comparison share with it: how its lines are named and in which order they stand.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/text_table.h"

namespace assay {

// `width`: columns available, 0 = as wide as it needs and without drawings.
TextTable difference_table(const PairComparison& pair, const std::string& base, std::size_t width);

// The tasks and, where there is one, the line of all together.
std::vector<const TaskComparison*> all_lines(const PairComparison& pair);
// Indented by its depth; "all tasks" for the line of all together.
std::string line_name(const TaskComparison& task);
// A share in points, other figures as they are.
std::string value_text(FigureKind kind, double value);

}  // namespace assay
