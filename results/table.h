// The result table of a run, as `assay run` and `assay score` print it: one line per task, filter
// and metric; groups above their indented children; then what could not be measured and why, the
// time, the speed, the memory and the place of the run.
//
// Colour is none of its business: a caller that wants some gets the lines and their kinds.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/summary.h"

namespace assay {

enum class LineKind { kTitle, kRule, kGroup, kTask, kAbsent, kError, kFooter };

// Parts of a line that have a colour of their own: cells of a heat map.
enum class Shade { kGood, kMiddling, kPoor, kAbsent };

struct Tint {
  std::size_t begin, end;  // bytes of the line's text
  Shade shade;
};

struct TableLine {
  LineKind kind;
  std::string text;
  std::vector<Tint> tints{};  // in order, not overlapping
};

struct TableOptions {
  std::size_t width = 0;  // columns available; 0 = as wide as it needs
  std::string folder;     // shown below; "" = left out
};

std::vector<TableLine> result_table(const Summary& summary, const TableOptions& options);

// The same as one text.
std::string result_table_text(const Summary& summary, const TableOptions& options);

}  // namespace assay
