// The compact records of a run with --keep-probs as they stand in the journal, and token ids beside
// them: numbers of seven bits a byte, in base64 (docs/formats.md). Also which positions are kept,
// so that two runs keep the same.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "scorers/top_tokens.h"

namespace assay {

// At most so many positions of a request are kept: of its choices the first tokens of all, then the
// second of all, …, the same beginning once; of a completion the first ones generated (of the first
// sample); of a rolling text as many at equal distances.
inline constexpr std::size_t kKeptPositions = 16;

inline constexpr int kDefaultKeptTokens = 16;
inline constexpr int kMostKeptTokens = 1000;

// A position that is kept: token `index` of the continuation of sequence `sequence`.
struct KeptPosition {
  std::size_t sequence;
  std::size_t index;
  std::uint32_t path;  // digest of the tokens in front of it
};
// Those of a Choices or Rolling request, in the order in which they are kept.
std::vector<KeptPosition> kept_positions(const PreparedRequest& prepared);

// The records of one request.
struct KeptTokens {
  int k = 0;  // tokens asked for
  std::size_t vocabulary = 0;
  std::vector<TopTokens> positions;
};

std::string encode_kept(const KeptTokens& kept);
// kBadData when the text is not what encode_kept writes.
expected<KeptTokens> decode_kept(std::string_view text);

// What is wrong with the records of an answer to a request that asked for `k` tokens: absent, for
// another k, tokens that are twice or not of the vocabulary, probabilities that do not fall or do
// not add up to one. "" when nothing is.
std::string kept_problem(std::string_view text, int k);

std::string encode_ids(std::span<const std::int32_t> ids);
expected<std::vector<std::int32_t>> decode_ids(std::string_view text);

}  // namespace assay
