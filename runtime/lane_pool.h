// Units on their way through a model's lanes (runtime/lanes.h). A lane that is free takes the first
// waiting unit of the task it did last, whose few-shot header it still holds; else the first one of
// a task that no other lane is at; else the first one. A lane for which no unit is left leaves its
// threads to the others. A model without lanes answers in the thread that asks for the answer.
//
// Thread-safety: submit() and close() may be called from any thread; wait() and drop() from one at
// a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/lanes.h"
#include "runtime/run_cost.h"

namespace assay {

// A unit that is to be answered. It must stay where it is from submit() until wait() returns.
struct LaneJob {
  std::size_t unit = 0;  // its number: lower ones are taken first
  std::size_t task = 0;
  std::span<const PreparedRequest> requests;

  // Set by the pool.
  bool done = false;
  expected<std::vector<expected<Response>>> responses = std::vector<expected<Response>>{};
  // Its share of the wall clock: while n lanes are busy, a second counts as 1/n for each of them,
  // so that all shares together are the time in which any lane was busy.
  double seconds = 0;
  std::optional<UnitCost> cost;  // seconds are shares too; nothing for a model without EngineWork
};

class LanePool {
 public:
  // `should_stop` is polled as Model::answer() does, by several threads.
  LanePool(Model& model, std::function<bool()> should_stop);
  ~LanePool();  // gives up what was submitted and is not done
  LanePool(const LanePool&) = delete;
  LanePool& operator=(const LanePool&) = delete;

  int lanes() const { return lanes_; }
  void submit(LaneJob& job);
  void close();  // no unit is submitted any more
  void wait(LaneJob& job);
  // In place of wait(): the answer is not wanted. Returns when no lane is at the job.
  void drop(LaneJob& job);

  // Of those that were waited for: seconds of all lanes ÷ seconds in which any lane was busy; 1
  // when nothing was answered.
  double busy_lanes() const;
  // Seconds since the pool was made in which no lane was busy.
  double idle_seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  void work(int lane);
  LaneJob* take(int lane);  // REQUIRES: the mutex is held
  void answer(int lane, LaneJob& job);
  void advance_clock();  // REQUIRES: the mutex is held

  Model& model_;
  Laned* laned_;  // null when the model has one lane
  const std::function<bool()> should_stop_;
  const int lanes_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LaneJob*> queue_;
  std::vector<std::optional<std::size_t>> last_task_;  // by lane
  bool closed_ = false;
  int working_ = 0;  // lanes that may get another unit
  int busy_ = 0;
  Clock::time_point seen_ = Clock::now();  // when the clocks below were brought up to date
  Clock::duration shared_clock_{};         // advances at 1 / busy lanes
  double idle_ = 0;
  double lane_seconds_ = 0;
  double share_seconds_ = 0;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace assay
