// See fit.h. The size is bracketed, and the next one to try is where a straight line through what
// is known says; halving takes over where lines do not help.
#include "tasks/longctx/fit.h"

#include <algorithm>

namespace assay {
namespace {

constexpr int kLines = 12;  // guesses by a line before halving

}  // namespace

std::optional<Fit> largest_fit(std::size_t least, std::size_t most, std::size_t guess, int target,
                               const std::function<int(std::size_t)>& tokens) {
  const Fit smallest{least, tokens(least)};
  if (smallest.tokens > target) return std::nullopt;
  Fit fits = smallest;
  std::size_t beyond = most + 1;  // does not fit, or does not exist
  double per_piece = std::max(1.0, smallest.tokens / static_cast<double>(least + 1));
  for (int round = 0; beyond - fits.size > 1; ++round) {
    const double missing = target - fits.tokens;
    std::size_t next = fits.size + static_cast<std::size_t>(missing / per_piece);
    if (round == 0 && guess > least) next = guess;
    if (round >= kLines && beyond <= most) next = fits.size + (beyond - fits.size) / 2;
    next = std::clamp(next, fits.size + 1, beyond - 1);
    const int count = tokens(next);
    if (next > least && count > smallest.tokens) {
      per_piece = (count - smallest.tokens) / static_cast<double>(next - least);
    }
    if (count <= target) {
      fits = {next, count};
    } else {
      beyond = next;
    }
  }
  return fits;
}

}  // namespace assay
