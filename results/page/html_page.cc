// See html_page.h. A content security policy forbids the page everything but its own style and
// script: nothing is fetched, and markup that slipped through would not run.
#include "results/page/html_page.h"

#include <fmt/format.h>

#include "assay/digest.h"
#include "assay/embedded.h"
#include "results/page/html.h"
#include "results/page/svg_chart.h"
#include "runtime/wire.h"

namespace assay::page {
namespace {

constexpr std::size_t kOpenRows = 40;  // longer tables of charts are folded

std::string_view viewer_script() {
  return embedded_file("results/viewer/viewer.js").value_or(std::string_view());
}

std::string_view style_sheet() {
  return embedded_file("results/viewer/style.css").value_or(std::string_view());
}

const char* cell_class(const Cell& cell) {
  switch (cell.kind) {
    case CellKind::kText:
      return "";
    case CellKind::kFigure:
      return "figure";
    case CellKind::kAbsent:
      return "absent";
    case CellKind::kFailed:
      return "failed";
    case CellKind::kCode:
      return "code";
  }
  return "";
}

std::string html_cell(const Cell& cell, const Column& column, bool first) {
  std::string css = cell_class(cell);
  if (column.numeric) css += css.empty() ? "number" : " number";
  if (cell.strong) css += css.empty() ? "strong" : " strong";
  std::string text = escaped(cell.text);
  if (!cell.link.empty()) {
    text = fmt::format("<a href=\"{}\">{}</a>", escaped(cell.link), text);
  }
  const char* element = first ? "th scope=\"row\"" : "td";
  return fmt::format("<{}{}{}>{}</{}>", element,
                     css.empty() ? "" : fmt::format(" class=\"{}\"", css),
                     cell.indent > 0 ? fmt::format(" style=\"padding-left:{:.1f}em\"",
                                                   0.6 + 1.2 * static_cast<double>(cell.indent))
                                     : "",
                     text, first ? "th" : "td");
}

std::string html_banner(const Banner& banner) {
  const char* css = banner.tone == Tone::kDamage    ? "banner damage"
                    : banner.tone == Tone::kWarning ? "banner warning"
                                                    : "banner note";
  std::string html =
      fmt::format("<div class=\"{}\" role=\"{}\"><strong>{}</strong>", css,
                  banner.tone == Tone::kDamage ? "alert" : "note", escaped(banner.headline));
  if (!banner.details.empty()) {
    html += "<ul>";
    for (const std::string& detail : banner.details) html += "<li>" + escaped(detail) + "</li>";
    html += "</ul>";
  }
  return html + "</div>\n";
}

std::string html_chart(const Chart& chart) {
  const bool first = chart.id.starts_with("headline") || chart.id.starts_with("difference");
  const bool open = first && chart.table.rows.size() <= kOpenRows;
  return fmt::format(
      "<figure class=\"chart-figure\" id=\"chart-{0}\">\n<figcaption>{1}</figcaption>\n"
      "<div class=\"plot\">\n{2}</div>\n<details "
      "class=\"chart-table\"{3}><summary>Table</summary>\n"
      "{4}</details>\n<script type=\"application/json\" class=\"chart-data\">{5}</script>\n"
      "</figure>\n",
      escaped(chart.id), escaped(chart.title), svg_chart(chart), open ? " open" : "",
      html_table(chart.table), json_in_script(dump_line(to_json(chart))));
}

struct BlockHtml {
  std::string operator()(const Prose& prose) const {
    return "<p>" + escaped(prose.text) + "</p>\n";
  }
  std::string operator()(const Bullets& bullets) const {
    std::string html = "<ul class=\"sentences\">\n";
    for (const std::string& sentence : bullets.sentences) {
      html += "<li>" + escaped(sentence) + "</li>\n";
    }
    return html + "</ul>\n";
  }
  std::string operator()(const Banner& banner) const { return html_banner(banner); }
  std::string operator()(const Chart& chart) const { return html_chart(chart); }
  std::string operator()(const Table& table) const { return html_table(table); }
  std::string operator()(const Folded& folded) const {
    return fmt::format("<details><summary>{}</summary>\n{}</details>\n", escaped(folded.summary),
                       html_table(folded.table));
  }
  std::string operator()(const Heading& heading) const {
    return "<h3>" + escaped(heading.text) + "</h3>\n";
  }
};

// 'sha256-…' of the only script that may run.
std::string script_source() {
  const std::string_view script = viewer_script();
  const std::string hex = sha256_hex(script);
  std::string digest;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    digest += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return "'sha256-" + base64(digest) + "'";
}

}  // namespace

bool has_viewer() { return !viewer_script().empty(); }

std::string html_table(const Table& table) {
  std::string html = "<div class=\"table-scroll\"><table>";
  if (!table.caption.empty()) html += "<caption>" + escaped(table.caption) + "</caption>";
  html += "<thead><tr>";
  for (const Column& column : table.columns) {
    html += fmt::format("<th scope=\"col\"{}>{}</th>", column.numeric ? " class=\"number\"" : "",
                        escaped(column.title));
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
      html += html_cell(row[i], table.columns[i], i == 0);
    }
    html += "</tr>\n";
  }
  if (table.rows.empty()) {
    html += fmt::format("<tr><td colspan=\"{}\">none</td></tr>\n", table.columns.size());
  }
  return html + "</tbody></table></div>\n";
}

std::string html_block(const Block& block) { return std::visit(BlockHtml{}, block); }

std::string html_begin(const Page& page, std::string_view samples, bool scripted) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {}; "
      "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"color-scheme\" content=\"light "
      "dark\">\n<title>{}</title>\n<style>\n{}</style>\n"
      "</head>\n<body>\n<a class=\"skip\" href=\"#results\">Skip to the results</a>\n"
      "<header>\n<h1>{}</h1>\n{}</header>\n",
      scripted ? script_source() : "'none'", escaped(page.title), style_sheet(),
      escaped(page.title), html_table(page.runs));
  html +=
      "<svg width=\"0\" height=\"0\" style=\"position:absolute\" "
      "aria-hidden=\"true\"><defs><pattern "
      "id=\"hatching\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\"><line class=\"hatch-line\" x1=\"0\" y1=\"0\" x2=\"0\" "
      "y2=\"6\"/></pattern></defs></svg>\n";
  html += "<nav aria-label=\"Sections\"><ul>\n";
  for (const Section& section : page.sections) {
    html += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", escaped(section.id),
                        escaped(section.short_title.empty() ? section.title : section.short_title));
  }
  html += "</ul></nav>\n<main>\n";
  for (const Banner& banner : page.banners) html += html_banner(banner);
  for (const Section& section : page.sections) {
    html += fmt::format(
        "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n"
        "<h2 id=\"{0}-title\">{1}</h2>\n",
        escaped(section.id), escaped(section.title));
    for (const Block& block : section.blocks) html += html_block(block);
    if (section.id == "samples") html += samples;
    html += "</section>\n";
  }
  return html + "</main>\n";
}

std::string html_end(bool scripted) {
  std::string html;
  if (scripted) {
    html += "<script>";
    html += viewer_script();
    html += "</script>\n";
  }
  return html + "</body>\n</html>\n";
}

}  // namespace assay::page
