// Layouts that no neighbour can move, for --exact. What the engine computes for a token depends on
// the whole decode call it is part of (engine.md section b): how many tokens the call has, where in
// the cache a sequence's cells lie, and for single tokens how many threads there are. In the exact
// mode each answer's calls are therefore a function of its own request alone:
//
//  * Headers are decoded from cell 0 in chunks of kExactChunk tokens that hold nothing else, and
//    requests share whole chunks only. Each request's header is what its own sequences share, so it
//    does not depend on which requests stand beside it.
//  * What follows the header of a scored request is decoded after it in calls of its own.
//  * Texts that are generated together keep cells of their own. Their whole chunks start at
//    multiples of kExactChunk (the attention kernel's tile), the rest of a prompt goes in a call of
//    fewer tokens than a tile (there each row is computed alone, in the order of its cells), and
//    calls that add a token to each text always have kExactWidth rows: kernels treat rows in
//    groups, and the rows left over differently.
//  * No call has one token only, because attention over one token is divided among the threads.
//
// Models that cannot decode several sequences together, and caches without flash attention, whose
// sums depend on where cells lie, answer one text at a time.
//
// These are properties of the engine's CPU kernels, not promises of its interface: the tests hold
// them, and `assay doctor MODEL --drift` examines them for a model at hand.
#pragma once

#include <cstddef>

namespace assay {

inline constexpr int kExactBatch = 512;  // tokens per call, whatever was asked for
inline constexpr int kExactChunk = 64;
inline constexpr int kExactWidth = 16;  // texts generated together; a multiple of 4, below a tile

// Tokens of a prompt that are whole chunks with at least one token after them, whose output is
// wanted.
constexpr std::size_t exact_trunk(std::size_t prompt) {
  return prompt == 0 ? 0 : (prompt - 1) - (prompt - 1) % kExactChunk;
}

}  // namespace assay
