// Looks at a GGUF file before the engine loads it: is it there, is it a GGUF, a model rather than
// an adapter or a projector, whole rather than truncated, with a vocabulary and weights? Each "no"
// is one sentence. Reads the header only; the engine's header parser checks its input and does not
// abort on damaged files (its model loader can, which is why runtime/model_probe.h exists).
//
// Thread-safety: free functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

struct GgufSummary {
  std::vector<std::string> files;  // the file, or all parts of a split model in order
  std::uint64_t bytes = 0;         // of all files together
  std::string architecture;
  int block_count = 0;
  int trained_context = 0;
  int rope_original_context = 0;   // of models whose rope factors depend on the context; else 0
  Json metadata = Json::object();  // general.*, quantization, tokenizer names; no long texts
};

// `path` must name a model; for a split model its first part. Errors: kUnavailable when the file
// cannot be read, kBadData when it is not a usable model.
expected<GgufSummary> inspect_gguf(const std::string& path);

// `path` must name a LoRA adapter.
expected<void> inspect_adapter(const std::string& path);

}  // namespace assay
