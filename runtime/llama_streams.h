// Continuous batching where each text has cells of its own (Streams): the texts of a group grow
// together, and a stream whose text has ended takes the next text in order before the next token is
// decoded. Prompts are decoded when their first text gets a stream, several in a call where they
// are short; samples of one prompt copy it from a stream that holds it.
//
// Thread-safety: none; called on the engine thread.
#pragma once

#include <cstddef>

#include "assay/expected.h"
#include "runtime/llama_growth.h"

namespace assay {

// Finishes the drafts of the group, `streams` at a time. REQUIRES: the cache is divided into that
// many streams at least. An Error when the engine is lost or should stop.
expected<void> generate_in_streams(const TextGroup& group, std::size_t streams);

}  // namespace assay
