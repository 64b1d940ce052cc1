// Loads a GGUF's weights and adapters and settles every setting that was left open: threads,
// context, cache types, how the model's memory may be shared.
//
// Ownership: LoadedLlama owns the engine's model; adapters belong to it. Call from the engine
// thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "runtime/llama_context.h"
#include "runtime/llama_gguf.h"
#include "runtime/model_options.h"

struct llama_model;
struct llama_adapter_lora;

namespace assay {

struct LlamaModelDeleter {
  void operator()(llama_model* model) const;
};

struct LoadedLlama {
  GgufSummary gguf;
  std::unique_ptr<llama_model, LlamaModelDeleter> model;
  std::vector<llama_adapter_lora*> adapters;  // in the order of the options
  ContextSettings context;
  std::string sharing;  // how prefixes are shared, in words, for the manifest
};

expected<LoadedLlama> load_llama(const ModelOptions& options,
                                 const std::function<void(double)>& on_progress);

// Whether it is a model whose likelihoods of a text can be measured; kBadData, with `path` in the
// sentence, for diffusion models, those with an encoder, and what this engine has no outputs of.
expected<void> check_measurable(const llama_model* model, const std::string& path);

// Cores to compute on: physical ones this process may use, within the container's share.
int default_threads();

// Tokens one request may use, and cells of the cache that go with them.
struct ContextLength {
  int max_length;
  int cells;
};
// `asked` 0: the trained length, at most 8192. `alone`: one sequence is decoded at a time, so that
// no cells beside its own are wanted. Needs nothing but the header.
ContextLength settle_context(int asked, const GgufSummary& gguf, bool alone = false);

// Whether weights may lie on a device beside the processor.
bool uses_device(const ModelOptions& options);

// How many contexts: as asked, else two of half the threads each, which wait less for each other,
// where both caches are small for this machine; one with a device. The same on a machine whatever
// is going on there, so that a run can be continued.
struct CacheTypes;
int settle_contexts(const ModelOptions& options, const GgufSummary& gguf, const CacheTypes& types);

// Every setting of the context, from what was asked and what the model is; the weights need not be
// loaded. `types` are those of the cache.
ContextSettings settle_settings(const ModelOptions& options, const GgufSummary& gguf,
                                const llama_model* model, const CacheTypes& types);

// The same as the engine will round them: what a context that is made of them reports.
ContextSettings as_rounded(ContextSettings settings);

// "f16" or "q8_0,f16" (keys, values) → two ggml types. kUsage for unknown names.
struct CacheTypes {
  int keys;
  int values;
};
expected<CacheTypes> parse_cache_types(const std::string& text);

}  // namespace assay
