// See interval_strip.h.
#include "results/interval_strip.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay {
namespace {

std::size_t cell_of(double value, Interval range, std::size_t cells) {
  const double share = (value - range.low) / (range.high - range.low);
  const double cell = std::floor(share * static_cast<double>(cells));
  return static_cast<std::size_t>(std::clamp(cell, 0.0, static_cast<double>(cells - 1)));
}

}  // namespace

std::string interval_strip(double value, const std::optional<Interval>& interval, Interval range,
                           std::size_t cells, std::optional<double> reference) {
  std::vector<std::string> drawn(cells, " ");
  const std::size_t at = cell_of(value, range, cells);
  if (reference) drawn[cell_of(*reference, range, cells)] = "│";
  if (interval) {
    const std::size_t from = cell_of(interval->low, range, cells);
    const std::size_t to = cell_of(interval->high, range, cells);
    for (std::size_t i = from; i <= to; ++i) drawn[i] = drawn[i] == "│" ? "┼" : "─";
    if (from < at) drawn[from] = "├";
    if (to > at) drawn[to] = "┤";
  }
  drawn[at] = "●";
  std::string text;
  for (const std::string& cell : drawn) text += cell;
  return text;
}

std::string strip_axis(const std::string& low, const std::string& high, std::size_t cells) {
  const std::size_t used = display_width(low) + display_width(high);
  return low + std::string(cells > used ? cells - used : 1, ' ') + high;
}

Interval round_range(double largest) {
  if (!(largest > 0)) return {-1, 1};
  const double power = std::pow(10.0, std::floor(std::log10(largest)));
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    if (factor * power >= largest * (1 - 1e-12)) return {-factor * power, factor * power};
  }
  return {-largest, largest};
}

TextTable table_with_strips(std::size_t width,
                            const std::function<TextTable(std::size_t cells)>& make) {
  if (width > 0) {
    for (const std::size_t cells : {32, 24, 16, 12}) {
      TextTable table = make(cells);
      // The rule below the title is as long as the table is wide.
      if (display_width(table.lines().at(1)) <= width) return table;
    }
  }
  return make(0);
}

}  // namespace assay
