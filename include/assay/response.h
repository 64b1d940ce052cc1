// What came back from a model for one request. Log-likelihoods are natural logarithms, summed in
// double precision; a response never holds a value that is not finite (that is an error instead).
//
// Thread-safety: value types.
#pragma once

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
};

struct RollingScore {
  double loglikelihood;
  int tokens;  // scored tokens
};

struct Response {
  std::variant<std::vector<ChoiceScore>, std::vector<Generation>, RollingScore> answer;
  int prompt_tokens = 0;   // tokens asked: the whole prompt(s), shared or not
  int decoded_tokens = 0;  // tokens the engine had to decode for this request
};

}  // namespace assay
