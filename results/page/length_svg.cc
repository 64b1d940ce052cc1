// The drawing of a run folder: the charts of its long-context tasks under each other, with their
// titles, colours and fonts in the file, so that it can be shown anywhere. See length_charts.h.
#include <fmt/format.h>

#include "results/page/html.h"
#include "results/page/length_charts.h"
#include "results/page/svg_chart.h"
#include "results/page/svg_parts.h"
#include "results/summary.h"

namespace assay::page {
namespace {

constexpr double kWidth = 800;
constexpr double kTitleHeight = 44;
constexpr double kMargin = 16;

// The page's style sheet in its light colours, as far as these charts need it.
constexpr const char* kStyle =
    "text{font-family:system-ui,'Noto Sans','Liberation Sans',sans-serif;font-size:12px;"
    "fill:#1c1f23}"
    ".title{font-size:14px;font-weight:600}"
    ".tick,.axis-title{fill:#5c6470;font-size:11px}"
    ".grid{stroke:#d9dde2}.axis{stroke:#5c6470}"
    ".band{fill:#0066b3;fill-opacity:.14}"
    ".curve{fill:none;stroke:#0066b3;stroke-width:2}"
    ".interval{stroke:#0066b3;stroke-width:2}.mark{fill:#0066b3}"
    ".absent{fill:none;stroke:#b3261e;stroke-width:1.8}"
    ".cell.ground{fill:#f6f7f8}.cell.heat{fill:#0066b3;opacity:.7}"
    ".cell.hatched{fill:url(#hatching);stroke:#d9dde2}"
    ".cell-text{font-size:11px}";

// A number of the element's opening tag, e.g. its height.
double attribute(const std::string& svg, const std::string& name) {
  const std::size_t at = svg.find(" " + name + "=\"");
  return at == std::string::npos ? 0.0 : std::stod(svg.substr(at + name.size() + 3));
}

void add(const Chart& chart, std::string& body, double& y) {
  std::string svg = svg_chart(chart);
  body += svg_text(kMargin, y + 20, "start", "title", chart.title);
  y += kTitleHeight;
  const double height = attribute(svg, "height");
  // In a page the chart refers to the table under it; here is none.
  const std::string below = "; the table below has the figures";
  if (const std::size_t at = svg.find(below); at != std::string::npos) svg.erase(at, below.size());
  body += svg.insert(4, fmt::format(" x=\"{}\" y=\"{}\"", kMargin, y));
  y += height + kMargin;
}

}  // namespace

std::string lengths_svg(const Summary& summary) {
  std::string body;
  double y = kMargin;
  for (const ResultEntry& entry : summary.entries) {
    if (entry.lengths.empty()) continue;
    const std::vector<NamedLengths> runs = {{summary.model, &entry.lengths.front()}};
    add(length_curve_chart(entry.name, runs), body, y);
    if (!entry.lengths.front().cells.empty()) {
      add(length_heat_chart(entry.name, runs.front(), "map"), body, y);
    }
  }
  if (body.empty()) return "";
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
      "width=\"{0:.0f}\" height=\"{1:.0f}\">\n<title>{2}</title>\n<style>{3}</style>\n"
      "<defs><pattern id=\"hatching\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\"><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" "
      "stroke=\"#5c6470\" stroke-width=\"1.5\"/></pattern></defs>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{4}</svg>\n",
      kWidth, y, escaped(summary.model + ": long context"), kStyle, body);
}

}  // namespace assay::page
