// Continuous batching: the texts of a group grow together in slots, and a slot whose text has ended
// takes the next text in order before the next token is decoded. Prompts are decoded in waves
// (runtime/wave_plan.h), each once; its samples are forked from it when they get a slot.
//
// Thread-safety: none; called on the engine thread.
#pragma once

#include "assay/expected.h"
#include "runtime/llama_growth.h"

namespace assay {

// Finishes the drafts of the group. REQUIRES: the context's rules have kLeastBranches branches. An
// Error when the engine is lost or should stop.
expected<void> generate_in_slots(const TextGroup& group);

}  // namespace assay
