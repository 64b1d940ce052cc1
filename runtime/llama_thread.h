// One thread on which all of the engine's work is done. OpenMP keeps a team of threads for each
// thread that ever computed, and idle teams spin; a single caller means a single team.
//
// Thread-safety: run() may be called from any thread; calls are done one after the other.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace assay {

class LlamaThread {
 public:
  LlamaThread();
  ~LlamaThread();  // waits for the work under way
  LlamaThread(const LlamaThread&) = delete;
  LlamaThread& operator=(const LlamaThread&) = delete;

  // Does `work` on the thread and returns when it is done. `work` must not throw.
  void run(const std::function<void()>& work);

 private:
  void loop();

  std::mutex callers_;  // held for a whole run()
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace assay
