// A long-context task's figures on a terminal or in a plain file: the score at each length with its
// interval, what is lost against the shortest, the effective lengths, and the heat map of depths by
// lengths in block characters. What was not measured is drawn as that.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/length_results.h"
#include "results/table.h"

namespace assay {

// `name`: of the task. `width` as TableOptions::width. Empty for a task without such figures.
std::vector<TableLine> length_lines(const std::string& name,
                                    const std::vector<LengthResults>& lengths, std::size_t width);

// A table of depths (rows) by lengths (columns). `glyph` is drawn twice in front of `text`.
struct HeatCell {
  std::string glyph;
  std::string text;
  Shade shade;
};
struct HeatMap {
  std::vector<std::string> columns;          // the lengths
  std::vector<std::string> rows;             // the depths
  std::vector<std::vector<HeatCell>> cells;  // by row
};
std::vector<TableLine> heat_lines(const HeatMap& map);

}  // namespace assay
