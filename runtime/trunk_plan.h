// Which prompts of a unit are decoded together, and after which header. Short prompts go in groups
// after the header that all of the unit share. A long prompt goes alone, after everything it has in
// common with its neighbour, whole chunks of a batch: prompts that were written to begin alike (hay
// with a needle at growing depth) then leave a trunk in the cache that only grows, and only what
// comes after the needle is decoded again. Because the chunks are those in which the prompt alone
// would be decoded, sharing does not change a bit of what the engine computes for it.
//
// Pure functions of the prompts and the context's settings: a forecast and a run agree.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/model.h"
#include "runtime/llama_context.h"
#include "runtime/prefix_plan.h"

namespace assay {

// One text to be continued. Samples of one request stand next to each other.
struct TrunkPath {
  std::span<const Token> prompt;  // REQUIRES: not empty
  std::size_t request = 0;        // equal for samples of one request
  int max_tokens = 0;
};

struct TrunkGroup {
  std::size_t begin = 0;  // paths [begin, end) are decoded together
  std::size_t end = 0;
  std::size_t header = 0;  // tokens of their common beginning that are held before
};

// Texts of an exact group that grow together.
std::size_t exact_slots(const ContextSettings& settings);

std::vector<TrunkGroup> group_prompts(std::span<const TrunkPath> paths,
                                      const ContextSettings& settings);

// The plan's view of a path: an output is wanted after the last token of the prompt.
PlanPath plan_path(const TrunkPath& path);

// Tokens of `held`, the header in the cache, that stay when `header` is wanted next: whole chunks.
// A cache that cannot be trimmed keeps its header only when nothing of it has to go.
std::size_t kept_of_header(std::span<const Token> held, std::span<const Token> header,
                           const ContextSettings& settings);

}  // namespace assay
