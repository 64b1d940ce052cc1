// See svg_chart.h.
#include "results/page/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "results/figures.h"
#include "results/page/html.h"
#include "results/page/svg_parts.h"
#include "results/text_table.h"

namespace assay::page {
namespace {

constexpr double kWidth = 760;
constexpr double kRowHeight = 22;
constexpr double kSeriesStep = 11;
constexpr std::size_t kLongestLabel = 40;

std::string cut_label(const std::string& text) {
  if (display_width(text) <= kLongestLabel) return text;
  std::string out;
  std::size_t seen = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && ++seen == kLongestLabel) break;
    out += c;
  }
  return out + "…";
}

std::vector<std::string> row_names(const Chart& chart) {
  std::vector<std::string> rows;
  for (const Mark& mark : chart.marks) {
    if (std::find(rows.begin(), rows.end(), mark.row) == rows.end()) rows.push_back(mark.row);
  }
  return rows;
}

// The place of each series among those that have marks: a comparison's base has none.
std::vector<std::size_t> places(const Chart& chart, std::size_t* count) {
  std::vector<std::size_t> out;
  *count = 0;
  for (const std::string& name : chart.series) {
    out.push_back(*count);
    if (std::any_of(chart.marks.begin(), chart.marks.end(),
                    [&](const Mark& mark) { return mark.series == name; })) {
      ++*count;
    }
  }
  return out;
}

std::string dots(const Chart& chart) {
  const std::vector<std::string> rows = row_names(chart);
  std::size_t drawn = 0;
  const std::vector<std::size_t> place = places(chart, &drawn);
  std::size_t longest = 0;
  for (const std::string& row : rows) {
    longest = std::max(longest, display_width(cut_label(row)));
  }
  const double left = 16 + 6.6 * static_cast<double>(longest);
  const double right = kWidth - 24;
  double top = 0;
  const std::string names = legend(chart, left, 2, right, &top);
  top += 8;
  const double row_height = std::max(kRowHeight, kSeriesStep * static_cast<double>(drawn) + 10);
  const double bottom = top + row_height * static_cast<double>(rows.size());
  const Interval range = value_range(chart);
  const Scale x{range.low, range.high, left, right};
  std::string svg = svg_open(kWidth, bottom + 42, chart) + names;
  svg += x_axis(chart, x, top, bottom, axis_ticks(range.low, range.high, 6));
  if (chart.reference) {
    svg += svg_line(x.at(*chart.reference), top, x.at(*chart.reference), bottom, "reference");
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double middle = top + row_height * (static_cast<double>(r) + 0.5);
    svg += svg_text(left - 10, middle + 4, "end", "label", cut_label(rows[r]));
    for (const Mark& mark : chart.marks) {
      if (mark.row != rows[r]) continue;
      const std::size_t series = series_index(chart, mark.series);
      const double y = middle + kSeriesStep * (static_cast<double>(place[series]) -
                                               (static_cast<double>(drawn) - 1) / 2);
      const Estimate* estimate = as_estimate(mark.value);
      if (estimate == nullptr) {
        svg += svg_absent(left + 8, y, series, mark.note);
        svg +=
            svg_text(left + 18, y + 4, "start", "absent-text", cut_label(absence_text(mark.value)));
        continue;
      }
      if (estimate->interval) {
        svg += svg_line(x.at(std::max(estimate->interval->low, range.low)), y,
                        x.at(std::min(estimate->interval->high, range.high)), y,
                        "interval " + series_class(series));
      }
      svg += svg_mark(x.at(estimate->value), y, series, mark.note);
    }
  }
  return svg + "</svg>\n";
}

std::vector<double> x_values(const Chart& chart) {
  std::set<double> values;
  for (const Mark& mark : chart.marks) values.insert(mark.x);
  return {values.begin(), values.end()};
}

std::string band(const std::vector<const Mark*>& marks, const Scale& x, const Scale& y,
                 std::size_t series) {
  std::string upper;
  std::string lower;
  for (const Mark* mark : marks) {
    const Estimate& estimate = *as_estimate(mark->value);
    const Interval interval = estimate.interval.value_or(Interval{estimate.value, estimate.value});
    upper += fmt::format("{:.1f},{:.1f} ", x.at(mark->x), y.at(interval.high));
    lower = fmt::format("{:.1f},{:.1f} ", x.at(mark->x), y.at(interval.low)) + lower;
  }
  return fmt::format("<polygon points=\"{}{}\" class=\"band {}\"/>\n", upper, lower,
                     series_class(series));
}

std::string front_line(const Chart& chart, const Scale& x, const Scale& y) {
  std::map<double, double> points;
  for (const Mark& mark : chart.marks) {
    const Estimate* estimate = as_estimate(mark.value);
    const bool on =
        std::find(chart.front.begin(), chart.front.end(), mark.series) != chart.front.end();
    if (on && estimate != nullptr) points[mark.x] = estimate->value;
  }
  if (points.size() < 2) return "";
  std::string text;
  for (const auto& [at, value] : points)
    text += fmt::format("{:.1f},{:.1f} ", x.at(at), y.at(value));
  return fmt::format("<polyline points=\"{}\" class=\"front\"/>\n", text);
}

