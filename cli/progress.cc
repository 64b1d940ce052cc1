// See progress.h. A terminal line is refreshed at most eight times a second; a plain line is
// written at most every ten seconds, so that the log of an overnight run stays readable.
#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/error_place.h"
#include "results/progress_line.h"

namespace assay::cli {
namespace {

constexpr std::chrono::milliseconds kTerminalPeriod{125};
constexpr std::chrono::seconds kPlainPeriod{10};
constexpr std::size_t kShownErrors = 3;

double seconds_between(std::chrono::steady_clock::time_point from,
                       std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Progress::Progress(Console& console, bool quiet, Clock clock)
    : console_(console), quiet_(quiet), clock_(std::move(clock)), start_(clock_()) {}

void Progress::on_plan(std::size_t items, std::size_t already_done) {
  const std::lock_guard lock(mutex_);
  start_ = clock_();
  last_line_ = start_;
  already_done_ = already_done;
  if (quiet_) return;
  if (already_done > 0) {
    console_.say(fmt::format("going on with {} of {} items answered before.", already_done, items));
  } else if (!console_.error_is_terminal()) {
    console_.say(fmt::format("{} items to answer.", items));
  }
}

void Progress::on_progress(std::size_t done, std::size_t total, std::size_t errors,
                           std::size_t tokens) {
  const std::lock_guard lock(mutex_);
  if (quiet_) return;
  const auto now = clock_();
  const bool terminal = console_.error_is_terminal();
  const bool last = done == total;
  if (!last && now - last_line_ < (terminal ? std::chrono::nanoseconds(kTerminalPeriod)
                                            : std::chrono::nanoseconds(kPlainPeriod))) {
    return;
  }
  last_line_ = now;
  ProgressState state;
  state.done = done;
  state.total = total;
  state.here = done > already_done_ ? done - already_done_ : 0;
  state.tokens = tokens;
  state.errors = errors;
  state.seconds = seconds_between(start_, now);
  state.score = score_.text();
  // The last column stays free: some terminals begin a new line there.
  const int columns = std::max(2, console_.error_width());
  const std::string line =
      progress_line(state, terminal ? static_cast<std::size_t>(columns - 1) : 0);
  if (terminal) {
    console_.overwrite(line);
  } else {
    console_.say(line);
  }
}

void Progress::on_judged(const std::string& task, const JudgedItem& judged) {
  const std::lock_guard lock(mutex_);
  score_.add(task, judged);
}

void Progress::on_item_error(const std::string& task, const std::string& item, const Error& error) {
  const std::lock_guard lock(mutex_);
  ++item_errors_;
  if (item_errors_ > kShownErrors) return;
  console_.say(fmt::format("{} {}: {}", task, item, without_place(error.message)));
}

void Progress::on_note(const std::string& sentence) {
  const std::lock_guard lock(mutex_);
  console_.say(sentence);
}

void Progress::finish() {
  const std::lock_guard lock(mutex_);
  console_.clear_line();
  if (item_errors_ > kShownErrors) {
    console_.say(fmt::format("{} more items could not be measured; samples.jsonl names each.",
                             item_errors_ - kShownErrors));
  }
}

}  // namespace assay::cli
