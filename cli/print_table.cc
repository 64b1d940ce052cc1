// See print_table.h. In a pipe the table is as wide as it needs; on a terminal it is fitted.
#include "cli/print_table.h"

#include "results/table.h"

namespace assay::cli {
namespace {

Style style_of(LineKind kind) {
  switch (kind) {
    case LineKind::kTitle:
    case LineKind::kGroup:
      return Style::kBold;
    case LineKind::kRule:
    case LineKind::kFooter:
      return Style::kDim;
    case LineKind::kAbsent:
      return Style::kYellow;
    case LineKind::kError:
      return Style::kRed;
    case LineKind::kTask:
      break;
  }
  return Style::kPlain;
}

Style style_of(Shade shade) {
  switch (shade) {
    case Shade::kGood:
      return Style::kGreen;
    case Shade::kMiddling:
      return Style::kYellow;
    case Shade::kPoor:
      return Style::kRed;
    case Shade::kAbsent:
      break;
  }
  return Style::kDim;
}

std::string with_tints(const Console& console, const TableLine& line) {
  std::string out;
  std::size_t done = 0;
  for (const Tint& tint : line.tints) {
    out += line.text.substr(done, tint.begin - done);
    out +=
        console.styled(line.text.substr(tint.begin, tint.end - tint.begin), style_of(tint.shade));
    done = tint.end;
  }
  return out + line.text.substr(done);
}

}  // namespace

void print_lines(Console& console, const std::vector<TableLine>& lines) {
  for (const TableLine& line : lines) {
    const Style style = style_of(line.kind);
    if (!line.tints.empty()) {
      console.print(with_tints(console, line) + "\n");
      continue;
    }
    const bool plain = style == Style::kPlain || line.text.empty();
    console.print((plain ? line.text : console.styled(line.text, style)) + "\n");
  }
}

void print_result_table(Console& console, const Summary& summary, const std::string& folder) {
  const TableOptions options{static_cast<std::size_t>(console.output_width()), folder};
  print_lines(console, result_table(summary, options));
}

}  // namespace assay::cli
