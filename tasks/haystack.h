// A text cut into sentences, from which a haystack of a wanted number of tokens is taken. Counting
// the tokens of each sentence once keeps the search for the right length short, however long the
// haystack.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"

namespace assay {

using TokenCounter = std::function<int(std::string_view)>;

// Where no tokenizer is at hand: one token for four characters, rounded up.
int estimated_tokens(std::string_view text);

class Haystack {
 public:
  // White space of `text` (valid UTF-8) is collapsed to single spaces.
  Haystack(std::string_view text, TokenCounter count);

  std::size_t sentences() const { return sentences_.size(); }

  // Sentences first .. first + count - 1, joined by spaces, with `needle` before the one at
  // position count · depth / 100 (rounded down; after all of them when depth is 100).
  std::string with_needle(std::size_t first, std::size_t count, const std::string& needle,
                          int depth) const;

  // The largest number of sentences from `first` on whose finished prompt has at most `budget`
  // tokens; `tokens_of(count)` counts a whole prompt. kBadData when the text ends before the budget
  // is used up, kUsage when not even one sentence fits.
  expected<std::size_t> fitting(std::size_t first, int budget,
                                const std::function<int(std::size_t)>& tokens_of);

  // Whether a stretch of `tokens` tokens from `first` on exists, by the counts of sentences.
  bool reaches(std::size_t first, int tokens);

 private:
  int tokens_of_sentence(std::size_t i);

  std::vector<std::string> sentences_;
  std::vector<int> tokens_;  // -1: not counted yet
  TokenCounter count_;
};

}  // namespace assay
