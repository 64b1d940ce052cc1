// Continuous batching: the texts of a group grow together in slots, and a slot whose text has ended
// takes the next text in order before the next token is decoded. Prompts are decoded in waves
// (runtime/wave_plan.h), each once; its samples are forked from it when they get a slot.
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

// Finishes the drafts of `group`, which stand in order of their requests, after the held header of
// `header` tokens. Adds to `decoded`, by request of the unit. REQUIRES: the context's rules have
// kLeastBranches branches. An Error when the engine is lost or should stop.
expected<void> generate_in_slots(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                 std::span<Draft> group, std::size_t header,
                                 const StopFlag& should_stop, std::vector<int>& decoded);

}  // namespace assay
