// Texts for a unit's Completion requests. What the prompts have in common is decoded once and kept
// as the header (runtime/trunk_plan.h); the n samples of a prompt share the whole prompt; the texts
// of a group grow together in slots, one token each per decode call, and a text that has ended
// leaves its slot to the next one at once (runtime/llama_waves.h). Groups and their order depend on
// the unit and its answers alone, never on time, and each sample draws from random numbers of its
// own (runtime/sampler.h).
//
// Thread-safety: none; called on the engine thread.
#pragma once

#include <span>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/llama_context.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/prefix_plan.h"

namespace assay {

// The groups that generate_requests makes of the same requests, in their order.
std::vector<PlannedDecode> plan_generation(std::span<const PreparedRequest> unit,
                                           std::span<const std::size_t> which,
                                           const ContextSettings& settings);

// Answers the requests of `unit` whose indices are in `which` (Completion only), writing into
// `responses`. Returns an Error only when the engine is lost or should stop.
expected<void> generate_requests(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                 std::span<const PreparedRequest> unit,
                                 std::span<const std::size_t> which, const StopFlag& should_stop,
                                 std::vector<expected<Response>>& responses);

}  // namespace assay
