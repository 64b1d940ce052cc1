// A draft: one sample of one Completion request while it is being written. Greedy requests have one
// draft, whose text answers all of their samples. A draft draws from random numbers of its own
// (runtime/sampler.h) and stops by its own text, so what it becomes depends on rows of logits
// alone.
//
// Thread-safety: value types; different drafts may be used by different threads.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "assay/request.h"
#include "assay/response.h"
#include "runtime/kept_tokens.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/sampler.h"
#include "runtime/stop_text.h"

namespace assay {

struct Draft {
  Draft(std::size_t of, const Completion& what, std::span<const Token> prompt_tokens,
        std::uint64_t seed, const std::vector<std::string>& stops);

  // Takes in the model's output after the draft's last token: draws, appends, decides whether to
  // end.
  void draw(const LlamaTokenizer& tokenizer, std::span<const float> logits);

  // Where the token drawn last stands.
  int position() const;

  std::size_t request;  // index into the unit
  const Completion* completion;
  std::span<const Token> prompt;
  Sampler sampler;
  StopText text;
  Generation generation{"", FinishReason::kLength, 0};
  int sequence = 0;           // of the context
  std::optional<Token> last;  // not decoded yet
  bool finished = false;
  bool broken = false;  // the model's output was not finite
  // Of the first sample: what it generated, and with --keep-probs what the model expected there.
  bool on_record = false;
  std::vector<Token> generated{};
  PathDigest path{};
  std::size_t keep_top = 0;
  std::vector<TopTokens> kept{};
};

// Texts written for a request: all greedy samples are one.
int drafts_of(const Completion& completion);

// The drafts of the requests of `unit` whose indices are in `which` (Completion only), in order.
// They point into `unit`.
std::vector<Draft> list_drafts(const LlamaTokenizer& tokenizer,
                               std::span<const PreparedRequest> unit,
                               std::span<const std::size_t> which);

// The answer made of a request's drafts. REQUIRES: at least one. `vocabulary`: tokens in a row.
expected<Response> response_of(const PreparedRequest& prepared, std::span<const Draft> drafts,
                               int decoded, int vocabulary);

}  // namespace assay
