// A comparison for people: the sentences first, then the figures they rest on, then what the
// answers did, what the files cost, and what else differs between the runs. As lines with kinds,
// like the result table, so that a caller may colour them.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/table.h"

namespace assay {

// `width`: columns available, 0 = as wide as it needs.
std::vector<TableLine> comparison_lines(const Comparison& comparison, std::size_t width = 0);
std::string comparison_text(const Comparison& comparison, std::size_t width = 0);

// The items that changed: prompt, both answers, both probabilities. `task` "" = all tasks; `limit`
// 0 = all of them, else the first ones, and how many were left out.
std::string flips_text(const Comparison& comparison, const std::string& task, std::size_t limit);

}  // namespace assay
