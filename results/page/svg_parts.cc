// See svg_parts.h.
#include "results/page/svg_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/page/html.h"
#include "results/page/svg_chart.h"
#include "results/text_table.h"

namespace assay::page {
namespace {

constexpr double kMarkSize = 4.5;
constexpr double kCharWidth = 6.4;  // of the 12 px font, on average

std::string titled(std::string_view element, const std::string& shape, const std::string& note) {
  if (note.empty()) return "<" + shape + "/>";
  return fmt::format("<{}><title>{}</title></{}>", shape, escaped(note), element);
}

}  // namespace

double Scale::at(double value) const {
  if (high == low) return (from + to) / 2;
  const double share =
      log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return from + share * (to - from);
}

std::vector<double> axis_ticks(double low, double high, int count) {
  if (!(high > low)) return {low};
  const double raw = (high - low) / count;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
    step = factor * power;
    if (step >= raw * 0.999) break;
  }
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (double i = first; i * step <= high + step * 1e-9; i += 1) {
    ticks.push_back(i == 0 ? 0.0 : i * step);
  }
  return ticks;
}

std::string tick_text(double value, double step) {
  if (std::fabs(value) >= 1e5) return fmt::format("{:.3g}", value);
  int digits = 0;
  for (double s = std::fabs(step); digits < 4 && std::fabs(s - std::round(s)) > 1e-6; s *= 10) {
    ++digits;
  }
  return fmt::format("{:.{}f}", value, digits);
}

std::string svg_open(double width, double height, const Chart& chart) {
  return fmt::format(
      "<svg class=\"chart static\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" role=\"img\" aria-label=\"{2}\">\n",
      width, height, escaped(chart.title + "; the table below has the figures"));
}

std::string svg_text(double x, double y, std::string_view anchor, std::string_view css,
                     std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" class=\"{}\">{}</text>\n",
                     x, y, anchor, css, escaped(text));
}

std::string svg_line(double x1, double y1, double x2, double y2, std::string_view css) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2,
      y2, css);
}

std::string series_class(std::size_t series) { return fmt::format("s{}", series % kSeriesColours); }

std::size_t series_index(const Chart& chart, const std::string& name) {
  const auto found = std::find(chart.series.begin(), chart.series.end(), name);
  return found == chart.series.end()
             ? 0
             : static_cast<std::size_t>(std::distance(chart.series.begin(), found));
}

std::string svg_mark(double x, double y, std::size_t series, const std::string& note) {
  const double r = kMarkSize;
  const std::string css = "mark " + series_class(series);
  // The shape changes with every run, and again each time the colours are used up.
  switch ((series + series / kSeriesColours) % 4) {
    case 0:
      return titled(
          "circle",
          fmt::format("circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" class=\"{}\"", x, y, r, css),
          note);
    case 1:
      return titled("rect",
                    fmt::format("rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" "
                                "class=\"{}\"",
                                x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1, css),
                    note);
    case 2:
      return titled("path",
                    fmt::format("path d=\"M{:.1f} {:.1f}l{} {}h{}z\" class=\"{}\"", x, y - r, r,
                                1.8 * r, -2 * r, css),
                    note);
    default:
      return titled("path",
                    fmt::format("path d=\"M{:.1f} {:.1f}l{} {}l{} {}l{} {}z\" class=\"{}\"", x,
                                y - r - 0.5, r, r + 0.5, -r, r + 0.5, -r, -r - 0.5, css),
                    note);
  }
}

std::string svg_absent(double x, double y, std::size_t series, const std::string& note) {
  return titled("path",
                fmt::format("path d=\"M{0:.1f} {1:.1f}l8 8m0 -8l-8 8\" class=\"absent {2}\"", x - 4,
                            y - 4, series_class(series)),
                note);
}

Interval value_range(const Chart& chart) {
  if (chart.range) return *chart.range;
  double low = chart.reference.value_or(INFINITY);
  double high = chart.reference.value_or(-INFINITY);
  for (const Mark& mark : chart.marks) {
    const Estimate* estimate = as_estimate(mark.value);
    if (estimate == nullptr) continue;
    low = std::min({low, estimate->value, estimate->interval ? estimate->interval->low : low});
    high = std::max({high, estimate->value, estimate->interval ? estimate->interval->high : high});
  }
  if (!std::isfinite(low) || !std::isfinite(high)) return {0, 1};
  const double room = high > low ? (high - low) * 0.06 : std::max(std::fabs(high) * 0.1, 0.5);
  return {low - room, high + room};
}

std::string x_axis(const Chart& chart, const Scale& x, double top, double bottom,
                   const std::vector<double>& ticks) {
  std::string svg;
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 1;
  for (const double tick : ticks) {
    const double at = x.at(tick);
    svg += svg_line(at, top, at, bottom, "grid");
    svg += svg_text(at, bottom + 15, "middle", "tick", tick_text(tick, x.log ? tick : step));
  }
  svg += svg_line(x.from, bottom, x.to, bottom, "axis");
  svg += svg_text((x.from + x.to) / 2, bottom + 33, "middle", "axis-title", chart.x_title);
  return svg;
}

std::string y_axis(const Chart& chart, const Scale& y, double left, double right) {
  std::string svg;
  const std::vector<double> ticks = axis_ticks(y.low, y.high, 5);
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 1;
  for (const double tick : ticks) {
    const double at = y.at(tick);
    svg += svg_line(left, at, right, at, "grid");
    svg += svg_text(left - 8, at + 4, "end", "tick", tick_text(tick, step));
  }
  svg += svg_text(left - 44, y.to - 12, "start", "axis-title", chart.y_title);
  return svg;
}

std::string legend(const Chart& chart, double left, double y, double width, double* height) {
  *height = 0;
  if (chart.series.size() < 2) return "";
  std::string svg;
  double x = left;
  double line = y + 8;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    // What others are compared with has no marks of its own.
    if (std::none_of(chart.marks.begin(), chart.marks.end(),
                     [&](const Mark& mark) { return mark.series == chart.series[s]; })) {
      continue;
    }
    const double needed = 26 + kCharWidth * static_cast<double>(display_width(chart.series[s]));
    if (x > left && x + needed > width) {
      x = left;
      line += 18;
    }
    svg += svg_mark(x + 5, line, s, "");
    svg += svg_text(x + 14, line + 4, "start", "legend", chart.series[s]);
    x += needed;
  }
  *height = line - y + 16;
  return svg;
}

}  // namespace assay::page
