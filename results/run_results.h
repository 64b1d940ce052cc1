// Makes samples.jsonl and the summary of a run out of items that go by, in plan order, so that a
// run of any length keeps of an item only the numbers a score is made of.
//
// Thread-safety: lines() from any thread, the rest from one at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "results/samples.h"
#include "results/task_tally.h"
#include "runtime/item_sink.h"

namespace assay {

class RunResults : public ItemSink {
 public:
  // The samples' file is not touched before the first item: the folder may be another run's.
  explicit RunResults(const std::string& samples_path) : samples_(samples_path) {}

  std::string lines(const std::string& task, const ItemRecord& item) override;
  expected<void> write(std::size_t task, std::span<const ItemRecord> items,
                       std::string_view lines) override;

  // By task of the plan, up to the last that had items.
  const std::vector<TaskTally>& tallies() const { return tallies_; }
  // Puts samples.jsonl in its place.
  expected<void> commit_samples() { return samples_.commit(); }

 private:
  SampleStream samples_;
  std::vector<TaskTally> tallies_;
};

}  // namespace assay
