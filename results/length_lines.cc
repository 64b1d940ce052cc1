// See length_lines.h. The curve is a table with a line per length, drawn as intervals where the
// terminal is wide enough; the map is laid out here, because its cells are coloured one by one.
#include "results/length_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/figures.h"
#include "results/interval_strip.h"
#include "results/text_table.h"

namespace assay {
namespace {

constexpr std::size_t kShortReason = 30;

// Shares as blocks: the fuller, the more was found. Good is what is above the task's threshold.
HeatCell measured_cell(const Estimate& estimate, double threshold) {
  const double value = estimate.value;
  const char* glyph = value >= 1.0 ? "█" : value >= 2.0 / 3 ? "▓" : value >= 1.0 / 3 ? "▒" : "░";
  const double found = value * static_cast<double>(estimate.n);
  const bool whole =
      std::fabs(found - std::round(found)) < 1e-6 && estimate.interval_method == "clopper-pearson";
  const Shade shade = value > threshold                   ? Shade::kGood
                      : value >= std::min(0.5, threshold) ? Shade::kMiddling
                                                          : Shade::kPoor;
  return {value == 0.0 ? "·" : glyph,
          whole ? fmt::format("{:.0f}/{}", found, estimate.n) : fmt::format("{:.2f}", value),
          shade};
}

HeatCell heat_cell(const Measurement& value, double threshold) {
  const Estimate* estimate = as_estimate(value);
  return estimate != nullptr ? measured_cell(*estimate, threshold)
                             : HeatCell{"╳", "none", Shade::kAbsent};
}

std::string change_text(const LengthPoint& point) {
  if (!point.change) return "";
  const Estimate* e = as_estimate(point.change->difference);
  if (e == nullptr) return "";
  std::string text = fmt::format("{:+.1f}", 100 * e->value);
  if (e->interval) {
    text += fmt::format(" ({:+.1f} to {:+.1f})", 100 * e->interval->low, 100 * e->interval->high);
  }
  if (point.change->adjusted_p) text += "  p " + p_text(*point.change->adjusted_p);
  return text;
}

// A short reason as it is ("measured for 1 of 2 tasks"); a long one stands whole below the table.
std::string absence(const Measurement& value, std::size_t items) {
  if (std::holds_alternative<NotRun>(value)) return "not run";
  const std::string& reason = std::get<Failed>(value).reason;
  if (reason.size() <= kShortReason) return reason;
  return fmt::format("not measured, {} item errors", items);
}

TextTable curve_table(const LengthResults& results, std::size_t cells) {
  const int shortest = results.by_length.front().length;
  std::vector<TextTable::Column> columns = {{"length", Align::kRight, 0},
                                            {"measured", Align::kRight, 0},
                                            {results.metric, Align::kRight, 0},
                                            {"95 % interval", Align::kLeft, 0}};
  if (cells > 0) columns.push_back({strip_axis("0", "1", cells), Align::kLeft, 0});
  columns.push_back({fmt::format("points against {}, p (Holm)", shortest), Align::kLeft, 0});
  TextTable table(columns);
  for (const LengthPoint& point : results.by_length) {
    const Estimate* e = as_estimate(point.value);
    std::vector<std::string> row = {std::to_string(point.length),
                                    fmt::format("{} of {}", e != nullptr ? e->n : 0, point.items)};
    if (e == nullptr) {
      row.push_back(absence(point.value, point.items));
      table.add(std::move(row));
      continue;
    }
    row.push_back(figure_text(e->value));
    row.push_back(interval_text(*e));
    if (cells > 0) row.push_back(interval_strip(e->value, e->interval, {0, 1}, cells));
    row.push_back(change_text(point));
    table.add(std::move(row));
  }
  return table;
}

bool has_unpaired(const LengthResults& results) {
  return std::ranges::any_of(results.by_length, [](const LengthPoint& p) {
    return p.change && !p.change->paired && as_estimate(p.change->difference) != nullptr;
  });
}

void add_curve(const LengthResults& results, std::size_t width, std::vector<TableLine>& lines) {
  std::vector<LineKind> kinds = {LineKind::kRule, LineKind::kRule};
  for (const LengthPoint& point : results.by_length) {
    kinds.push_back(as_estimate(point.value) != nullptr ? LineKind::kTask : LineKind::kAbsent);
  }
  const std::size_t room = width > 2 ? width - 2 : 0;
  const TextTable table =
      table_with_strips(room, [&](std::size_t cells) { return curve_table(results, cells); });
  const std::vector<std::string> texts = table.lines(room);
  for (std::size_t i = 0; i < texts.size(); ++i) lines.push_back({kinds[i], "  " + texts[i]});
  const int shortest = results.by_length.front().length;
  if (has_unpaired(results)) {
    lines.push_back(
        {LineKind::kFooter,
         fmt::format("  against {}: unpaired, not all items are the same at every length",
                     shortest)});
  }
  lines.push_back(
      {LineKind::kTask,
       fmt::format("  effective length, {} above {:g}: {}", results.metric, results.threshold,
                   effective_length_text(results.above_score, shortest))});
  lines.push_back(
      {LineKind::kTask, fmt::format("  effective length, at least {:g} % of {} at {}: {}",
                                    100 * results.threshold, results.metric, shortest,
                                    effective_length_text(results.share_of_shortest, shortest))});
}

HeatMap map_of(const LengthResults& results) {
  HeatMap map;
  for (const LengthPoint& point : results.by_length) {
    map.columns.push_back(std::to_string(point.length));
  }
  map.columns.emplace_back("all");
  for (const DepthPoint& depth : results.by_depth) {
    map.rows.push_back(fmt::format("{:g} %", depth.depth));
    std::vector<HeatCell> row;
    for (const LengthPoint& point : results.by_length) {
      row.push_back(heat_cell(results.cell(point.length, depth.depth)->value, results.threshold));
    }
    row.push_back(heat_cell(depth.value, results.threshold));
    map.cells.push_back(std::move(row));
  }
  return map;
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(width > used ? width - used : 0, ' ') + text;
}

}  // namespace

std::vector<TableLine> heat_lines(const HeatMap& map) {
  std::size_t head = display_width("depth");
  for (const std::string& row : map.rows) head = std::max(head, display_width(row));
  std::vector<std::size_t> text_width(map.columns.size(), 0);
  for (std::size_t c = 0; c < map.columns.size(); ++c) {
    const std::size_t title = display_width(map.columns[c]);
    text_width[c] = title > 3 ? title - 3 : 0;
    for (const auto& row : map.cells) {
      text_width[c] = std::max(text_width[c], display_width(row[c].text));
    }
  }
  std::vector<TableLine> lines;
  std::string title = "  " + right("depth", head);
  for (std::size_t c = 0; c < map.columns.size(); ++c) {
    title += "  " + map.columns[c];
    if (c + 1 == map.columns.size()) break;
    title += std::string(text_width[c] + 3 - display_width(map.columns[c]), ' ');
  }
  lines.push_back({LineKind::kRule, title});
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    TableLine line{LineKind::kTask, "  " + right(map.rows[r], head)};
    for (std::size_t c = 0; c < map.columns.size(); ++c) {
      const HeatCell& cell = map.cells[r][c];
      line.text += "  ";
      const std::size_t begin = line.text.size();
      line.text += cell.glyph + cell.glyph + " " + cell.text;
      line.tints.push_back({begin, line.text.size(), cell.shade});
      if (c + 1 < map.columns.size()) {
        line.text += std::string(text_width[c] - display_width(cell.text), ' ');
      }
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<TableLine> length_lines(const std::string& name,
                                    const std::vector<LengthResults>& lengths, std::size_t width) {
  std::vector<TableLine> lines;
  for (const LengthResults& results : lengths) {
    lines.push_back({LineKind::kGroup, fmt::format("{}: {} over the length of the text in tokens",
                                                   name, results.metric)});
    add_curve(results, width, lines);
    lines.push_back({LineKind::kFooter, ""});
    if (results.by_depth.empty()) continue;
    lines.push_back(
        {LineKind::kGroup, fmt::format("{}: {} by depth and length", name, results.metric)});
    for (TableLine& line : heat_lines(map_of(results))) lines.push_back(std::move(line));
    lines.push_back({LineKind::kFooter,
                     "  ██ all  ▓▓ two thirds or more  ▒▒ a third or more  ░░ less  ·· "
                     "nothing  ╳╳ not measured"});
    lines.push_back({LineKind::kFooter, ""});
  }
  return lines;
}

}  // namespace assay
