// Prints a run's result table on the console, with colour where it is welcome.
#pragma once

#include <string>

#include "cli/console.h"
#include "results/summary.h"

namespace assay::cli {

void print_result_table(Console& console, const Summary& summary, const std::string& folder);

}  // namespace assay::cli
