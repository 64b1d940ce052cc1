// See length_drawing.h.
#include "results/length_drawing.h"

#include "results/page/length_charts.h"
#include "runtime/files.h"

namespace assay {

expected<void> write_length_drawing(const std::string& folder, const Summary& summary) {
  const std::string svg = page::lengths_svg(summary);
  if (svg.empty()) return {};
  return write_file(folder + "/lengths.svg", svg);
}

}  // namespace assay
