// Puts needles into hay so that the whole prompt has exactly the wanted number of tokens. Every
// prompt of a length is made from the same stretch of hay, so that prompts begin alike up to their
// first needle and what they have in common need be decoded once.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "tasks/longctx/exact_length.h"
#include "tasks/longctx/filler.h"

namespace assay {

// Where hay and needles stand, in bytes of Filler::text(): enough to make the text again.
struct Placement {
  std::size_t start = 0;        // of the hay
  std::size_t end = 0;          // of the hay
  std::vector<std::size_t> at;  // per needle: it stands in front of the hay that begins here
  int tokens = 0;               // of the whole prompt
};

// A sentence and how much of the hay stands in front of it.
struct PlacedNeedle {
  std::string sentence;
  double depth = 0;  // percent, by tokens of whole sentences; 100: after everything
};

// The hay with its needles, single spaces between them.
std::string haystack_text(const std::string& filler, const Placement& placement,
                          const std::vector<PlacedNeedle>& needles);

// What a prompt consists of besides the hay.
struct HaystackFrame {
  std::string before;  // the hay
  std::string after;
  // Tokens of the finished prompt with this text in place of the hay.
  std::function<int(const std::string& text)> count_prompt;
};

// Places the needles between sentences of the hay that begins with sentence `first`, and ends the
// hay so that the prompt has exactly `target` tokens. kUsage when the question alone leaves no
// room; kBadData when the filler is too short, or when no end fits (see exact_length.h).
expected<Placement> place_needles(Filler& filler, std::size_t first, int target,
                                  const std::vector<PlacedNeedle>& needles,
                                  const HaystackFrame& frame, const TokenCounter& count);

// A sentence to begin with that has `tokens` and some more after it, drawn by the seed; the text's
// first when none has.
std::size_t hay_start(Filler& filler, std::uint64_t seed, int tokens);

Json to_json(const Placement& placement);
// Of a manifest, in the text it was measured in, which grows where it repeats: kBadData unless
// `needles` needles stand inside it.
expected<Placement> recorded_placement(Filler& filler, const Json& json, std::size_t needles);

}  // namespace assay
