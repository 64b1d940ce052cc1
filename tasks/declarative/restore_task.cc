// A task made again from what a run's manifest has of its file, so that the run can be scored where
// the file is not. See load_files.h.
#include <fmt/format.h>

#include "tasks/declarative/build_task.h"
#include "tasks/declarative/load_files.h"
#include "tasks/registry.h"

namespace assay {
namespace {

expected<Task> task_of(const Json& definition, int depth = 0) {
  if (!definition.is_object() || !definition.contains("keys") || depth > 5) {
    return data_error("A run's manifest describes a task in a way this program cannot read.");
  }
  const YamlNode keys =
      yaml_from_json(definition.at("keys"), definition.value("file", "the task file"));
  const std::string folder = definition.value("folder", "");
  if (!definition.contains("base")) return build_task(keys, folder);
  const Json& base = definition.at("base");
  expected<Task> task = data_error("");
  if (base.is_string()) {
    const Task* known = find_task(base.get<std::string>());
    if (known == nullptr) {
      return unavailable(fmt::format("this program has no task {}", base.get<std::string>()));
    }
    task = *known;
  } else {
    task = task_of(base, depth + 1);
  }
  if (!task) return task;
  if (auto applied = apply_task_keys(*task, keys, folder); !applied) return applied.error();
  task->name = definition.value("name", "");
  task->alias = definition.value("alias", "");
  task->definition = definition;
  return task;
}

}  // namespace

expected<void> restore_task(const Json& definition) {
  expected<Task> task = task_of(definition);
  if (!task) return task.error();
  const Task* known = find_task(task->name);
  if (known != nullptr && known->definition == task->definition) return {};
  std::vector<Task> tasks;
  tasks.push_back(std::move(*task));
  const auto done = register_from_files(std::move(tasks), {});
  if (!done) return done.error();
  return {};
}

}  // namespace assay
