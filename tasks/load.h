// Turns a Task into the items to evaluate and the shots each of them gets. Everything here is a
// pure function of the data and the settings; no clock, no std::shuffle (DESIGN law 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/task.h"
#include "tasks/item_list.h"

namespace assay {

struct LoadOptions {
  std::optional<int> shots;          // as resolved: command line over suite over task default
  std::optional<double> limit;       // the original's --limit
  std::optional<std::size_t> items;  // size of the seeded stratified nested subset
  std::uint64_t subset_seed = 0;
  std::uint64_t fewshot_seed = 1234;
  Json settings = Json::object();  // generated tasks
  // Counts tokens with the model's tokenizer, for generated tasks; may be empty.
  std::function<int(std::string_view text)> count_tokens = {};
  std::shared_ptr<Spool> spool = {};  // where the items go; null: one of the task's own
};

struct LoadedTask {
  const Task* task = nullptr;
  int shots = 0;                // shots per item actually used
  ItemList items;               // selected items in data set order
  std::size_t available = 0;    // items in the whole evaluated split
  std::vector<Json> shot_pool;  // processed documents
  DataStatus status;            // of the evaluated split
  DataStatus shot_status;       // of the pool (rows = 0 when no shots are used)
  std::string data_sha256;      // digest over the splits used
  std::vector<std::string> files;
};

// Loads, processes, checks (golds inside the choices, ids unique) and selects. Errors name the
// task, the item and the file.
//
// Shots of an item depend only on its position in the full split: --limit and --items see the
// prompts of the full run (for --limit this equals the original, which advances its generator once
// per evaluated document).
expected<LoadedTask> load_task(const Task& task, const DataSource& source,
                               const LoadOptions& options);

// The subset for --items: ids ordered by a portable hash of (seed, task name, item id), stratified
// over `Item::group`, nested (the subset of size n contains that of size n - 1). Returns positions
// in ascending order.
std::vector<std::size_t> select_subset(const std::string& task_name, const std::vector<Item>& items,
                                       std::size_t count, std::uint64_t seed);

}  // namespace assay
