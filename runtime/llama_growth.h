// The step that all ways of writing several texts share: each grows by one token, in one call.
//
// Thread-safety: none; called on the engine thread.
#pragma once

#include <span>
#include <vector>

#include "assay/expected.h"
#include "runtime/llama_context.h"
#include "runtime/llama_draft.h"
#include "runtime/llama_tokenizer.h"

namespace assay {

// Decodes the last token of each draft and has it draw the next. Adds to `decoded`, by request of
// the unit. REQUIRES: at least one; each has drawn and has a sequence of its own.
expected<void> grow_by_a_token(LlamaContext& context, const LlamaTokenizer& tokenizer,
                               std::span<Draft* const> growing, const StopFlag& should_stop,
                               std::vector<int>& decoded);

}  // namespace assay
