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

}  // namespace

void print_lines(Console& console, const std::vector<TableLine>& lines) {
  for (const TableLine& line : lines) {
    const Style style = style_of(line.kind);
    const bool plain = style == Style::kPlain || line.text.empty();
    console.print((plain ? line.text : console.styled(line.text, style)) + "\n");
  }
}

void print_result_table(Console& console, const Summary& summary, const std::string& folder) {
  const TableOptions options{static_cast<std::size_t>(console.output_width()), folder};
  print_lines(console, result_table(summary, options));
}

}  // namespace assay::cli
