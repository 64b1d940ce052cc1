// Prompts of a group that are to be continued, cut into waves. A wave's prompts are decoded
// together, as a tree, when the first of its texts is about to get a slot; they wait in the cache
// until the last of their texts has one. Waves are about as large as a batch, so that prompts go
// through the engine at full speed although slots come free one at a time.
//
// A pure function of prompts and settings, not of how long the texts become: what will be decoded
// is known before (decode_forecast.h), and a slot that comes free is refilled in an order that
// follows from the answers alone.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/model.h"
#include "runtime/llama_context.h"

namespace assay {

// How the sequences beside the header are used: texts 0 … slots - 1, then prompts that wait, then
// one that keeps what all prompts begin with.
struct WaveLayout {
  int slots = 0;
  int stems = 0;
  int first_stem() const { return slots; }
  int anchor() const { return slots + stems; }
  int sequences() const { return slots + stems + 1; }
};
// REQUIRES: settings.rules.branches >= kLeastBranches.
inline constexpr int kLeastBranches = 3;
WaveLayout wave_layout(const ContextSettings& settings);

struct WavePrompt {
  std::span<const Token> tokens;  // REQUIRES: not empty
  int max_tokens = 0;             // of the longest text that follows
};

struct WavePlan {
  std::size_t base = 0;           // tokens that all prompts begin with, at least the header
  std::vector<std::size_t> ends;  // wave w holds prompts [ends[w - 1], ends[w])
};

// REQUIRES: all prompts begin with the same `header` tokens and are longer.
WavePlan plan_waves(std::span<const WavePrompt> prompts, std::size_t header,
                    const ContextSettings& settings);

// The tree of a wave's prompts, after the header for the first wave and after the base for others.
PrefixPlan plan_wave(std::span<const WavePrompt> prompts, std::size_t after);

}  // namespace assay
