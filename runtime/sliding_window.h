// Which layers of a model see only a window of the text before a token, and how long it is, as the
// file's header tells it: for those a small cache is enough (--swa-cache window).
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/llama_gguf.h"

namespace assay {

struct SlidingWindow {
  int tokens = 0;            // that such a layer sees; 0: no layer has a window, or none is known
  std::vector<bool> layers;  // has layer i one? As long as the model has layers, or empty

  bool at(std::size_t layer) const { return layer < layers.size() && layers[layer]; }
};

// Follows the engine, which takes some windows and most patterns from the architecture's name. An
// architecture that is not known here has no window as far as assay is concerned.
SlidingWindow sliding_window(const GgufSummary& gguf);

}  // namespace assay
