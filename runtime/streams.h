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
// what two sequences have in common is there twice.
struct Streams {
  int count = 0;        // for texts
  int length = 0;       // a multiple of kCellStep
  bool header = false;  // one more stream holds the header
  int all() const { return count + (header ? 1 : 0); }
  bool operator==(const Streams&) const = default;
};

}  // namespace assay
