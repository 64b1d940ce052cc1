// The tables of a comparison's text: scores, answers, the ladder and what each run cost. Internal
// to comparison_text.h, which puts them in order.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/table.h"

namespace assay {

// Each appends to `out`; `width` 0 = as wide as it needs. Tables are set off by an empty line in
// front, except scores and ladder.
void add_scores(const PairComparison& pair, const std::string& base, std::size_t width,
                std::vector<TableLine>& out);
// Nothing when no answer is on record.
void add_answers(const PairComparison& pair, std::size_t width, std::vector<TableLine>& out);
// Claims of several runs in one table: rows are runs, columns the claimed lines.
void add_ladder(const Comparison& comparison, std::size_t width, std::vector<TableLine>& out);
void add_costs(const Comparison& comparison, std::size_t width, std::vector<TableLine>& out);
void add_blank(std::vector<TableLine>& out);

}  // namespace assay
