// What happens to a text between the model and the filters, and how generation settings are read.
// protocols.md section 6.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

// Keeps what follows the last `think_end` (left-stripped) when that marker is given and present,
// then cuts at the first occurrence of each stop, one stop after the other in list order: what an
// earlier stop cut away a later one cannot find. Empty stops are ignored; nothing is stripped.
std::string postprocess_generation(std::string_view text, const std::vector<std::string>& stops,
                                   std::string_view think_end = {});

// The stops as asked for and the end-of-text string, which joins them once. "" = no end text.
std::vector<std::string> stop_list(std::vector<std::string> until, std::string_view end_of_text);

// The original's `generation_kwargs` in one form: "until" a list; the first present of
// max_gen_toks, max_new_tokens, max_tokens, max_completion_tokens as "max_gen_toks"; "do_sample"
// (absent: true when temperature > 0); do_sample false forces a given temperature to 0.
// kUsage for a value of a wrong type.
expected<Json> normalise_generation_kwargs(const Json& kwargs, int default_max_tokens = 256);

// What is left of a prompt that does not fit beside the tokens to generate: the original keeps the
// last max_model_length − max_tokens tokens; with `shrink` it generates fewer tokens (at least one)
// before it cuts the prompt.
struct PromptFit {
  std::size_t kept_tokens;  // from the end of the prompt
  std::size_t max_tokens;
};
// REQUIRES: max_model_length > max_tokens, unless shrink
PromptFit fit_prompt(std::size_t prompt_tokens, std::size_t max_tokens,
                     std::size_t max_model_length, bool shrink);

}  // namespace assay
