// Lets a bounded number of candidates run at once, or one alone: a candidate that timed out is
// tried again with the machine to itself, so that company does not decide verdicts.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace assay::sandbox {

// Thread-safe. Whoever wants to be alone goes before those who do not.
class Gate {
 public:
  explicit Gate(std::size_t places) : places_(places) {}

  class Pass {
   public:
    Pass(Gate& gate, bool alone) : gate_(gate), alone_(alone) { gate_.enter(alone_); }
    ~Pass() { gate_.leave(alone_); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    Gate& gate_;
    bool alone_;
  };

 private:
  void enter(bool alone) {
    std::unique_lock lock(mutex_);
    if (alone) {
      ++waiting_alone_;
      changed_.wait(lock, [this] { return !alone_inside_ && inside_ == 0; });
      --waiting_alone_;
      alone_inside_ = true;
      return;
    }
    changed_.wait(lock,
                  [this] { return !alone_inside_ && waiting_alone_ == 0 && inside_ < places_; });
    ++inside_;
  }

  void leave(bool alone) {
    {
      const std::lock_guard lock(mutex_);
      if (alone) alone_inside_ = false;
      if (!alone) --inside_;
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::size_t places_;
  std::size_t inside_ = 0;
  std::size_t waiting_alone_ = 0;
  bool alone_inside_ = false;
};

}  // namespace assay::sandbox
