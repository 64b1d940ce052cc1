// Making the engine's context, and making it anew where its cells are to be divided otherwise.
#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

#include "runtime/llama_context.h"
#include "runtime/llama_log.h"

namespace assay {
namespace {

// What was not asked for keeps the engine's default, which is the model's own.
void apply(const RopeOptions& rope, llama_context_params& params) {
  if (rope.scaling == "none") params.rope_scaling_type = LLAMA_ROPE_SCALING_TYPE_NONE;
  if (rope.scaling == "linear") params.rope_scaling_type = LLAMA_ROPE_SCALING_TYPE_LINEAR;
  if (rope.scaling == "yarn") params.rope_scaling_type = LLAMA_ROPE_SCALING_TYPE_YARN;
  if (rope.base) params.rope_freq_base = static_cast<float>(*rope.base);
  if (rope.scale) params.rope_freq_scale = static_cast<float>(*rope.scale);
  if (rope.original) params.yarn_orig_ctx = static_cast<std::uint32_t>(*rope.original);
  if (rope.ext) params.yarn_ext_factor = static_cast<float>(*rope.ext);
  if (rope.attn) params.yarn_attn_factor = static_cast<float>(*rope.attn);
  if (rope.fast) params.yarn_beta_fast = static_cast<float>(*rope.fast);
  if (rope.slow) params.yarn_beta_slow = static_cast<float>(*rope.slow);
}

}  // namespace

int ContextSettings::window_cells() const {
  if (window == 0) return cells;
  const std::int64_t asked = std::int64_t{window} * sequences() + batch;
  const std::int64_t least = std::min<std::int64_t>(cells, asked);
  return static_cast<int>(whole_steps(least));
}

std::optional<ContextSettings> smaller_settings(const ContextSettings& settings) {
  constexpr int kLeastBatch = 64;
  ContextSettings smaller = settings;
  if (settings.cells > settings.max_length) {
    smaller.cells = settings.max_length;
    smaller.stream_cells = 0;
    return smaller;
  }
  if (settings.exact || settings.batch / 2 < kLeastBatch) return std::nullopt;
  smaller.batch = settings.batch / 2;
  smaller.outputs = std::max(kLeastBatch, settings.outputs / 2);
  return smaller;
}

expected<std::unique_ptr<LlamaContext>> LlamaContext::create(llama_model* model,
                                                             const ContextSettings& settings,
                                                             std::span<const Adapter> adapters) {
  ContextSettings next = settings;
  while (true) {
    expected<std::unique_ptr<LlamaContext>> made = create_as_asked(model, next, adapters);
    if (made || engine_errors().find("alloc") == std::string::npos) return made;
    const std::optional<ContextSettings> smaller = smaller_settings(next);
    if (!smaller) return made;
    next = *smaller;
  }
}

expected<std::unique_ptr<LlamaContext>> LlamaContext::create_as_asked(
    llama_model* model, const ContextSettings& settings, std::span<const Adapter> adapters) {
  std::unique_ptr<LlamaContext> made(new LlamaContext);
  made->model_ = model;
  made->adapters_.assign(adapters.begin(), adapters.end());
  made->settings_ = settings;
  const expected<void> done = made->make({});
  if (!done) return done.error();
  if (llama_get_memory(made->context_) == nullptr) {
    return data_error(
        "This model keeps no memory of the text it reads (an encoder or a diffusion model), so "
        "assay cannot measure it.");
  }
  made->batch_limit_ =
      static_cast<int>(std::min(llama_n_batch(made->context_), llama_n_ubatch(made->context_)));
  made->settings_.cells = static_cast<int>(llama_n_ctx(made->context_));
  made->settings_.batch = made->batch_limit_;
  made->settings_.outputs =
      std::min(made->batch_limit_, std::max(settings.outputs, settings.sequences()));
  made->vocabulary_ = llama_vocab_n_tokens(llama_model_get_vocab(model));
  return made;
}

// The engine's context, its cells divided like this. REQUIRES: there is none.
expected<void> LlamaContext::make(const Streams& streams) {
  const bool apart = streams.count > 0;
  const int sequences = apart ? streams.count : settings_.sequences();
  const int cells = apart ? streams.count * streams.length : settings_.cells;

  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<std::uint32_t>(cells);
  params.n_batch = static_cast<std::uint32_t>(settings_.batch);
  params.n_ubatch = static_cast<std::uint32_t>(settings_.batch);
  params.n_seq_max = static_cast<std::uint32_t>(sequences);
  params.n_outputs_max = static_cast<std::uint32_t>(std::max(settings_.outputs, sequences));
  params.n_outputs_max_per_seq = 0;  // as many as the batch
  params.n_threads = settings_.threads;
  params.n_threads_batch = settings_.threads;
  call_threads_ = settings_.threads;
  params.flash_attn_type =
      settings_.flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.type_k = static_cast<ggml_type>(settings_.type_k);
  params.type_v = static_cast<ggml_type>(settings_.type_v);
  params.kv_unified = !apart;
  params.swa_full = settings_.window == 0;
  params.offload_kqv = true;
  apply(settings_.rope, params);
  params.abort_callback = [](void* data) { return static_cast<LlamaContext*>(data)->must_stop(); };
  params.abort_callback_data = this;

  forget_engine_errors();
  try {
    context_ = llama_init_from_model(model_, params);
  } catch (const std::exception& e) {
    return internal_error(fmt::format("The engine could not make a context: {}.", e.what()));
  }
  if (context_ == nullptr) {
    const std::string why = engine_errors();
    return unavailable(
        fmt::format("The engine could not make a context of {} tokens for this model ({}); try a "
                    "smaller --context, --kv f16 or --flash-attention on.",
                    cells, why.empty() ? "it gave no reason" : why));
  }
  std::vector<llama_adapter_lora*> weights;
  std::vector<float> scales;
  for (const Adapter& adapter : adapters_) {
    weights.push_back(adapter.weights);
    scales.push_back(adapter.scale);
  }
  if (!weights.empty() &&
      llama_set_adapters_lora(context_, weights.data(), weights.size(), scales.data()) != 0) {
    return data_error(fmt::format("The adapters could not be applied ({}).", engine_errors()));
  }
  streams_ = streams;
  first_sequence_ = apart ? 0 : 1;
  sequence_limit_ = apart ? sequences : settings_.rules.branches + 1;
  padding_sequence_ = sequence_limit_;
  return {};
}

expected<void> LlamaContext::arrange(const Streams& streams) {
  if (streams == streams_ && context_ != nullptr) return {};
  const Streams before = streams_;
  const auto remake = [&](const Streams& wanted) {
    if (context_ != nullptr) llama_free(context_);
    context_ = nullptr;
    return make(wanted);
  };
  header_.clear();
  branches_ = 0;
  const expected<void> made = remake(streams);
  if (made) return made;
  const expected<void> again = remake(before);
  if (!again && context_ != nullptr) llama_free(std::exchange(context_, nullptr));
  Error error = made.error();
  error.code = ErrorCode::kUnavailable;
  return error;
}

}  // namespace assay
