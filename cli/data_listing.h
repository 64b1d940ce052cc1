// The table of `assay data list` and `assay list data`.
#pragma once

#include <string>

#include "assay/expected.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace assay::cli {

expected<ExitCode> print_data_listing(Console& console, const std::string& data_option,
                                      bool as_json);

}  // namespace assay::cli
