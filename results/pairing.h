// Brings two runs' items together by task and item id. Everything that a comparison says is said
// about pairs that both runs measured; what is left out is counted here.
//
// Thread-safety: pure; the result points into the folders, which must outlive it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/run_folder.h"

namespace assay {

struct ItemPair {
  const ItemRecord* base;
  const ItemRecord* other;
  std::size_t cluster;  // items of equal numbers are not independent; unique in its task
};

struct TaskPairs {
  const TaskRecord* base = nullptr;
  const TaskRecord* other = nullptr;
  std::vector<ItemPair> measured;  // both runs have an answer; in the base's item order
  std::size_t common = 0;          // items asked in both
  std::size_t base_errors = 0;     // of the common ones
  std::size_t other_errors = 0;
  std::size_t one_sided = 0;  // of the common ones, an item error in exactly one run
  std::size_t reworded = 0;   // common items that were asked in other words
  std::string example;        // the first of those
};

// Whether two requests are the same question as a model sees it, whatever the seeds and sampling:
// those are compared as settings.
bool asked_the_same(const Request& a, const Request& b);

TaskPairs pair_task(const TaskRecord& base, const TaskRecord& other);

}  // namespace assay
