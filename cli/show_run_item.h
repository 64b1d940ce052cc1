// `assay show RUN [ITEM]`: one sample of a finished run as the page shows it: prompt, choices with
// their probabilities or completions with the extracted text marked, and the verdicts.
#pragma once

#include <string>

#include "assay/expected.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace assay::cli {

// `wanted` is an id, TASK/ID where several tasks have the id, or a position; "" is the first item.
// kUsage when no item or more than one fits.
expected<ExitCode> show_run_item(Console& console, const std::string& folder,
                                 const std::string& wanted, bool json);

}  // namespace assay::cli
