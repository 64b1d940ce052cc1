// The drawing of a run's long-context figures in its folder, `lengths.svg`: curve and map of each
// such task. It follows from summary.json and is made anew with it.
#pragma once

#include <string>

#include "assay/expected.h"
#include "results/summary.h"

namespace assay {

// Writes nothing for a run without long-context tasks. Errors are those of writing a file.
expected<void> write_length_drawing(const std::string& folder, const Summary& summary);

}  // namespace assay
