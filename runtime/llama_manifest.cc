// Manifest entries (see the header).
#include "runtime/llama_manifest.h"

#include <fmt/format.h>
#include <ggml.h>
#include <llama.h>

#include <array>
#include <filesystem>

#include "assay/version.h"
#include "runtime/cache_fit.h"
#include "runtime/file_digest.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string file_name(const std::string& path) { return fs::path(path).filename().string(); }

Json describe_token(const LlamaTokenizer& tokenizer, std::optional<Token> token) {
  if (!token) return nullptr;
  return {{"id", *token}, {"text", tokenizer.token_text(*token)}};
}

expected<Json> describe_adapters(const ModelOptions& options) {
  Json adapters = Json::array();
  for (const LoraOption& lora : options.lora) {
    const expected<std::string> digest = cached_sha256_of_file(lora.file);
    if (!digest) return digest.error();
    adapters.push_back(
        {{"file", file_name(lora.file)}, {"sha256", *digest}, {"scale", lora.scale}});
  }
  return adapters;
}

}  // namespace

std::string engine_name() {
  return fmt::format("llama.cpp {} (commit {}; {})", ASSAY_ENGINE_VERSION, ASSAY_ENGINE_COMMIT,
                     ASSAY_ENGINE_FLAGS);
}

expected<FileIdentity> identify_files(const GgufSummary& gguf) {
  FileIdentity identity;
  std::string all;
  for (const std::string& file : gguf.files) {
    const expected<std::string> digest = cached_sha256_of_file(file);
    if (!digest) return digest.error();
    std::error_code problem;
    const std::uint64_t bytes = fs::file_size(file, problem);
    identity.parts.push_back({{"file", file_name(file)}, {"bytes", bytes}, {"sha256", *digest}});
    all += *digest + "\n";
    identity.sha256 = *digest;
  }
  if (gguf.files.size() > 1) identity.sha256 = sha256_of(all);
  return identity;
}

expected<Json> llama_manifest(const ManifestParts& parts) {
  const llama_model* model = parts.loaded.model.get();
  const GgufSummary& gguf = parts.loaded.gguf;
  const ContextSettings& context = parts.context;
  const expected<Json> adapters = describe_adapters(parts.options);
  if (!adapters) return adapters.error();

  const std::uint64_t parameters = llama_model_n_params(model);
  Json manifest = Json::object();
  manifest["kind"] = "gguf";
  manifest["file"] = file_name(gguf.files.front());
  manifest["bytes"] = gguf.bytes;
  manifest["sha256"] = parts.identity.sha256;
  if (gguf.files.size() > 1) manifest["parts"] = parts.identity.parts;
  manifest["architecture"] = gguf.architecture;
  manifest["quantization"] = llama_ftype_name(llama_model_ftype(model));
  manifest["parameters"] = parameters;
  if (parameters > 0) {
    manifest["bits_per_weight"] =
        static_cast<double>(llama_model_size(model)) * 8 / static_cast<double>(parameters);
  }
  manifest["trained_context"] = llama_model_n_ctx_train(model);
  manifest["vocabulary"] = parts.tokenizer.size();
  manifest["metadata"] = gguf.metadata;

  manifest["context"] = context.max_length;
  manifest["cache_cells"] = context.cells;
  // Not said where the header does not tell.
  if (const std::uint64_t bytes = cache_bytes(gguf, context)) manifest["cache_bytes"] = bytes;
  manifest["layout"] = context.exact ? "exact" : "fast";
  manifest["batch"] = context.batch;
  manifest["ubatch"] = context.batch;
  manifest["outputs_per_batch"] = context.outputs;
  manifest["text_slots"] = context.slots;
  manifest["text_cells"] = context.apart ? "apart" : "shared";
  if (context.stream_cells > 0) manifest["stream_cells"] = context.stream_cells;
  if (const std::uint64_t bytes = stream_bytes(gguf, context)) manifest["stream_bytes"] = bytes;
  manifest["sequences"] = context.rules.branches + 1;
  manifest["prefix_sharing"] = parts.loaded.sharing;
  manifest["threads"] = context.threads * parts.contexts;
  if (parts.options.contexts > 1) manifest["contexts"] = parts.contexts;
  manifest["gpu_layers"] = llama_supports_gpu_offload() ? Json(parts.options.gpu_layers) : Json(0);
  manifest["flash_attention"] = context.flash_attention;
  manifest["kv_type_k"] = ggml_type_name(static_cast<ggml_type>(context.type_k));
  manifest["kv_type_v"] = ggml_type_name(static_cast<ggml_type>(context.type_v));
  manifest["swa_full"] = context.window == 0;
  if (context.window > 0) {
    manifest["swa_window"] = context.window;
    manifest["swa_cells"] = context.window_cells();
  }
  if (context.rope.asked()) manifest["rope"] = context.rope.to_json();
  Json warnings = Json::array();
  const ContextSettings asked = as_rounded(parts.loaded.context);
  if (context.cells < asked.cells || context.batch < asked.batch) {
    warnings.push_back(fmt::format(
        "memory was too short for a cache of {} tokens and batches of {}: the run goes on with {} "
        "and {}",
        asked.cells, asked.batch, context.cells, context.batch));
  }
  if (parts.contexts < parts.options.contexts) {
    warnings.push_back(fmt::format("memory was too short for {} contexts: the run goes on with {}",
                                   parts.options.contexts, parts.contexts));
  }
  if (gguf.trained_context > 0 && context.max_length > gguf.trained_context) {
    warnings.push_back(
        fmt::format("the context of {} tokens is longer than the {} tokens that the model was "
                    "trained with",
                    context.max_length, gguf.trained_context));
  }
  if (parts.options.swa_cache == "window" && context.window == 0) {
    warnings.push_back(
        "--swa-cache window changes nothing here: the model has no layers with a sliding window "
        "that assay knows of");
  }
  if (!warnings.empty()) manifest["warnings"] = std::move(warnings);
  manifest["softmax"] = "double";

  const bool adds = parts.options.add_bos.value_or(parts.tokenizer.adds_special_by_default());
  manifest["add_bos"] = adds;
  manifest["add_bos_source"] = parts.options.add_bos ? "option" : "vocabulary";
  manifest["bos"] = describe_token(parts.tokenizer, parts.tokenizer.bos());
  manifest["eos"] = describe_token(parts.tokenizer, parts.tokenizer.eos());
  manifest["prefix_token"] = describe_token(parts.tokenizer, parts.tokenizer.prefix_token());
  manifest["truncate_left"] = parts.options.truncate_left;
  manifest["chat_template_sha256"] =
      parts.chat_template.empty() ? Json(nullptr) : Json(sha256_of(parts.chat_template));
  manifest["chat_template_source"] = parts.options.chat_template_file.empty()
                                         ? "gguf"
                                         : file_name(parts.options.chat_template_file);
  manifest["chat_renderer"] = parts.chat_renderer;
  manifest["adapters"] = *adapters;
  manifest["engine_version"] = ASSAY_ENGINE_VERSION;
  manifest["engine_commit"] = ASSAY_ENGINE_COMMIT;
  manifest["engine_flags"] = ASSAY_ENGINE_FLAGS;
  manifest["cpu_features"] = llama_print_system_info();
  return manifest;
}

}  // namespace assay
