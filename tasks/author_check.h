// What an author wants to know about a task before anybody trusts its numbers: does it render the
// same twice, is no item its own shot, does the scorer give full marks to right answers and none to
// wrong, empty, huge, binary, evasive or parroted ones, and does it do so again the second time?
// `assay check task` prints the findings. No model is involved.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/code_executor.h"
#include "assay/dataset.h"
#include "assay/task.h"
#include "tasks/load.h"

namespace assay {

struct Finding {
  std::string rule;  // short and stable: "choices", "own-shot", "gold", …
  std::string what;  // one sentence: what is wrong, where
  std::string fix;   // one sentence: what to do
};

struct CheckedItem {
  std::string id;
  std::string text;  // the request with its boundaries visible
};

struct CheckReport {
  std::string task;
  std::size_t items = 0;             // of the evaluated split
  std::size_t scored = 0;            // items whose scoring was tried
  int shots = 0;                     // shots in the prompts shown
  std::vector<CheckedItem> shown;    // three items: first, middle, last
  std::vector<Finding> findings;     // empty: nothing to fix
  std::vector<std::string> notes;    // what is worth knowing and not wrong
  std::optional<ErrorCode> refusal;  // the data are not there: nothing could be checked
};

struct CheckOptions {
  std::optional<int> shots;          // unset: the task's own, or 2 where it takes none by default
  CodeExecutor* executor = nullptr;  // null: programs are not run, and a note says so
};

CheckReport check_task(const Task& task, const DataSource& data, const CheckOptions& options);

// The parts; each adds to the report. `sample` are positions in loaded.items.
void check_rendering(const LoadedTask& loaded, const std::vector<std::size_t>& sample,
                     CheckReport& report);
void check_data(const LoadedTask& loaded, CheckReport& report);
void check_scoring(const LoadedTask& loaded, const std::vector<std::size_t>& sample,
                   CodeExecutor* executor, CheckReport& report);

// The request of an item with its shots.
expected<Request> checked_request(const LoadedTask& loaded, const LoadedItem& item);

}  // namespace assay
