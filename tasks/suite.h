// Suites are data: tasks/suites.json (embedded), and user files of the same form. A suite is a
// named list of entries {task, shots?, settings?}. `resolve_targets` turns what a
// user typed (suites, tasks, groups, tags) into the leaf tasks to run, each once, in order, and the
// groups to report.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/task.h"

namespace assay {

struct SuiteEntry {
  std::string task;                // task, group or tag
  std::optional<int> shots;        // the suite's own default; the command line wins over it
  Json settings = Json::object();  // for generated tasks
};

struct Suite {
  std::string name;
  std::string about;
  std::vector<SuiteEntry> entries;
};

struct ResolvedTask {
  const Task* task;
  std::optional<int> shots;  // from the suite
  Json settings;
};

struct ResolvedTargets {
  std::vector<ResolvedTask> tasks;       // leaves, each once, in the order asked
  std::vector<const TaskGroup*> groups;  // groups to aggregate, parents before children
};

// Embedded suites and those of `user_file` ("" = none). Later definitions win.
expected<std::vector<Suite>> load_suites(const std::string& user_file);

// kUsage with a did-you-mean when a name is unknown.
expected<ResolvedTargets> resolve_targets(std::span<const std::string> targets,
                                          std::span<const Suite> suites);

}  // namespace assay
