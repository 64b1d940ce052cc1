// See stream_plan.h.
#include "runtime/stream_plan.h"

#include <algorithm>

namespace assay {
namespace {

std::size_t up_to(std::size_t count, std::size_t step) { return (count + step - 1) / step; }

std::size_t whole(std::size_t cells) {
  return static_cast<std::size_t>(whole_steps(static_cast<std::int64_t>(cells)));
}

}  // namespace

Streams plan_streams(std::span<const TrunkPath> paths, std::size_t header,
                     const ContextSettings& settings) {
  if (!settings.apart || paths.size() < 2) return {};
  std::size_t longest = 0;
  std::size_t own = 0;  // cells of all texts, beyond the header
  for (const TrunkPath& path : paths) {
    const auto more = static_cast<std::size_t>(std::max(0, path.max_tokens));
    longest = std::max(longest, path.prompt.size() + more);
    own += path.prompt.size() + more - header;
  }
  // A long header is better shared: its cells stay in the processor's caches from text to text.
  if (header * paths.size() > own) return {};
  const auto cells = static_cast<std::size_t>(settings.cells);
  const auto slots = static_cast<std::size_t>(settings.slots);
  const std::size_t length = whole(longest);
  const auto room = static_cast<std::size_t>(std::max(settings.cells, settings.stream_cells));
  const std::size_t most = std::min({room / length, kMostStreams, paths.size(),
                                     static_cast<std::size_t>(settings.outputs),
                                     static_cast<std::size_t>(settings.batch)});
  const std::size_t shared = std::min({slots, paths.size(), (cells - header) * paths.size() / own});
  if (most < 2 || 2 * most < shared) return {};
  // As many rounds as with all streams, but alike: the last one is not left with a few texts.
  const std::size_t count = up_to(paths.size(), up_to(paths.size(), most));
  // The engine's cache has room for a whole batch.
  const std::size_t least = up_to(static_cast<std::size_t>(settings.batch), count);
  const std::size_t long_enough = std::max(length, whole(least));
  return {static_cast<int>(count), static_cast<int>(long_enough)};
}

}  // namespace assay
