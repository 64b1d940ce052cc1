// A model that can answer several units at once, each in a lane: a context with a cache of its own,
// on weights that all lanes share. What is answered depends neither on the lane nor on what it
// answered before, so a unit may go to any of them and equal settings give equal bits.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"

namespace assay {

class Laned {
 public:
  virtual ~Laned() = default;
  virtual int lanes() const = 0;  // at least 1
  // Model::answer() in a lane; Model::answer() itself is lane 0. REQUIRES: 0 <= lane < lanes(); one
  // thread at a time for each lane.
  virtual expected<std::vector<expected<Response>>> answer_in(
      int lane, std::span<const PreparedRequest> unit,
      const std::function<bool()>& should_stop) = 0;
  // So many lanes are at work from now on and share the threads of all; 1 before the first call. No
  // answer depends on it. May be called from any thread.
  virtual void share_threads(int working) = 0;
  // Totals of one lane so far. REQUIRES: nothing is under way in it.
  virtual EngineWork work_in(int lane) const = 0;
};

}  // namespace assay
