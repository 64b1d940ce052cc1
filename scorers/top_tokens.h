// What a model expected next at one position, kept small: its most probable tokens, and how much
// probability all the others have together. Two such records say how far the whole distributions
// of two models are apart, within bounds (next_token_distance.h), at a ten-thousandth of the size
// of the rows themselves.
//
// Logarithms are rounded to steps of kLogStep when a record is made, so that writing and reading it
// changes nothing and the rounding is part of the bounds.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace assay {

inline constexpr double kLogStep = 0x1.0p-20;  // nats
inline constexpr double kNoProbability = -std::numeric_limits<double>::infinity();

struct TopTokens {
  // Digest of the token ids in front of the position: records of two runs are about the same
  // position when this and the vocabulary's size are equal.
  std::uint32_t path = 0;
  std::vector<std::int32_t> tokens;       // by falling probability, equal ones by rising id
  std::vector<double> log_probabilities;  // of these, finite
  double rest = kNoProbability;           // logarithm of the probability of all other tokens
  double least = kNoProbability;          // of the least probable token of the vocabulary
};

// The record of a row of logits over the whole vocabulary: the model's own distribution, without
// temperature, penalties or other sampling settings. Fewer than `k` tokens when the vocabulary has
// fewer, or fewer have any probability. nullopt when the row is not usable (NaN, +infinity, nothing
// finite). REQUIRES: k >= 1
std::optional<TopTokens> top_tokens(std::span<const float> logits, std::size_t k);

// Rounds a log-probability to the step that records keep; kNoProbability stays.
double to_log_step(double log_probability);

// Digest of token ids that grows token by token: FNV-1a-64 over the ids as four bytes, low first;
// its upper half xor its lower half.
class PathDigest {
 public:
  void add(std::int32_t token);
  std::uint32_t value() const { return static_cast<std::uint32_t>(hash_ ^ (hash_ >> 32)); }

 private:
  std::uint64_t hash_ = 14695981039346656037ULL;
};

}  // namespace assay
