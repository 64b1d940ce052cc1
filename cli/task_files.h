// Targets that are task files: loaded, and replaced by the names they define.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "cli/console.h"

namespace CLI {
class App;
}

namespace assay::cli {

void add_include_path_option(CLI::App& app, std::vector<std::string>& folders);

// Loads the folders of --include-path, then every target that is a task file or a folder of such.
// Returns the targets with files replaced by names. Says which names of assay a file takes over.
expected<std::vector<std::string>> load_targets(Console& console,
                                                const std::vector<std::string>& include_path,
                                                const std::vector<std::string>& targets);

}  // namespace assay::cli
