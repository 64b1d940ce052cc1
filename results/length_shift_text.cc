// How differences over lengths are written: a line per length, and a map whose cells are drawn the
// fuller, the more changed. See length_shift.h.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/figures.h"
#include "results/interval_strip.h"
#include "results/length_lines.h"
#include "results/length_shift.h"
#include "results/text_table.h"

namespace assay {
namespace {

std::string points(double share) { return fmt::format("{:+.1f}", 100 * share); }

std::string interval_points(const PairedEstimate& e) {
  if (!e.interval) return "";
  return points(e.interval->low) + " … " + points(e.interval->high);
}

TextTable length_table(const LengthShift& shift, const LengthShiftNames& names, std::size_t cells) {
  std::vector<TextTable::Column> columns = {
      {"length", Align::kRight, 0},     {"items", Align::kRight, 0},
      {names.base, Align::kRight, 0},   {names.other, Align::kRight, 0},
      {"difference", Align::kRight, 0}, {"interval", Align::kLeft, 0}};
  if (cells > 0) columns.push_back({strip_axis("-100", "+100", cells), Align::kLeft, 0});
  columns.push_back({"p (Holm)", Align::kLeft, 0});
  TextTable table(columns);
  for (const LengthDifference& at : shift.by_length) {
    const PairedEstimate* e = as_paired(at.paired);
    if (e == nullptr) {
      table.add({std::to_string(at.length), "0", "not measured in both runs"});
      continue;
    }
    std::vector<std::string> row = {std::to_string(at.length), std::to_string(e->n),
                                    figure_text(e->base),      figure_text(e->other),
                                    points(e->difference),     interval_points(*e)};
    if (cells > 0) row.push_back(interval_strip(e->difference, e->interval, {-1, 1}, cells, 0.0));
    row.push_back(at.adjusted_p ? p_text(*at.adjusted_p) : "");
    table.add(std::move(row));
  }
  return table;
}

HeatCell difference_cell(const Paired& paired, bool with_interval) {
  const PairedEstimate* e = as_paired(paired);
  if (e == nullptr) return {"╳", "none", Shade::kAbsent};
  const double size = std::fabs(e->difference);
  const char* glyph = size == 0.0       ? "·"
                      : size >= 0.999   ? "█"
                      : size >= 2.0 / 3 ? "▓"
                      : size >= 1.0 / 3 ? "▒"
                                        : "░";
  std::string text = e->difference == 0.0 ? "0" : fmt::format("{:+.0f}", 100 * e->difference);
  if (with_interval && e->interval) {
    text += fmt::format(" ({:+.0f} to {:+.0f})", 100 * e->interval->low, 100 * e->interval->high);
  }
  const Shade shade = e->difference < 0   ? Shade::kPoor
                      : e->difference > 0 ? Shade::kGood
                                          : Shade::kAbsent;
  return {glyph, text, shade};
}

std::vector<TableLine> map_lines(const LengthShift& shift, bool with_intervals) {
  HeatMap map;
  for (const LengthDifference& at : shift.by_length) {
    map.columns.push_back(std::to_string(at.length));
  }
  std::vector<double> depths;
  for (const CellDifference& cell : shift.cells) {
    if (std::ranges::find(depths, cell.depth) == depths.end()) depths.push_back(cell.depth);
  }
  for (const double depth : depths) {
    map.rows.push_back(fmt::format("{:g} %", depth));
    std::vector<HeatCell> row;
    for (const CellDifference& cell : shift.cells) {
      if (cell.depth == depth) row.push_back(difference_cell(cell.paired, with_intervals));
    }
    map.cells.push_back(std::move(row));
  }
  return heat_lines(map);
}

bool fits(const std::vector<TableLine>& lines, std::size_t width) {
  return width == 0 || std::ranges::all_of(lines, [&](const TableLine& line) {
           return display_width(line.text) <= width;
         });
}

}  // namespace

std::vector<TableLine> length_shift_lines(const LengthShift& shift, const LengthShiftNames& names,
                                          std::size_t width) {
  std::vector<TableLine> out;
  out.push_back({LineKind::kGroup, fmt::format("{}: {} over the length of the text in tokens, {} "
                                               "against {}, in points",
                                               names.task, shift.metric, names.other, names.base)});
  const std::size_t room = width > 2 ? width - 2 : 0;
  const TextTable table =
      table_with_strips(room, [&](std::size_t cells) { return length_table(shift, names, cells); });
  const std::vector<std::string> texts = table.lines(room);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool absent = i >= 2 && as_paired(shift.by_length[i - 2].paired) == nullptr;
    const LineKind kind = i < 2 ? LineKind::kRule : absent ? LineKind::kAbsent : LineKind::kTask;
    out.push_back({kind, "  " + texts[i]});
  }
  if (shift.cells.empty()) return out;
  out.push_back({LineKind::kFooter, ""});
  std::vector<TableLine> map = map_lines(shift, true);
  const bool whole = fits(map, width);
  if (!whole) map = map_lines(shift, false);
  out.push_back({LineKind::kGroup,
                 fmt::format("{}: differences by depth and length{}", names.task,
                             whole ? ", with intervals" : " (--json has each cell's interval)")});
  for (TableLine& line : map) out.push_back(std::move(line));
  out.push_back({LineKind::kFooter,
                 "  ██ everything changed  ▓▓ two thirds or more  ▒▒ a third or more  ░░ less  ·· "
                 "nothing  ╳╳ not measured in both"});
  return out;
}

}  // namespace assay
