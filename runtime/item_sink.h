// Where judged items go while a run is still under way, so that what was asked, answered and found
// need not be kept in memory until its end: the journal has it. results/run_results.h makes samples
// and summary in this way.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "assay/expected.h"
#include "runtime/evidence.h"

namespace assay {

class ItemSink {
 public:
  virtual ~ItemSink() = default;
  // What is to be written of an item. Thread-safe.
  virtual std::string lines(const std::string& task, const ItemRecord& item) = 0;
  // Consecutive items of a task (its position in the plan) with their lines, in plan order.
  // REQUIRES: called from one thread at a time.
  virtual expected<void> write(std::size_t task, std::span<const ItemRecord> items,
                               std::string_view lines) = 0;
};

}  // namespace assay
