// Prints tables of results on the console, with colour where it is welcome.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "results/summary.h"
#include "results/table.h"

namespace assay::cli {

void print_lines(Console& console, const std::vector<TableLine>& lines);
void print_result_table(Console& console, const Summary& summary, const std::string& folder);

}  // namespace assay::cli