// Curves, scatter and reliability: value over x.
std::string plane(const Chart& chart) {
  const bool square = chart.kind == ChartKind::kReliability;
  // Two of these stand beside each other.
  const bool scatter = chart.kind == ChartKind::kScatter;
  const double width = square || scatter ? 420 : kWidth;
  const double left = 58;
  const double right = width - 24;
  double top = 0;
  const std::string names = legend(chart, left, 2, right, &top);
  top += 24;
  const double bottom = top + (square ? right - left : 260);
  std::vector<double> xs = x_values(chart);
  if (xs.empty()) xs = {0};
  double low = xs.front();
  double high = xs.back();
  if (square) {
    low = 0;
    high = 1;
  } else if (!chart.log_x) {
    const double room = high > low ? (high - low) * 0.06 : std::max(std::fabs(high) * 0.1, 0.5);
    // Sizes and speeds are held against nothing at all, so their axis begins there.
    low = low < 0 ? low - room : scatter ? 0.0 : std::max(0.0, low - room);
    high += room;
  }
  const bool log = chart.log_x && low > 0;
  const Scale x{low, high, left, right, log};
  const Interval range = value_range(chart);
  const Scale y{range.low, range.high, bottom, top};
  std::string svg = svg_open(width, bottom + 42, chart) + names;
  svg += y_axis(chart, y, left, right);
  svg += x_axis(chart, x, top, bottom, log ? xs : axis_ticks(low, high, 6));
  if (square) svg += svg_line(x.at(0), y.at(0), x.at(1), y.at(1), "reference");
  // Intervals of several diagrams would hide one another; the table has them.
  const bool joined = chart.kind == ChartKind::kCurves || (square && chart.series.size() > 1);
  svg += front_line(chart, x, y);
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    std::vector<const Mark*> measured;
    for (const Mark& mark : chart.marks) {
      if (mark.series == chart.series[s] && as_estimate(mark.value) != nullptr) {
        measured.push_back(&mark);
      }
    }
    std::stable_sort(measured.begin(), measured.end(),
                     [](const Mark* a, const Mark* b) { return a->x < b->x; });
    const bool curve = joined && measured.size() > 1;
    if (curve) {
      if (!square) svg += band(measured, x, y, s);
      std::string points;
      for (const Mark* mark : measured) {
        points +=
            fmt::format("{:.1f},{:.1f} ", x.at(mark->x), y.at(as_estimate(mark->value)->value));
      }
      svg += fmt::format("<polyline points=\"{}\" class=\"curve {}\"/>\n", points, series_class(s));
    }
    for (const Mark& mark : chart.marks) {
      if (mark.series != chart.series[s]) continue;
      const Estimate* estimate = as_estimate(mark.value);
      if (estimate == nullptr) {
        svg += svg_absent(x.at(mark.x), bottom - 8, s, mark.note);
        continue;
      }
      if (estimate->interval && !curve) {
        svg += svg_line(x.at(mark.x), y.at(estimate->interval->low), x.at(mark.x),
                        y.at(estimate->interval->high), "interval " + series_class(s));
      }
      svg += svg_mark(x.at(mark.x), y.at(estimate->value), s, mark.note);
    }
  }
  return svg + "</svg>\n";
}

std::string heat(const Chart& chart) {
  const std::vector<double> columns = x_values(chart);
  const std::vector<std::string> rows = row_names(chart);
  const double left = 58;
  const double cell_width =
      std::min(110.0, (kWidth - left - 24) / static_cast<double>(columns.size()));
  const double cell_height = 34;
  const double top = 24;
  const double width = left + cell_width * static_cast<double>(columns.size()) + 24;
  const double bottom = top + cell_height * static_cast<double>(rows.size());
  std::string svg = svg_open(std::max(width, 240.0), bottom + 42, chart);
  svg += svg_text(left - 44, top - 10, "start", "axis-title", chart.y_title);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    svg += svg_text(left - 8, top + cell_height * (static_cast<double>(r) + 0.5) + 4, "end", "tick",
                    rows[r]);
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    svg += svg_text(left + cell_width * (static_cast<double>(c) + 0.5), bottom + 15, "middle",
                    "tick", tick_text(columns[c], columns[c]));
  }
  svg += svg_text(left, bottom + 33, "start", "axis-title", chart.x_title);
  for (const Mark& mark : chart.marks) {
    const auto column = static_cast<double>(
        std::distance(columns.begin(), std::find(columns.begin(), columns.end(), mark.x)));
    const auto row = static_cast<double>(
        std::distance(rows.begin(), std::find(rows.begin(), rows.end(), mark.row)));
    const Estimate* estimate = as_estimate(mark.value);
    const double share = estimate == nullptr ? 0
                         : chart.diverging   ? std::fabs(estimate->value)
                                             : estimate->value;
    const char* css = estimate == nullptr                      ? "cell hatched"
                      : chart.diverging && estimate->value < 0 ? "cell heat-below"
                      : chart.diverging                        ? "cell heat-above"
                                                               : "cell heat";
    svg += fmt::format(
        "<g><title>{}</title><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "class=\"cell ground\"/><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
        "height=\"{:.1f}\" class=\"{}\"{}/>",
        escaped(mark.note), left + column * cell_width, top + row * cell_height, cell_width - 2,
        cell_height - 2, left + column * cell_width, top + row * cell_height, cell_width - 2,
        cell_height - 2, css,
        estimate == nullptr ? " data-hatched=\"\""
                            : fmt::format(" fill-opacity=\"{:.3f}\"", share));
    if (estimate != nullptr) {
      svg += svg_text(left + (column + 0.5) * cell_width - 1, top + (row + 0.5) * cell_height + 3,
                      "middle", "cell-text", fmt::format("{:.2f}", estimate->value));
    }
    svg += "</g>\n";
  }
  return svg + "</svg>\n";
}

}  // namespace

std::string svg_chart(const Chart& chart) {
  switch (chart.kind) {
    case ChartKind::kDots:
      return dots(chart);
    case ChartKind::kHeat:
      return heat(chart);
    case ChartKind::kCurves:
    case ChartKind::kScatter:
    case ChartKind::kReliability:
      return plane(chart);
  }
  return "";
}

}  // namespace assay::page
