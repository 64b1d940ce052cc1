// How the cells of a key/value cache are divided among sequences.
#pragma once

namespace assay {

// `count` 0: one row of cells, in which sequences share what they have in common. Otherwise `count`
// streams of `length` cells, each for one sequence: a token then looks at nobody else's cells, and
// what two sequences have in common is there twice.
struct Streams {
  int count = 0;        // for texts
  int length = 0;       // a multiple of kStreamGranule
  bool header = false;  // one more stream holds the header
  int all() const { return count + (header ? 1 : 0); }
  bool operator==(const Streams&) const = default;
};
inline constexpr int kStreamGranule = 256;  // the engine rounds streams up to it

}  // namespace assay
