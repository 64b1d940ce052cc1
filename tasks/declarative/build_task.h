// From the keys of a task file to a Task (protocols.md section 14). What assay cannot do is refused
// here, with file, line and key, before anything is run.
#pragma once

#include <string>

#include "assay/expected.h"
#include "assay/task.h"
#include "tasks/declarative/yaml_tree.h"

namespace assay {

// Sets in `task` what the map's keys say and leaves the rest as it is: an empty Task for a task
// file, an existing one for the overrides of a group. `folder` is where relative paths begin.
expected<void> apply_task_keys(Task& task, const YamlNode& map, const std::string& folder);

// A complete task from a map; `definition` is filled in.
expected<Task> build_task(const YamlNode& map, const std::string& folder);

// The parts, each in a file of its own.
expected<void> apply_data_keys(Task& task, const YamlNode& map, const std::string& folder);
expected<void> apply_generation(Task& task, const YamlNode& node);
expected<void> apply_filters(Task& task, const YamlNode& node);
expected<void> apply_metrics(Task& task, const YamlNode& node);
expected<void> apply_shots(Task& task, const YamlNode& node);

}  // namespace assay
