// A GGUF file, run in this process by llama.cpp. Parts: llama_gguf (is the file sound),
// model_probe (does loading it survive), llama_load (weights and settings), llama_context
// (decoding), llama_score and llama_generate (answering), chat_template, llama_manifest.
#pragma once

#include <functional>
#include <memory>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/llama_self_check.h"
#include "runtime/model_options.h"

namespace assay {

expected<std::unique_ptr<Model>> open_llama_model(const ModelOptions& options,
                                                  const std::function<void(double)>& on_progress);

// The doctor's check of a model's arithmetic (runtime/llama_self_check.h).
// REQUIRES: `model` was made by open_llama_model. Errors: the engine failed.
expected<SelfCheck> self_check(Model& model);

}  // namespace assay
