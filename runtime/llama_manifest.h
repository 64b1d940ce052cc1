// The manifest's account of a GGUF model: everything about the file, the engine and the settings
// that can change a number, as resolved.
#pragma once

#include <string>

#include "assay/expected.h"
#include "assay/json.h"
#include "runtime/llama_context.h"
#include "runtime/llama_load.h"
#include "runtime/llama_tokenizer.h"

namespace assay {

// SHA-256 over the file; of a split model over the parts' digests, each followed by a newline.
struct FileIdentity {
  std::string sha256;
  Json parts = Json::array();  // {"file", "bytes", "sha256"}, one per file
};
expected<FileIdentity> identify_files(const GgufSummary& gguf);

struct ManifestParts {
  const ModelOptions& options;
  const LoadedLlama& loaded;
  const ContextSettings& context;  // as the engine made them
  int contexts;                    // how many
  const LlamaTokenizer& tokenizer;
  const FileIdentity& identity;
  std::string chat_template;  // source, "" when there is none
  std::string chat_renderer;
};
expected<Json> llama_manifest(const ManifestParts& parts);

// "llama.cpp 0.5.0 (commit …; flags …)".
std::string engine_name();

}  // namespace assay
