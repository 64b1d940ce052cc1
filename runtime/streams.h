// How the cells of a key/value cache are divided among sequences.
#pragma once

#include <cstdint>

namespace assay {

// The engine makes a cache, and each stream of one, in whole steps of this many cells.
inline constexpr std::int64_t kCellStep = 256;

constexpr std::int64_t whole_steps(std::int64_t cells) {
  return (cells + kCellStep - 1) / kCellStep * kCellStep;
}

// `count` 0: one row of cells, in which sequences share what they have in common. Otherwise `count`
// streams of `length` cells, each for one sequence: a token then looks at nobody else's cells, and
// what two sequences have in common is there twice. A header is kept by the first sequence, as what
// its text begins with.
struct Streams {
  int count = 0;
  int length = 0;  // a multiple of kCellStep
  bool operator==(const Streams&) const = default;
};

}  // namespace assay
