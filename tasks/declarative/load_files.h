// Task files on the way into the registry: single files, folders, groups with their children, and
// tasks that a run folder remembers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

struct LoadedFiles {
  std::vector<std::string> names;     // tasks and groups that were asked for, in order
  std::vector<std::string> replaced;  // built-in names that now mean the file's task
};

// True for what is meant as a task file or a folder of such rather than as a name: it ends in .yaml
// or .yml, or it is a folder that is written with a slash.
bool names_task_file(const std::string& target);

// Registers what the files and folders define. A file may refer to tasks of its folder by name (a
// group to its children). Of a folder all files ending in .yaml or .yml are read, sub-folders
// included; fragments without the keys task and group are left out.
// A name that comes with assay is replaced; two files that claim one name are refused. Reading the
// same file twice is not an error.
expected<LoadedFiles> load_task_files(std::span<const std::string> paths);

// Registers the task that Task::definition of a manifest describes, unless it is registered so
// already.
expected<void> restore_task(const Json& definition);

}  // namespace assay
