// How many pieces (words of a list, pairs, documents) a text of a wanted number of tokens holds.
// Pieces are whole, so such a text has at most that number: one piece more would not fit.
//
// Pure and thread-safe, but for the function that is passed in.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace assay {

struct Fit {
  std::size_t size = 0;
  int tokens = 0;  // of the text with so many pieces
};

// A size s in least..most whose text has at most `target` tokens while that of s + 1 has more (or
// s = most). `guess`, where it lies in between, is tried first; a good one saves most of the work.
// nullopt: not even `least` fits. `tokens` is asked O(log) times as long as texts grow with their
// size, and need not grow strictly. REQUIRES: least <= most
std::optional<Fit> largest_fit(std::size_t least, std::size_t most, std::size_t guess, int target,
                               const std::function<int(std::size_t)>& tokens);

}  // namespace assay
