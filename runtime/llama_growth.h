// What all ways of writing several texts share: what they are given, and the step in which each
// text grows by one token, in one call.
//
// Thread-safety: none; called on the engine thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/expected.h"
#include "runtime/llama_context.h"
#include "runtime/llama_draft.h"
#include "runtime/llama_tokenizer.h"

namespace assay {

// Texts that are written together after a header that the context holds.
struct TextGroup {
  LlamaContext& context;
  const LlamaTokenizer& tokenizer;
  std::span<Draft> drafts;  // in order of their requests
  std::size_t header;       // tokens that every prompt begins with
  const StopFlag& should_stop;
  std::vector<int>& decoded;  // by request of the unit; what is decoded for it is added
};

// Decodes the last token of some drafts of the group and has each draw the next. REQUIRES: at least
// one; each has drawn and has a sequence of its own.
expected<void> grow_by_a_token(const TextGroup& group, std::span<Draft* const> growing);

}  // namespace assay
