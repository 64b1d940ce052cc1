// Loads the plug-ins that a command line means: --plugin FILE, $ASSAY_PLUGINS, and the folder of
// the user's configuration. Done once, before a command runs, while the process has one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "cli/console.h"
#include "tasks/plugins.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct PluginOutcome {
  PluginFile file;
  const LoadedPlugin* plugin = nullptr;  // null when it was refused
  std::optional<Error> refused;
};

// Declares --plugin. REQUIRES: `files` outlives the parsing of `app`.
void add_plugin_option(CLI::App& app, std::vector<std::string>& files);

// Loads what plugin_files(named) lists; plugin_outcomes() then tells of each.
void load_plugins(const std::vector<std::string>& named);
const std::vector<PluginOutcome>& plugin_outcomes();

// What a refused plug-in means for a command: one that was asked for by name ends it; one that only
// lies in the folder is left out, and that is said.
expected<void> settle_refusals(Console& console);

}  // namespace assay::cli
