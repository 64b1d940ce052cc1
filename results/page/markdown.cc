// See the header.
#include "results/page/markdown.h"

#include <fmt/format.h>

#include <string_view>

namespace assay::page {
namespace {

// Text from outside stays text: what Markdown or HTML would act on is written as itself.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '|' || c == '*' || c == '_' || c == '`' || c == '[' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string table_text(const Table& table) {
  std::string text;
  if (!table.caption.empty()) text += plain(table.caption) + ":\n\n";
  std::string rule = "|";
  text += "|";
  for (const Column& column : table.columns) {
    text += " " + plain(column.title) + " |";
    rule += column.numeric ? "--:|" : "---|";
  }
  text += "\n" + rule + "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Cell cell = i < row.size() ? row[i] : Cell{};
      text += " ";
      for (std::size_t k = 0; k < cell.indent; ++k) text += "&nbsp;&nbsp;";
      text += plain(cell.text) + " |";
    }
    text += "\n";
  }
  return text + "\n";
}

struct BlockText {
  std::string operator()(const Prose& prose) const { return plain(prose.text) + "\n\n"; }
  std::string operator()(const Bullets& bullets) const {
    std::string text;
    for (const std::string& sentence : bullets.sentences) text += "- " + plain(sentence) + "\n";
    return text + "\n";
  }
  std::string operator()(const Banner& banner) const {
    std::string text = "**" + plain(banner.headline) + "**\n\n";
    for (const std::string& detail : banner.details) text += "- " + plain(detail) + "\n";
    return text + (banner.details.empty() ? "" : "\n");
  }
  std::string operator()(const Chart& chart) const {
    return plain(chart.title) + ":\n\n" + table_text(chart.table);
  }
  std::string operator()(const Table& table) const { return table_text(table); }
  std::string operator()(const Folded& folded) const {
    return plain(folded.summary) + ":\n\n" + table_text(folded.table);
  }
  std::string operator()(const Heading& heading) const {
    return "### " + plain(heading.text) + "\n\n";
  }
};

}  // namespace

std::string to_markdown(const Section& section) {
  std::string text = "## " + plain(section.title) + "\n\n";
  for (const Block& block : section.blocks) text += std::visit(BlockText{}, block);
  return text;
}

}  // namespace assay::page
