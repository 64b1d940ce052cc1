// A section of a page as Markdown, as code-hosting sites render it: sentences as lists, tables as
// tables, and in a chart's place its table.
//
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "results/page/page.h"

namespace assay::page {

std::string to_markdown(const Section& section);

}  // namespace assay::page
