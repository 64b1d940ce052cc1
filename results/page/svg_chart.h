// Charts as static SVG: what a page shows without scripts, in print, and where assay was built
// without the interactive viewer. Colours and fonts are classes (s0 … s7, axis, grid, band,
// hatched) that the page's style sheet fills in, so light and dark need one drawing. Runs differ by
// colour and by the shape of the mark.
//
// Pure and thread-safe.
#pragma once

#include <string>
#include <vector>

#include "results/page/page.h"

namespace assay::page {

inline constexpr std::size_t kSeriesColours = 8;

// An <svg> element with a text alternative.
std::string svg_chart(const Chart& chart);

// Round steps over [low, high], about `count` of them.
std::vector<double> axis_ticks(double low, double high, int count);

// "0.25", "1024", "12k": no more digits than a step needs.
std::string tick_text(double value, double step);

}  // namespace assay::page
