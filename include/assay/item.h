// An Item is one question of a data set.
#pragma once

#include <cstddef>
#include <string>

#include "assay/json.h"

namespace assay {

struct Item {
  std::string id;          // unique within its task and stable across runs and subsets
  std::string group;       // e.g. the MMLU subject; "" when the task has no groups
  std::size_t index = 0;   // position in the evaluated split, 0-based: the original's doc_id
  Json doc;                // the fields, after the task's process_doc; member order = column order
  std::string preamble{};  // Task::preamble, in front of the question; not part of the document
};

}  // namespace assay
