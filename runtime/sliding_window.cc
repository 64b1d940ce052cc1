// See sliding_window.h. The table has what the engine's loaders of these architectures do.
#include "runtime/sliding_window.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace assay {
namespace {

constexpr int kMostLayers = 4096;

struct Known {
  std::string_view architecture;
  int period;        // one layer in so many has no window; 0: the header lists the layers
  bool dense_first;  // whether that is the first of them, not the last
  int usual;         // tokens where the header does not say; 0: then there is no window
  int always;        // tokens whatever the header says, but for 0; 0: the header's
};

constexpr std::array kKnown = {
    Known{"afmoe", 4, false, 0, 0},        Known{"cohere2", 4, false, 0, 0},
    Known{"cohere2moe", 4, true, 0, 0},    Known{"exaone-moe", 4, false, 0, 0},
    Known{"exaone4", 4, false, 4096, 0},   Known{"gemma2", 2, false, 4096, 0},
    Known{"gemma3", 6, false, 0, 0},       Known{"gemma3n", 5, false, 0, 0},
    Known{"gemma4", 0, false, 0, 0},       Known{"gpt-oss", 2, false, 0, 0},
    Known{"granite_swa", 0, false, 0, 0},  Known{"laguna", 4, true, 0, 0},
    Known{"llama4", 4, false, 8192, 8192}, Known{"maple", 0, false, 0, 0},
    Known{"mellum", 4, false, 0, 0},       Known{"mimo2", 0, false, 0, 0},
    Known{"muse-glimmer", 4, false, 0, 0}, Known{"olmo2", 4, false, 0, 0},
    Known{"plamo3", 8, false, 0, 0},       Known{"smallthinker", 4, true, 0, 4096},
    Known{"spark2_5", 0, false, 0, 0},     Known{"step35", 0, false, 0, 0},
};

}  // namespace

SlidingWindow sliding_window(const GgufSummary& gguf) {
  const auto* const known = std::ranges::find(kKnown, gguf.architecture, &Known::architecture);
  if (known == kKnown.end() || gguf.block_count <= 0 || gguf.block_count > kMostLayers) return {};
  // Of this family only the largest model has windows.
  if (gguf.architecture == "exaone4" && gguf.block_count != 64) return {};
  const Json* said = nullptr;
  const Json* pattern = nullptr;
  const std::string prefix = gguf.architecture + ".attention.sliding_window";
  if (const auto found = gguf.metadata.find(prefix); found != gguf.metadata.end()) said = &*found;
  if (const auto found = gguf.metadata.find(prefix + "_pattern"); found != gguf.metadata.end()) {
    pattern = &*found;
  }
  const bool has_number = said != nullptr && said->is_number_integer();
  const auto tokens = has_number ? said->get<std::int64_t>() : std::int64_t{known->usual};
  if (tokens <= 0 || tokens > 1 << 27) return {};
  SlidingWindow window{known->always > 0 ? known->always : static_cast<int>(tokens), {}};

  const auto layers = static_cast<std::size_t>(gguf.block_count);
  window.layers.resize(layers, false);
  if (pattern != nullptr && pattern->is_array()) {
    for (std::size_t i = 0; i < std::min(layers, pattern->size()); ++i) {
      window.layers[i] = (*pattern)[i].get<std::int64_t>() != 0;
    }
    return window;
  }
  std::size_t period = static_cast<std::size_t>(known->period);
  if (pattern != nullptr && pattern->is_number_integer() && known->period > 0) {
    period = static_cast<std::size_t>(
        std::clamp<std::int64_t>(pattern->get<std::int64_t>(), 0, kMostLayers));
  } else if (period == 0) {
    return {};  // the header should list them and does not
  }
  for (std::size_t i = 0; i < layers; ++i) {
    const std::size_t dense = known->dense_first || period == 0 ? 0 : period - 1;
    window.layers[i] = period == 0 || i % period != dense;
  }
  return window;
}

}  // namespace assay
