// Whether the texts of a group grow in streams (runtime/streams.h), and in how many. Where a
// cache is shared, the engine passes over the cells of all texts for each token of one; in streams
// it does not, but what texts begin with is there once for each: fewer of them fit, and a header
// longer than what comes after it is better shared.
//
// A pure function of the paths and the context's settings: a forecast and a run agree.
#pragma once

#include <cstddef>
#include <span>

#include "runtime/llama_context.h"
#include "runtime/trunk_plan.h"

namespace assay {

// Texts that grow in streams together at most: on a processor more are not faster.
inline constexpr std::size_t kMostStreams = 32;

// For texts after a common header of `header` tokens; count 0: they grow in the shared cache. The
// streams together have no more cells than that cache, or than ContextSettings::stream_cells.
Streams plan_streams(std::span<const TrunkPath> paths, std::size_t header,
                     const ContextSettings& settings);

}  // namespace assay
