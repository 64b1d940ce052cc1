// Native replacements for the Python functions that well-known task files refer to by !function. A
// replacement takes over the part of the built-in task that does the same; one row of the table in
// native_hooks.cc per function.
#pragma once

#include <string>
#include <vector>

#include "assay/task.h"
#include "tasks/declarative/yaml_tree.h"

namespace assay {

struct NativeHook {
  const char* key;       // where it may stand: "process_docs", "doc_to_text", "filter_fn", …
  const char* function;  // as upstream writes it after !function
  const char* data;      // upstream's dataset_path, by which its own files are recognised
  const char* task;      // the built-in task that has it
  void (*take)(Task& to, const Task& from);
};

const std::vector<NativeHook>& native_hooks();

// Applies the replacement for `node` (a !function) at `key`, either upstream's name in a task on
// upstream's data, or assay's own name for it: !function assay.TASK.KEY. kBadData, naming file,
// line and what there is, when there is none.
expected<void> apply_native_hook(Task& task, const YamlNode& node, const std::string& key);

}  // namespace assay
