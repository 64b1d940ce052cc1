// What a report page says, as values: sections of prose, tables and charts, in reading order. The
// sections are made from typed results (sections.h) and rendered elsewhere (html_page.h, and the
// viewer's interactive charts from the same chart values), so a figure is decided in one place.
//
// A chart always carries its table. Absence stays a type: a mark's value is a Measurement, and what
// failed or was not run is drawn as such.
//
// Thread-safety: value types.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "assay/json.h"
#include "assay/measurement.h"

namespace assay::page {

enum class CellKind { kText, kFigure, kAbsent, kFailed, kCode };

struct Cell {
  std::string text;
  CellKind kind = CellKind::kText;
  std::string link{};      // "#task=gsm8k", "" = none
  std::size_t indent = 0;  // steps, for members of a group
  bool strong = false;     // a group's own line
};

struct Column {
  std::string title;
  bool numeric = false;  // aligned to the right, with digits of one width
};

struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

enum class ChartKind {
  kDots,         // a row per category, value with interval on the horizontal axis
  kCurves,       // value with interval over x, a line per series
  kHeat,         // a cell per row and x, shaded by value; hatched where nothing was measured
  kScatter,      // value with interval over x, points not joined
  kReliability,  // kScatter inside the unit square, with its diagonal
};

struct Mark {
  std::string series;  // which run
  std::string row;     // kDots and kHeat: the category
  double x = 0;        // all but kDots
  Measurement value;
  std::string note;  // one line for the pointer
  std::string link;  // where a click leads, "" = nowhere
};

struct Chart {
  ChartKind kind = ChartKind::kDots;
  std::string id;     // unique in the page
  std::string title;  // what is shown, as a sentence
  std::string x_title;
  std::string y_title;
  std::vector<std::string> series;  // in the order of their colours
  std::optional<Interval> range;    // of the value axis; unset = from the marks
  std::optional<double> reference;  // a line across the value axis, e.g. 0 for differences
  bool log_x = false;               // x doubles from step to step
  bool diverging = false;           // kHeat: two colours around zero
  std::vector<Mark> marks;
  Table table;
  std::vector<std::string> front{};  // kScatter: series that a dashed line joins, by x
};

struct Prose {
  std::string text;
};

struct Bullets {
  std::vector<std::string> sentences;
};

enum class Tone { kNote, kWarning, kDamage };

struct Banner {
  Tone tone = Tone::kNote;
  std::string headline;
  std::vector<std::string> details;
};

// Long material that is folded until asked for.
struct Folded {
  std::string summary;
  Table table;
};

struct Heading {
  std::string text;
};

using Block = std::variant<Prose, Bullets, Banner, Chart, Table, Folded, Heading>;

struct Section {
  std::string id;
  std::string title;
  std::vector<Block> blocks;
  std::string short_title{};  // in the list of sections; "" = the title
};

struct Page {
  std::string title;
  Table runs;                   // a line per run, under the title
  std::vector<Banner> banners;  // above everything
  std::vector<Section> sections;
};

// The chart as the viewer reads it; docs/report.md lists the members.
Json to_json(const Chart& chart);

// A cell for a measured value or for the words that stand in its place.
Cell value_cell(const Measurement& value);

}  // namespace assay::page
