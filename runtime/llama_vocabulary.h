// A GGUF's vocabulary as a Model that can prepare requests but not answer them: what planning needs
// before anything runs. Reads the header and the vocabulary, never the weights, and does not hash
// the file; so it is there at once for a file of any size, and its memory stays small.
//
// What the engine would need of memory is worked out from the header; info().manifest has it as
// `bytes` (weights), `cache_bytes` and `stream_bytes` (key/value cache of a context, and while
// texts grow in cells of their own where that is more; absent when the header does not say enough),
// and `contexts` where there are several.
#pragma once

#include <memory>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/model_options.h"

namespace assay {

// Errors as open_llama_model's, as far as they can be found without the weights.
expected<std::unique_ptr<Model>> open_llama_vocabulary(const ModelOptions& options);

}  // namespace assay
