// The charts of a long-context task: the curve over lengths and the map of lengths by depths, for
// report pages and for the drawing that a run folder gets. What was not measured is hatched or
// crossed, never shaded as zero.
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/length_results.h"
#include "results/page/page.h"

namespace assay {
struct Summary;
}

namespace assay::page {

// One run's figures of the task, under the name by which readers know the run.
struct NamedLengths {
  std::string name;
  const LengthResults* results;
};

Chart length_curve_chart(const std::string& task, std::span<const NamedLengths> runs);

// `id` is unique in the page.
Chart length_heat_chart(const std::string& task, const NamedLengths& run, const std::string& id);

// Paired differences run − base of each cell, with their intervals.
Chart length_difference_chart(const std::string& task, const std::string& base,
                              const std::string& run, const LengthShift& shift,
                              const std::string& id);

// Curve and map of every long-context task of a run as one SVG file that needs nothing else; ""
// when the run has none.
std::string lengths_svg(const Summary& summary);

}  // namespace assay::page
