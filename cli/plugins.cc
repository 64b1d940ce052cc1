// See plugins.h.
#include "cli/plugins.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>

namespace assay::cli {
namespace {

std::vector<PluginOutcome>& outcomes() {
  static std::vector<PluginOutcome> all;
  return all;
}

}  // namespace

void add_plugin_option(CLI::App& app, std::vector<std::string>& files) {
  app.add_option("--plugin", files,
                 "load a plug-in; may be repeated [$ASSAY_PLUGINS, ~/.config/assay/plugins]")
      ->type_name("FILE")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

void load_plugins(const std::vector<std::string>& named) {
  outcomes().clear();
  for (PluginFile& file : plugin_files(named)) {
    const expected<const LoadedPlugin*> loaded = load_plugin(file.path);
    PluginOutcome outcome{std::move(file), nullptr, std::nullopt};
    if (loaded) {
      outcome.plugin = *loaded;
    } else {
      outcome.refused = loaded.error();
    }
    outcomes().push_back(std::move(outcome));
  }
}

const std::vector<PluginOutcome>& plugin_outcomes() { return outcomes(); }

expected<void> settle_refusals(Console& console) {
  for (const PluginOutcome& outcome : plugin_outcomes()) {
    if (!outcome.refused) continue;
    if (outcome.file.place != PluginPlace::kFolder) return *outcome.refused;
    console.say(fmt::format("{} It is left out.", outcome.refused->message));
  }
  return {};
}

}  // namespace assay::cli
