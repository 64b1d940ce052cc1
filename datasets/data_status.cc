// The words for how far loaded data can be trusted: they appear in the table, the manifest and
// every report, so there is one place that chooses them.
#include <fmt/format.h>

#include "assay/dataset.h"

namespace assay {

std::string DataStatus::label() const {
  std::string text;
  if (expected_rows != 0 && rows < expected_rows) {
    text = fmt::format("partial {}/{}", rows, expected_rows);
  } else if (expected_rows != 0 && rows > expected_rows) {
    text = fmt::format("{} items instead of {}", rows, expected_rows);
  }
  if (!verified) text += text.empty() ? "unverified" : ", unverified";
  return text;
}

}  // namespace assay
