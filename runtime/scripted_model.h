// A Model without an engine, for tests and dry runs. Two scripts exist:
//
//   scripted:hash         every answer is a function of FNV-1a-64 over the texts:
//                           h = FNV(context, 0xFF, continuation): loglikelihood = -(h >> 40) /
//                           2^20,
//                               is_greedy = (h & 7) == 0
//                           h = FNV(text): rolling loglikelihood = -(h >> 40) / 2^10
//                           h = FNV(prompt, 0xFF, sample index in decimal [, ':', seed in decimal
//                               when the temperature is above 0]): " The answer is <h >> 40 mod
//                               1000>."; at temperature 0 the index is 0 for every sample
//                         The first two are exact in double precision.
//   scripted:FILE.jsonl   a table with one object per line:
//                           {"context": …, "continuation": …, "loglikelihood": …, "is_greedy": …}
//                           {"prompt": …, "responses": [ … ]}      sample i is response i, as is:
//                                                                  nothing is cut at stops
//                           {"text": …, "loglikelihood": …}        rolling
//                         A request that the table does not hold is an item error.
//
// Tokens are bytes (ids 0..255), nothing is added, and every request fits. A conversation is
// rendered as ChatML: "<|im_start|>ROLE\nCONTENT<|im_end|>\n" for each turn, then
// "<|im_start|>assistant\n" when a reply is asked for; an open final turn has no "<|im_end|>\n".
//
// Thread-safety: as Model says; the table is read-only after opening.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "assay/expected.h"
#include "assay/model.h"

namespace assay {

// FNV-1a, 64 bit (Fowler, Noll, Vo). `state` is the hash so far, so that a shared context is
// hashed once.
inline constexpr std::uint64_t kFnvOffset = 14695981039346656037ULL;
inline constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t state = kFnvOffset) {
  for (const char c : bytes) {
    state ^= static_cast<unsigned char>(c);
    state *= 1099511628211ULL;
  }
  return state;
}

// `script` is what follows "scripted:": "hash" or the path of a table. Errors: the table cannot be
// read (69), or a line of it is broken (65, file and line named).
expected<std::unique_ptr<Model>> open_scripted_model(const std::string& script);

// The ChatML rendering described above.
std::string render_chatml(std::span<const ChatMessage> messages, bool add_generation_prompt,
                          bool continue_final);

}  // namespace assay
