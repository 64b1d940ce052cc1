// A finished run folder as others read it: manifest, summary, and one record per item with what was
// asked, answered and judged. Nothing but the folder is needed: no model, no data home.
//
// Thread-safety: value types.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/item.h"
#include "assay/json.h"
#include "assay/task.h"
#include "results/summary.h"
#include "runtime/evidence.h"

namespace assay {

struct TaskRecord {
  std::string name;
  Json manifest;  // the task's entry in manifest.json
  // In data set order. Items that were not run, because a comparison was decided before
  // (Summary::sequence), have no record; the manifest's item_ids has all.
  std::vector<ItemRecord> items;
};

// The task a record was made with, with the run's number of samples; nullptr when this program does
// not have it (a plug-in's, or one of a later version).
const Task* task_of(const TaskRecord& record);
const Task* task_of(const std::string& name, const Json& manifest);  // manifest: the task's entry

struct RunFolder {
  std::string path;
  Json manifest;
  Summary summary;
  std::vector<TaskRecord> tasks;  // in the order they were run
};

// kUnavailable when there is no such folder or the run is not finished (the message says how to go
// on), kBadData when a file is damaged (file and line named).
expected<RunFolder> load_run(const std::string& path);

// Only manifest and summary, for tables over many runs; `tasks` stays empty.
expected<RunFolder> load_run_summary(const std::string& path);

}  // namespace assay
