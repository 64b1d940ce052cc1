// Continuous batching where each text has cells of its own (Streams): the texts of a group grow
// together, and a stream whose text has ended takes the next text in order before the next token is
// decoded. Prompts are decoded when their first text gets a stream, several in a call where they
// are short; samples of one prompt copy it from a stream that holds it.
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
// `header` tokens, `streams` at a time. Adds to `decoded`, by request of the unit. REQUIRES: the
// cache is divided into that many streams at least. An Error when the engine is lost or should
// stop.
expected<void> generate_in_streams(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                   std::span<Draft> group, std::size_t header, std::size_t streams,
                                   const StopFlag& should_stop, std::vector<int>& decoded);

}  // namespace assay
