// A GGUF file, run in this process by llama.cpp. Parts: llama_gguf (is the file sound),
// model_probe (does loading it survive), llama_load (weights and settings), llama_context
// (decoding), llama_score and llama_generate (answering), chat_template, llama_manifest.
#pragma once

#include <functional>
#include <memory>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/model_options.h"

namespace assay {

expected<std::unique_ptr<Model>> open_llama_model(const ModelOptions& options,
                                                  const std::function<void(double)>& on_progress);

// What the doctor wants to know about a model's arithmetic: a text's log-probabilities computed
// whole (one decode) and one token at a time, in fresh contexts.
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
// REQUIRES: `model` was made by open_llama_model. Errors: the engine failed.
expected<SelfCheck> self_check(Model& model);

}  // namespace assay
