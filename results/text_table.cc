// See text_table.h.
#include "results/text_table.h"

#include <algorithm>

namespace assay {
namespace {

constexpr std::string_view kGap = "  ";

std::string cut(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) return text;
  std::string out;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && ++seen == width) break;
    out += text[i];
  }
  return out + "…";
}

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::size_t used = display_width(text);
  const std::string blanks(width > used ? width - used : 0, ' ');
  return align == Align::kLeft ? text + blanks : blanks + text;
}

void strip_trailing_blanks(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void TextTable::drop_empty_columns() {
  for (std::size_t i = columns_.size(); i-- > 0;) {
    const bool used = std::any_of(rows_.begin(), rows_.end(), [i](const auto& row) {
      return i < row.size() && !row[i].empty();
    });
    if (used) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    columns_.erase(columns_.begin() + at);
    for (auto& row : rows_) {
      if (i < row.size()) row.erase(row.begin() + at);
    }
  }
}

std::vector<std::string> TextTable::lines(std::size_t max_width) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    const bool runs_over = row.size() < columns_.size();
    const std::size_t counted = runs_over ? row.size() - 1 : row.size();
    for (std::size_t i = 0; i < counted; ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::size_t total = kGap.size() * (columns_.size() - 1);
  for (const std::size_t width : widths) total += width;
  for (std::size_t i = 0; i < columns_.size() && max_width != 0 && total > max_width; ++i) {
    const std::size_t least = columns_[i].min_width;
    if (least == 0 || widths[i] <= least) continue;
    const std::size_t taken = std::min(widths[i] - least, total - max_width);
    widths[i] -= taken;
    total -= taken;
  }

  std::vector<std::string> out;
  std::string title;
  std::string rule;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) title += kGap, rule += kGap;
    title += padded(cut(columns_[i].title, widths[i]), widths[i], columns_[i].align);
    for (std::size_t k = 0; k < widths[i]; ++k) rule += "─";
  }
  strip_trailing_blanks(title);
  out.push_back(std::move(title));
  out.push_back(std::move(rule));
  for (const auto& row : rows_) {
    std::string line;
    const bool runs_over = row.size() < columns_.size();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += kGap;
      const bool last_and_long = runs_over && i + 1 == row.size();
      line += last_and_long ? row[i] : padded(cut(row[i], widths[i]), widths[i], columns_[i].align);
    }
    strip_trailing_blanks(line);
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace assay
