// Log-likelihoods of a unit's Choices and Rolling requests, with everything the requests have in
// common decoded once: the few-shot header of the unit, the question shared by the choices, the
// beginning shared by two choices. A continuation of one token costs one output row and no token.
//
// Log-softmax in double precision over the whole vocabulary; the sum runs over the continuation's
// tokens in order, so equal rows give equal bits however they were batched.
//
// Thread-safety: none; called on the engine thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/llama_context.h"
#include "runtime/prefix_plan.h"

namespace assay {

// log p(token) in a row of logits and whether the token is the (first) arg max. nullopt when the
// row holds NaN or infinity where a number is needed.
struct TokenScore {
  double log_probability;
  bool is_arg_max;
};
class LogSoftmax {
 public:
  explicit LogSoftmax(std::span<const float> logits);
  std::optional<TokenScore> score(Token token) const;

 private:
  std::span<const float> logits_;
  std::optional<std::size_t> best_;
  double log_total_ = 0;  // logarithm of the sum of exponentials
};

// Answers the requests of `unit` whose indices are in `which` (Choices and Rolling only), writing
// into `responses`. Returns an Error only when the engine is lost or should stop.
expected<void> score_requests(LlamaContext& context, std::span<const PreparedRequest> unit,
                              std::span<const std::size_t> which, const StopFlag& should_stop,
                              std::vector<expected<Response>>& responses);

// The groups that score_requests makes of the same requests, in their order.
std::vector<PlannedDecode> plan_scores(std::span<const PreparedRequest> unit,
                                       std::span<const std::size_t> which,
                                       const ContextSettings& settings);

// Tokens to which headers are rounded down (see shared_header).
inline constexpr std::size_t kHeaderGranule = 64;

}  // namespace assay
