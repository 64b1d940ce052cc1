// Makes a prompt of exactly the wanted number of tokens by choosing where its hay ends. Tokens are
// guessed from a small window around the end, which tokenises in microseconds; what counts is that
// the whole prompt, tokenised again, has the number. Merges across the end, or across a needle,
// are therefore allowed for: the whole decides.
//
// Thread-safety: free functions.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "assay/expected.h"
#include "tasks/longctx/filler.h"

namespace assay {

// A prompt with hay from `begin` to a place that is still to be found: `before` is all in front of
// that hay, `after` all behind it.
struct OpenPrompt {
  std::string before;
  std::size_t begin = 0;  // in Filler::text()
  std::string after;
};

struct ExactEnd {
  std::size_t end = 0;  // in Filler::text(); begin <= end
  int tokens = 0;       // of the whole prompt
};

// The whole prompt with hay up to `end`, counted as the model will see it.
using PromptCounter = std::function<int(std::size_t end)>;

// An end, at or behind `from.end`, with which `whole` counts exactly `target` tokens, between words
// where there is such a place. REQUIRES: from.tokens = whole(from.end) <= target; `count` counts
// single texts. kBadData when the text ends before, or when no end gives that number (the message
// says which).
expected<ExactEnd> end_for_exact_length(Filler& filler, const OpenPrompt& open, ExactEnd from,
                                        int target, const PromptCounter& whole,
                                        const TokenCounter& count);

}  // namespace assay
