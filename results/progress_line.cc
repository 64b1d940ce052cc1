// See progress_line.h.
#include "results/progress_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/text_table.h"

namespace assay {
namespace {

constexpr int kBarCells = 16;

struct Part {
  std::string text;
  int rank;  // the highest is left out first; 0 stays
};

std::string bar(double share) {
  const int full = std::clamp(static_cast<int>(std::lround(share * kBarCells)), 0, kBarCells);
  std::string cells;
  for (int i = 0; i < kBarCells; ++i) cells += i < full ? "█" : "░";
  return cells;
}

std::string joined(const std::vector<Part>& parts) {
  std::string line;
  for (const Part& part : parts) line += (line.empty() ? "" : "  ") + part.text;
  return line;
}

}  // namespace

std::string progress_line(const ProgressState& state, std::size_t width) {
  const double share =
      state.total == 0 ? 1.0 : static_cast<double>(state.done) / static_cast<double>(state.total);
  std::vector<Part> parts;
  if (width > 0) parts.push_back({bar(share), 6});
  parts.push_back({fmt::format("{}/{} ({:.1f} %)", state.done, state.total, 100.0 * share), 0});
  const bool timed = state.seconds > 0 && state.here > 0;
  const double rate = timed ? static_cast<double>(state.here) / state.seconds : 0;
  if (timed) {
    parts.push_back({fmt::format("{:.1f} items/s", rate), 5});
    if (state.tokens > 0) {
      const double tokens = static_cast<double>(state.tokens) / state.seconds;
      parts.push_back({short_count(tokens) + " tokens/s", 4});
    }
  }
  if (!state.score.empty()) parts.push_back({state.score, 3});
  if (timed && state.done < state.total) {
    const double left = static_cast<double>(state.total - state.done) / rate;
    parts.push_back({clock_text(left) + " left", 2});
  }
  if (state.errors > 0) {
    parts.push_back({fmt::format("{} error{}", state.errors, state.errors == 1 ? "" : "s"), 1});
  }
  while (width > 0 && parts.size() > 1 && display_width(joined(parts)) > width) {
    parts.erase(std::max_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.rank < b.rank; }));
  }
  return joined(parts);
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

}  // namespace assay
