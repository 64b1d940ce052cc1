// See lane_pool.h.
#include "runtime/lane_pool.h"

#include <algorithm>
#include <utility>

#include "runtime/machine.h"

namespace assay {
namespace {

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

LanePool::LanePool(Model& model, std::function<bool()> should_stop)
    : model_(model),
      laned_(dynamic_cast<Laned*>(&model)),
      should_stop_(std::move(should_stop)),
      lanes_(laned_ == nullptr ? 1 : laned_->lanes()),
      last_task_(static_cast<std::size_t>(lanes_)) {
  if (lanes_ == 1) return;
  working_ = lanes_;
  laned_->share_threads(working_);
  for (int lane = 0; lane < lanes_; ++lane) threads_.emplace_back([this, lane] { work(lane); });
}

LanePool::~LanePool() {
  {
    const std::lock_guard lock(mutex_);
    queue_.clear();
  }
  close();
  for (std::thread& thread : threads_) thread.join();
}

void LanePool::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void LanePool::submit(LaneJob& job) {
  if (lanes_ == 1) return;
  {
    const std::lock_guard lock(mutex_);
    const auto later =
        std::ranges::find_if(queue_, [&](const LaneJob* other) { return other->unit > job.unit; });
    queue_.insert(later, &job);
  }
  changed_.notify_all();
}

void LanePool::wait(LaneJob& job) {
  if (lanes_ == 1) return answer(0, job);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return job.done; });
}

void LanePool::drop(LaneJob& job) {
  if (lanes_ == 1) return;
  std::unique_lock lock(mutex_);
  if (std::erase(queue_, &job) > 0) return;
  changed_.wait(lock, [&] { return job.done; });
}

double LanePool::busy_lanes() const {
  const std::lock_guard lock(mutex_);
  return share_seconds_ > 0 ? lane_seconds_ / share_seconds_ : 1;
}

double LanePool::idle_seconds() const {
  const std::lock_guard lock(mutex_);
  return busy_ == 0 ? idle_ + seconds(Clock::now() - seen_) : idle_;
}

void LanePool::work(int lane) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) {
      --working_;
      laned_->share_threads(std::max(1, working_));
      return;
    }
    LaneJob* job = take(lane);
    lock.unlock();
    answer(lane, *job);
    lock.lock();
  }
}

LaneJob* LanePool::take(int lane) {
  auto& mine = last_task_[static_cast<std::size_t>(lane)];
  auto chosen = std::ranges::find_if(queue_, [&](const LaneJob* job) { return mine == job->task; });
  if (chosen == queue_.end()) {
    chosen = std::ranges::find_if(
        queue_, [&](const LaneJob* job) { return !std::ranges::count(last_task_, job->task); });
  }
  if (chosen == queue_.end()) chosen = queue_.begin();
  LaneJob* job = *chosen;
  queue_.erase(chosen);
  mine = job->task;
  return job;
}

void LanePool::answer(int lane, LaneJob& job) {
  const auto totals = [&]() -> std::optional<EngineWork> {
    return laned_ == nullptr ? model_.work() : laned_->work_in(lane);
  };
  const std::optional<EngineWork> before = totals();
  Clock::duration clock_before{};
  Clock::time_point start;
  {
    const std::lock_guard lock(mutex_);
    advance_clock();
    ++busy_;
    clock_before = shared_clock_;
    start = seen_;
  }
  if (!job.requests.empty()) {
    job.responses = laned_ == nullptr ? model_.answer(job.requests, should_stop_)
                                      : laned_->answer_in(lane, job.requests, should_stop_);
  }
  const std::optional<EngineWork> after = totals();
  const std::size_t memory = before && after ? peak_memory_bytes() : 0;
  {
    const std::lock_guard lock(mutex_);
    advance_clock();
    --busy_;
    const double taken = seconds(seen_ - start);
    job.seconds = seconds(shared_clock_ - clock_before);
    lane_seconds_ += taken;
    share_seconds_ += job.seconds;
    if (before && after) {
      job.cost = unit_cost(*before, *after, memory);
      const double share = taken > 0 ? job.seconds / taken : 1;
      job.cost->prompt.seconds *= share;
      job.cost->generation.seconds *= share;
    }
    job.done = true;
  }
  changed_.notify_all();
}

void LanePool::advance_clock() {
  const Clock::time_point now = Clock::now();
  const Clock::duration since = now - seen_;
  seen_ = now;
  if (busy_ == 0) {
    idle_ += seconds(since);
  } else {
    shared_clock_ += since / busy_;  // whole ticks: what one lane has to itself is exactly its own
  }
}

}  // namespace assay
