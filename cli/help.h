// The text of `assay --help` and `assay --version`. One screen: what the commands are, four lines
// to start from, and the defaults as this machine computes them. Written without looking at data,
// models or tasks, so that it appears at once.
#pragma once

#include <string>

namespace assay::cli {

std::string help_text();
std::string version_text();

}  // namespace assay::cli
