// What a person sees while a run goes on: on a terminal one line that is written over and over
// (share done, items and tokens per second, the score so far, time left); in a pipe or a log file a
// plain line now and then. It listens to the run (RunObserver) and never steers it.
//
// The rate is measured over what this process did, so the items that an earlier process already
// answered do not make the estimate too good.
//
// Thread-safety: every method may be called from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

#include "cli/console.h"
#include "results/running_score.h"
#include "runtime/observer.h"

namespace assay::cli {

class Progress : public RunObserver {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // The console must outlive the progress. `quiet` leaves only notes and item errors.
  explicit Progress(Console& console, bool quiet = false,
                    Clock clock = std::chrono::steady_clock::now);

  void on_plan(std::size_t items, std::size_t already_done) override;
  void on_progress(std::size_t done, std::size_t total, std::size_t errors,
                   std::size_t tokens) override;
  void on_judged(const std::string& task, const JudgedItem& judged) override;
  void on_item_error(const std::string& task, const std::string& item, const Error& error) override;
  void on_note(const std::string& sentence) override;

  // Removes the progress line and says how many item errors were not shown one by one.
  void finish();

 private:
  Console& console_;
  const bool quiet_;
  const Clock clock_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_line_;
  std::size_t already_done_ = 0;
  std::size_t item_errors_ = 0;
  RunningScore score_;
};

}  // namespace assay::cli
