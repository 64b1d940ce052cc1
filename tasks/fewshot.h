// Which shots an evaluated document gets: protocols.md section 4. The random sampler carries one
// Python generator through the documents of a task, so the shots of a document depend on how many
// documents came before it and on nothing else.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "assay/expected.h"
#include "assay/python_random.h"
#include "assay/task.h"

namespace assay {

// The evaluated document must not be its own shot. The original decides that by comparing the names
// of the two splits, and two names that are both unset count as equal: hellaswag, winogrande, piqa
// and boolq therefore draw one more than they use, from a pool that cannot hold the document.
bool excludes_evaluated(const TaskData& data);

class ShotPicker {
 public:
  ShotPicker(ShotSampler sampler, std::size_t pool, std::size_t count, bool exclude_evaluated,
             std::uint64_t seed);

  // Indices into the pool for the next document, in prompt order. `is_evaluated(i)` tells whether
  // pool document i equals the evaluated one; only called when exclusion is on.
  // kUsage when the pool is too small.
  expected<std::vector<std::size_t>> next(const std::function<bool(std::size_t)>& is_evaluated);

 private:
  ShotSampler sampler_;
  std::size_t pool_;
  std::size_t count_;
  bool exclude_;
  PythonRandom random_;
};

}  // namespace assay
