// See llama_vocabulary.h.
#include "runtime/llama_vocabulary.h"

#include <fmt/format.h>
#include <llama.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "runtime/cache_fit.h"
#include "runtime/chat_template.h"
#include "runtime/encode.h"
#include "runtime/llama_forecast.h"
#include "runtime/llama_gguf.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/llama_manifest.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/model_probe.h"

namespace assay {
namespace {

class LlamaVocabulary : public Model, public Forecasting {
 public:
  static expected<std::unique_ptr<Model>> open(const ModelOptions& options) {
    expected<GgufSummary> gguf = inspect_gguf(options.spec);
    if (!gguf) return gguf.error();
    if (options.probe_in_child) {
      const expected<void> survived =
          probe_model(options.spec, gguf->bytes, ProbeDepth::kVocabulary);
      if (!survived) return survived.error();
    }
    const expected<CacheTypes> types = parse_cache_types(options.kv_type);
    if (!types) return types.error();
    std::unique_ptr<LlamaVocabulary> made(new LlamaVocabulary);
    const expected<void> loaded = made->load(options, *gguf);
    if (!loaded) return loaded.error();
    ModelOptions settled = options;
    settled.contexts = settle_contexts(options, *gguf, *types);
    made->settings_ = as_rounded(settle_settings(settled, *gguf, made->model_.get(), *types));
    made->describe(*gguf, settled.contexts);
    return std::unique_ptr<Model>(std::move(made));
  }

  const ModelInfo& info() const override { return info_; }
  expected<PreparedRequest> prepare(const Request& request) const override {
    return prepare_request(*tokenizer_, request, encoding_);
  }
  expected<std::vector<expected<Response>>> answer(std::span<const PreparedRequest>,
                                                   const std::function<bool()>&) override {
    return internal_error("Only the vocabulary of this model is loaded; it cannot answer.");
  }
  expected<std::string> render_chat(std::span<const ChatMessage> messages,
                                    bool add_generation_prompt,
                                    bool continue_final) const override {
    if (!chat_template_) {
      return data_error(
          "This model carries no chat template that can be read; plan without --chat, or give one "
          "with --chat-template.");
    }
    return chat_template_->render(messages, add_generation_prompt, continue_final);
  }
  std::string token_text(Token token) const override { return tokenizer_->token_text(token); }
  std::optional<std::size_t> count_tokens(std::string_view text) const override {
    return encode_text(*tokenizer_, text, encoding_.add_bos).size();
  }
  std::unique_ptr<DecodeForecast> forecast() const override { return forecast_llama(settings_); }

 private:
  LlamaVocabulary() = default;

  expected<void> load(const ModelOptions& options, const GgufSummary& gguf) {
    start_engine();
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    forget_engine_errors();
    try {
      model_.reset(llama_model_load_from_file(options.spec.c_str(), params));
    } catch (const std::exception& problem) {
      return data_error(fmt::format("{} cannot be read: {}.", options.spec, problem.what()));
    }
    if (!model_) {
      return data_error(
          fmt::format("The vocabulary of {} cannot be read ({}).", options.spec, engine_errors()));
    }
    tokenizer_.emplace(llama_model_get_vocab(model_.get()), options.add_bos);
    const ContextLength length = settle_context(options.context, gguf);
    encoding_ = {options.add_bos, length.max_length, options.truncate_left};
    return read_template(options);
  }

  expected<void> read_template(const ModelOptions& options) {
    std::string source;
    if (options.chat_template_file.empty()) {
      const char* own = llama_model_chat_template(model_.get(), nullptr);
      source = own == nullptr ? "" : own;
    } else {
      std::ifstream in(options.chat_template_file, std::ios::binary);
      if (!in) {
        return unavailable(
            fmt::format("The chat template {} cannot be read.", options.chat_template_file));
      }
      source.assign(std::istreambuf_iterator<char>(in), {});
    }
    if (source.empty()) return {};
    const auto text = [&](std::optional<Token> token) {
      return token ? tokenizer_->token_text(*token) : std::string();
    };
    expected<std::unique_ptr<ChatTemplate>> parsed =
        ChatTemplate::parse(source, text(tokenizer_->bos()), text(tokenizer_->eos()));
    if (parsed) chat_template_ = *std::move(parsed);
    return {};
  }

  void describe(const GgufSummary& gguf, int contexts) {
    info_.name = std::filesystem::path(gguf.files.front()).filename().string();
    info_.engine = engine_name();
    info_.max_length = encoding_.max_length;
    Json& facts = info_.manifest;
    facts = {{"kind", "gguf"},
             {"file", info_.name},
             {"bytes", gguf.bytes},
             {"architecture", gguf.architecture},
             {"context", encoding_.max_length},
             {"cache_cells", settings_.cells}};
    // Nothing is said where the header does not tell.
    if (const std::uint64_t bytes = cache_bytes(gguf, settings_)) facts["cache_bytes"] = bytes;
    if (const std::uint64_t bytes = stream_bytes(gguf, settings_)) facts["stream_bytes"] = bytes;
    if (contexts > 1) facts["contexts"] = contexts;
    facts["loaded"] = "header and vocabulary";
  }

  std::unique_ptr<llama_model, LlamaModelDeleter> model_;
  std::optional<LlamaTokenizer> tokenizer_;
  EncodeSettings encoding_;
  ContextSettings settings_;
  std::unique_ptr<ChatTemplate> chat_template_;
  ModelInfo info_;
};

}  // namespace

expected<std::unique_ptr<Model>> open_llama_vocabulary(const ModelOptions& options) {
  return LlamaVocabulary::open(options);
}

}  // namespace assay
