// See progress.h. A terminal line is refreshed at most eight times a second; a plain line is
// written at most every ten seconds, so that the log of an overnight run stays readable.
#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::cli {
namespace {

constexpr std::chrono::milliseconds kTerminalPeriod{125};
constexpr std::chrono::seconds kPlainPeriod{10};
constexpr std::size_t kShownErrors = 3;
constexpr std::size_t kMinWidthForBar = 70;
constexpr int kBarCells = 16;

double seconds_between(std::chrono::steady_clock::time_point from,
                       std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::string bar(double share) {
  const int full = std::clamp(static_cast<int>(std::lround(share * kBarCells)), 0, kBarCells);
  std::string cells;
  for (int i = 0; i < kBarCells; ++i) cells += i < full ? "█" : "░";
  return cells;
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
                           std::size_t prompt_tokens) {
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
  const double elapsed = seconds_between(start_, now);
  const std::size_t here = done > already_done_ ? done - already_done_ : 0;
  const double share = total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
  std::string line;
  if (terminal && console_.error_width() >= static_cast<int>(kMinWidthForBar)) {
    line += bar(share) + " ";
  }
  line += fmt::format("{}/{} ({:.1f} %)", done, total, 100.0 * share);
  if (elapsed > 0 && here > 0) {
    const double rate = static_cast<double>(here) / elapsed;
    line += fmt::format("  {:.1f} items/s", rate);
    if (prompt_tokens > 0) {
      line +=
          fmt::format("  {} tokens/s", short_count(static_cast<double>(prompt_tokens) / elapsed));
    }
    if (!last)
      line += fmt::format("  {} left", clock_text(static_cast<double>(total - done) / rate));
  }
  if (errors > 0) line += fmt::format("  {} error{}", errors, errors == 1 ? "" : "s");
  if (terminal) {
    console_.overwrite(line);
  } else {
    console_.say(line);
  }
}

void Progress::on_item_error(const std::string& task, const std::string& item, const Error& error) {
  const std::lock_guard lock(mutex_);
  ++item_errors_;
  if (item_errors_ > kShownErrors) return;
  console_.say(fmt::format("{} {}: {}", task, item, error.message));
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

std::string clock_text(double seconds) {
  const auto total = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  const long long hours = total / 3600;
  const long long minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

std::string short_count(double value) {
  if (value >= 1e9) return fmt::format("{:.1f}G", value / 1e9);
  if (value >= 1e6) return fmt::format("{:.1f}M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:.1f}k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

}  // namespace assay::cli
