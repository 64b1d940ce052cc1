// Arranges several token sequences so that what they have in common is decoded once. The paths of
// a group form a tree (a trie over token ids); its tokens are listed depth first, each with the
// set of sequences it belongs to. Because a set only shrinks along a path, such a list can be cut
// into decode batches anywhere.
//
// A plan is a pure function of the paths: no timing, no state. That is what makes the answers of
// a unit reproducible.
//
// Thread-safety: free functions, value types.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/model.h"
#include "runtime/streams.h"

namespace assay {

// One sequence to decode. The model's output is wanted after each token from `first_output` on.
// REQUIRES: first_output < tokens.size().
struct PlanPath {
  std::span<const Token> tokens;
  std::size_t first_output = 0;
};

struct PlannedToken {
  Token token;
  int position;       // from the start of the path
  int set;            // index into PrefixPlan::sets
  int row;            // output row, or -1 when no output is wanted
  std::size_t owner;  // the first path that goes through this token
};

struct PrefixPlan {
  std::vector<PlannedToken> tokens;    // depth first, without the header
  std::vector<std::vector<int>> sets;  // sequence numbers, from 0
  std::vector<int> sequence_of;        // per path: a sequence that ends with its last token
  std::vector<std::vector<int>> rows;  // per path: rows of its outputs, first_output first
  int sequence_count = 0;
  int row_count = 0;
};

// What a group of paths decodes: a header that is held, and tokens after it. A header is lost where
// the next group's cells are divided otherwise.
struct PlannedDecode {
  std::vector<Token> header;
  std::size_t tokens = 0;
  Streams streams{};
};

enum class Sequences {
  kShared,     // equal paths, and paths that are the beginning of others, share a sequence
  kOnePerPath  // every path keeps a sequence of its own, to be continued after the plan
};

// Length of the beginning that all paths share and of which no output is wanted, rounded down to
// a multiple of `granule`: units of one task then agree on the same header although their items
// happen to begin alike, and keep it decoded.
std::size_t shared_header(std::span<const PlanPath> paths, std::size_t granule);

// REQUIRES: `header` tokens are common to all paths and end before every first_output.
PrefixPlan plan_prefixes(std::span<const PlanPath> paths, std::size_t header, Sequences sequences);

}  // namespace assay
