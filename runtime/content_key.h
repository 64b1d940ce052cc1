// The content key of a record: a digest over everything the answer is a function of — the model,
// the engine build, the exact token ids, the kind of request, sampling with seed and sample range.
// Two records with one key answer the same question to the same model. The model is always in it.
#pragma once

#include <string>

#include "assay/model.h"

namespace assay {

// 64 hex digits of SHA-256. The bytes digested are specified in docs/formats.md. A request that
// could not be prepared has no token ids; its texts stand in for them. Pure, thread-safe.
std::string content_key(const ModelInfo& model, const PreparedRequest& prepared);

}  // namespace assay
