// The engine thread (see the header).
#include "runtime/llama_thread.h"

namespace assay {

LlamaThread::LlamaThread() : thread_([this] { loop(); }) {}

LlamaThread::~LlamaThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LlamaThread::run(const std::function<void()>& work) {
  const std::lock_guard one_at_a_time(callers_);
  std::unique_lock lock(mutex_);
  work_ = &work;
  changed_.notify_all();
  changed_.wait(lock, [this] { return work_ == nullptr; });
}

void LlamaThread::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return work_ != nullptr || ending_; });
    if (work_ == nullptr) return;
    const std::function<void()>* work = work_;
    lock.unlock();
    (*work)();
    lock.lock();
    work_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace assay
