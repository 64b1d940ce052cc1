// Picks the next token from a row of logits. Our own, rather than the engine's, so that a sample
// depends on nothing but the logits, the settings and the seed: no standard-library distribution,
// no candidate order left to a sort's mood.
//
// Steps, in llama.cpp's default order: repeat penalty, top_k, top_p, min_p, temperature, draw.
//   repeat penalty r  over the last 64 tokens (prompt included): a logit l of a token seen there
//                     becomes l / r when l > 0, else l * r
//   top_k             the k largest logits stay
//   top_p             the smallest set of most probable tokens whose probabilities reach p stays
//   min_p             tokens at least p times as probable as the best stay
//   temperature       logits / t, then one draw by the inverse of the cumulative distribution
// The draw runs over the tokens that stay, by falling logit, ties by rising id; over all tokens by
// rising id when every one of them stays. temperature <= 0 takes the first of the largest logits
// after the repeat penalty. Probabilities are doubles.
//
// Random numbers: SplitMix64 (Steele, Lea, Flood 2014); a draw is the top 53 bits over 2^53. The
// state of sample i starts at mix(mix(seed) ^ FNV-1a-64(seed_key) ^ mix(i + 1)), mix being
// SplitMix64's output function.
//
// Thread-safety: one Sampler serves one sequence.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "assay/model.h"
#include "assay/request.h"
#include "runtime/row_math.h"

namespace assay {

class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  double next_unit();  // in [0, 1)

 private:
  std::uint64_t state_;
};

std::uint64_t sample_seed(std::uint64_t seed, std::string_view seed_key, int sample);

class Sampler {
 public:
  Sampler(const Sampling& settings, std::uint64_t seed);

  // Tells the sampler about a token that is part of the text (prompt or generated).
  void accept(Token token);
  // The next token; nullopt when the logits are not usable. Does not accept it.
  std::optional<Token> pick(std::span<const float> logits);

 private:
  struct Candidate {
    Token token;
    float logit;
  };
  Token draw_from_all(std::span<const float> logits, float top);
  void keep_most_probable(std::span<const float> logits, float best);  // top_k, top_p, min_p

  Sampling settings_;
  SplitMix64 random_;
  std::deque<Token> recent_;
  std::vector<float> penalised_;       // logits after the repeat penalty
  std::vector<Candidate> candidates_;  // what is drawn from
  std::vector<double> blocks_;         // of a draw from all tokens: sums of blocks of weights
  std::vector<double> weights_;        // and the weights of one block
};

}  // namespace assay
