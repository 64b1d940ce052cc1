// What changed between two runs of a long-context task, length by length and cell by cell, on the
// same items. The statistics are those of every comparison (results/paired_metric.h), with Holm's
// correction over the lengths; the cells' intervals are not corrected, they say where to look.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/paired_metric.h"
#include "results/pairing.h"
#include "results/table.h"

namespace assay {

// nullopt when the task's items have no length. `options.margin` plays no part.
std::optional<LengthShift> length_shift(const TaskPairs& pairs, const MetricSpec& metric,
                                        const std::string& filter, const PairedOptions& options);

struct LengthShiftNames {
  std::string task, base, other;
};

// A line per length and the map of differences, for terminals and files. Cells have their intervals
// where `width` (0 = unlimited) allows it.
std::vector<TableLine> length_shift_lines(const LengthShift& shift, const LengthShiftNames& names,
                                          std::size_t width);

}  // namespace assay
