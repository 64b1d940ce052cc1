// See task_files.h.
#include "cli/task_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "tasks/declarative/load_files.h"

namespace assay::cli {

void add_include_path_option(CLI::App& app, std::vector<std::string>& folders) {
  app.add_option("--include-path", folders, "a folder or file with further tasks (YAML)")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

expected<std::vector<std::string>> load_targets(Console& console,
                                                const std::vector<std::string>& include_path,
                                                const std::vector<std::string>& targets) {
  std::vector<std::string> replaced;
  if (!include_path.empty()) {
    const expected<LoadedFiles> loaded = load_task_files(include_path);
    if (!loaded) return loaded.error();
    replaced = loaded->replaced;
  }
  std::vector<std::string> out;
  for (const std::string& target : targets) {
    if (!names_task_file(target)) {
      out.push_back(target);
      continue;
    }
    const expected<LoadedFiles> loaded = load_task_files(std::vector<std::string>{target});
    if (!loaded) return loaded.error();
    out.insert(out.end(), loaded->names.begin(), loaded->names.end());
    replaced.insert(replaced.end(), loaded->replaced.begin(), loaded->replaced.end());
  }
  if (!replaced.empty()) {
    console.say(fmt::format("the task file takes the place of what comes with assay: {}",
                            fmt::join(replaced, ", ")));
  }
  return out;
}

}  // namespace assay::cli
