// Lays out a table in columns for a terminal or a plain file. Widths are counted in code points,
// so that names with accents line up; cells never contain line breaks.
//
// Thread-safety: a value type.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class Align { kLeft, kRight };

class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    // How narrow the column may become when the table is wider than asked; 0 = never narrowed.
    std::size_t min_width = 0;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // A row may have fewer cells than columns; the last cell given may then run over the columns to
  // its right without widening them (sentences in place of figures).
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Leaves out columns that no row has anything in. Call after the last add().
  void drop_empty_columns();

  // The lines: title, rule, rows; no trailing blanks. `max_width` 0 = as wide as it needs.
  std::vector<std::string> lines(std::size_t max_width = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Length in code points.
std::size_t display_width(std::string_view text);

}  // namespace assay
