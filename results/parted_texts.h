// Where generated texts of the same prompt part: at which token, as far as both runs have the
// tokens on record, and at which character of the text.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "results/comparison.h"
#include "results/pairing.h"

namespace assay {

class PartedTexts {
 public:
  // Compares the first text of each run. Requests that draw say nothing (chance parts texts, too).
  // `same_tokens`: a token id means the same in both runs. REQUIRES: both items have an answer
  void add(const ItemPair& pair, bool same_tokens);
  // nullopt when there was no pair of texts.
  std::optional<Divergence> result() const;

 private:
  std::size_t texts_ = 0;
  std::size_t identical_ = 0;
  std::vector<double> characters_;
  std::vector<double> tokens_;
};

}  // namespace assay
