// What came back from a model for one request. Log-likelihoods are natural logarithms, summed in
// double precision; a response never holds a value that is not finite (that is an error instead).
//
// Thread-safety: value types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace assay {

struct ChoiceScore {
  double loglikelihood;  // sum over the continuation's tokens
  bool is_greedy;        // every continuation token was the arg max at its position
  int tokens;            // number of continuation tokens
};

enum class FinishReason { kStop, kEndOfText, kLength };

struct Generation {
  std::string text;  // after cutting at stops; valid UTF-8 (invalid bytes replaced by U+FFFD)
  FinishReason finish;
  int tokens;  // generated tokens, the end token not counted
  // The generated tokens in order, without the end token; those of a stop that was cut off are
  // among them. Absent when they are not on record: only the first text of a greedy request has
  // them, from a model that knows its tokens.
  std::optional<std::vector<std::int32_t>> token_ids{};
};

struct RollingScore {
  double loglikelihood;
  int tokens;  // scored tokens
};

struct Response {
  std::variant<std::vector<ChoiceScore>, std::vector<Generation>, RollingScore> answer;
  int prompt_tokens = 0;   // tokens asked: the whole prompt(s), shared or not
  int decoded_tokens = 0;  // tokens the engine had to decode for this request
  // What the model expected next at some positions, as text (runtime/kept_tokens.h); "" when it was
  // not asked for (PreparedRequest::keep_top).
  std::string top_tokens{};
};

}  // namespace assay
