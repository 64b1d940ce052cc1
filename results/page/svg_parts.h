// The small parts all static charts are made of: elements with escaped texts, axes, marks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "results/page/page.h"

namespace assay::page {

struct Scale {
  double low, high;  // values
  double from, to;   // pixels
  bool log = false;
  double at(double value) const;
};

std::string svg_open(double width, double height, const Chart& chart);
std::string svg_text(double x, double y, std::string_view anchor, std::string_view css,
                     std::string_view text);
std::string svg_line(double x1, double y1, double x2, double y2, std::string_view css);
// The mark of a series, around a point: circle, square, triangle, diamond by index.
std::string svg_mark(double x, double y, std::size_t series, const std::string& note);
// A cross where a figure failed or was not run.
std::string svg_absent(double x, double y, std::size_t series, const std::string& note);
std::string series_class(std::size_t series);
std::size_t series_index(const Chart& chart, const std::string& name);

// Least and greatest value with its interval over the measured marks, widened a little; the chart's
// own range where it has one.
Interval value_range(const Chart& chart);

std::string x_axis(const Chart& chart, const Scale& x, double top, double bottom,
                   const std::vector<double>& ticks);
std::string y_axis(const Chart& chart, const Scale& y, double left, double right);
// A line of mark and name per series, from `y` down; "" for one series.
std::string legend(const Chart& chart, double left, double y, double width, double* height);

}  // namespace assay::page
