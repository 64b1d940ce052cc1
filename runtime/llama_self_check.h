// Scores a story two ways, in one decode and one token at a time in a fresh cache, and compares:
// the check behind `assay doctor`.
//
// Thread-safety: none; called on the engine thread.
#pragma once

#include <optional>

#include "assay/expected.h"

namespace assay {

class LlamaContext;
class LlamaTokenizer;

struct SelfCheck {
  int tokens = 0;              // scored
  double mean_difference = 0;  // of log-probabilities, absolute
  double worst_difference = 0;
  int arg_max_changes = 0;
  int constant_rows = 0;  // positions where all tokens are equally probable
  int broken_rows = 0;    // positions with NaN or infinity
  double mean_log_probability = 0;
  bool round_trip = false;  // the text survived encoding and decoding
};
// Leaves the cache empty. Errors: the engine failed.
expected<SelfCheck> check_arithmetic(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                     std::optional<bool> add_bos);

}  // namespace assay
