// All tasks and groups by name: built in, from plug-ins, from files. Built on first use.
// A name that two built-in files claim is a defect of the program: it ends with a message (70).
// Thread-safety: all functions are safe from any thread once `main` runs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/task.h"

namespace assay {

// nullptr when there is no such name. The pointers stay valid for the life of the program.
const Task* find_task(std::string_view name);
const TaskGroup* find_group(std::string_view name);

// Adds tasks and groups that come from files or plug-ins; `origin` says from where, for people
// ("plug-in capitals"). kUsage, and nothing is added, when a name is taken or a group has a child
// that does not exist.
expected<void> register_tasks(std::vector<Task> tasks, std::vector<TaskGroup> groups,
                              const std::string& origin = "");

// Where a task or group comes from, "" for the built-in ones.
std::string origin_of(std::string_view name);

// What registrars left since the tables were last looked at, taken out of the waiting list: the
// tasks of a plug-in that was just loaded. May throw what a factory throws.
struct Registrations {
  std::vector<Task> tasks;
  std::vector<TaskGroup> groups;
};
Registrations take_pending_registrations();

// The same for task files, which may take over names: a name that was there before means the file's
// task or group from now on (pointers to the former one stay valid). Returns the names taken over
// from tasks that come with the program.
expected<std::vector<std::string>> register_from_files(std::vector<Task> tasks,
                                                       std::vector<TaskGroup> groups);

std::vector<const Task*> all_tasks();        // sorted by name
std::vector<const Task*> compiled_tasks();   // not from files, also where a file took over the name
std::vector<const TaskGroup*> all_groups();  // sorted by name

// The leaf tasks of a group in report order (depth first, children as listed).
std::vector<const Task*> leaves(const TaskGroup& group);

// Names close to `name` among `candidates`, best first, at most three: "did you mean …?".
std::vector<std::string> close_matches(std::string_view name,
                                       std::span<const std::string> candidates);

}  // namespace assay
