// An interval drawn in one line of a table: "   ├──●────┤  ". The column's title is its axis, so
// that bars of one table can be held against each other. Only drawings: the figures stand beside
// them.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "assay/measurement.h"
#include "results/text_table.h"

namespace assay {

// Exactly `cells` characters: the value as ●, its interval as a line with ends where they lie in
// other cells than the value, `reference` (no difference) as │. What lies outside of `range` is
// drawn at its edge. REQUIRES: cells > 0, range.low < range.high.
std::string interval_strip(double value, const std::optional<Interval>& interval, Interval range,
                           std::size_t cells, std::optional<double> reference = std::nullopt);

// The axis over the strips: `low` at the left, `high` at the right.
std::string strip_axis(const std::string& low, const std::string& high, std::size_t cells);

// The symmetric range around 0 in round numbers (1, 2 or 5 times a power of ten) that holds
// `largest`.
Interval round_range(double largest);

// The widest table that fits into `width`: `make` is called with the cells of its strips, 0 = none.
// Without a width (a pipe) there are no strips.
TextTable table_with_strips(std::size_t width,
                            const std::function<TextTable(std::size_t cells)>& make);

}  // namespace assay
