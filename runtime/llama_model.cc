// The GGUF model: opening, preparing, answering (see the header for its parts).
#include "runtime/llama_model.h"

#include <fmt/format.h>
#include <llama.h>

#include <chrono>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "runtime/cache_fit.h"
#include "runtime/chat_template.h"
#include "runtime/encode.h"
#include "runtime/file_digest.h"
#include "runtime/llama_context.h"
#include "runtime/llama_forecast.h"
#include "runtime/llama_generate.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/llama_manifest.h"
#include "runtime/llama_score.h"
#include "runtime/llama_self_check.h"
#include "runtime/llama_thread.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/machine.h"
#include "runtime/model_probe.h"
#include "runtime/session_stats.h"

namespace assay {
namespace {

class LlamaModel : public Model, public Forecasting, public Measuring {
 public:
  static expected<std::unique_ptr<LlamaModel>> open(
      const ModelOptions& options, const std::function<void(double)>& on_progress) {
    std::unique_ptr<LlamaModel> made(new LlamaModel);
    expected<void> opened = internal_error("The engine thread did not run.");
    made->engine_.run([&] { opened = made->open_on_engine(options, on_progress); });
    if (!opened) return opened.error();
    return made;
  }

  ~LlamaModel() override {
    engine_.run([this] {
      context_.reset();
      loaded_.model.reset();
    });
  }

  const ModelInfo& info() const override { return info_; }

  expected<PreparedRequest> prepare(const Request& request) const override {
    return prepare_request(*tokenizer_, request, encoding_);
  }

  expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) override {
    std::vector<std::size_t> scored;
    std::vector<std::size_t> generated;
    for (std::size_t i = 0; i < unit.size(); ++i) {
      (std::holds_alternative<Completion>(unit[i].request) ? generated : scored).push_back(i);
    }
    std::vector<expected<Response>> responses(unit.size(),
                                              internal_error("The request was not answered."));
    expected<void> done;
    engine_.run([&] {
      done = guarded([&]() -> expected<void> {
        const double before = context_->reading_seconds();
        const expected<void> first =
            score_requests(*context_, unit, scored, should_stop, responses);
        const double between = context_->reading_seconds();
        likelihood_seconds_ += between - before;
        if (!first) return first;
        expected<void> second =
            generate_requests(*context_, *tokenizer_, unit, generated, should_stop, responses);
        sampling_seconds_ += context_->reading_seconds() - between;
        return second;
      });
    });
    if (!done) return done.error();
    return responses;
  }

  expected<std::string> render_chat(std::span<const ChatMessage> messages,
                                    bool add_generation_prompt,
                                    bool continue_final) const override {
    if (!chat_template_) return no_template_;
    return chat_template_->render(messages, add_generation_prompt, continue_final);
  }

  std::string token_text(Token token) const override { return tokenizer_->token_text(token); }

  std::optional<std::size_t> count_tokens(std::string_view text) const override {
    return encode_text(*tokenizer_, text, encoding_.add_bos).size();
  }

  bool keeps_top_tokens() const override { return true; }

  std::optional<EngineWork> work() const override {
    return EngineWork{load_seconds_, context_->prompt_work(), context_->generation_work()};
  }

  EngineDetail detail() const override {
    EngineDetail detail = context_->detail();
    detail.likelihood_seconds = likelihood_seconds_;
    detail.sampling_seconds = sampling_seconds_;
    return detail;
  }

  std::unique_ptr<DecodeForecast> forecast() const override {
    return forecast_llama(context_->settings());
  }

  expected<SelfCheck> check_self() {
    SelfCheck check;
    expected<void> done;
    engine_.run([&] {
      done = guarded([&]() -> expected<void> {
        const expected<SelfCheck> made =
            check_arithmetic(*context_, *tokenizer_, encoding_.add_bos);
        if (!made) return made.error();
        check = *made;
        return {};
      });
    });
    if (!done) return done.error();
    return check;
  }

 private:
  LlamaModel() = default;

  // Nothing thrown may leave the engine thread.
  template <typename Work>
  static expected<void> guarded(const Work& work) {
    try {
      return work();
    } catch (const std::exception& e) {
      return internal_error(fmt::format("The engine failed: {}.", e.what()));
    }
  }

  expected<void> open_on_engine(const ModelOptions& options,
                                const std::function<void(double)>& on_progress) {
    return guarded([&]() -> expected<void> {
      start_engine();
      const auto start = std::chrono::steady_clock::now();
      expected<LoadedLlama> loaded = load_llama(options, on_progress);
      if (!loaded) return loaded.error();
      loaded_ = *std::move(loaded);
      expected<std::unique_ptr<LlamaContext>> context =
          LlamaContext::create(loaded_.model.get(), loaded_.context);
      if (!context) return context.error();
      context_ = *std::move(context);
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      load_seconds_ = taken.count();
      const expected<void> adapted = attach_adapters(options);
      if (!adapted) return adapted;
      tokenizer_.emplace(llama_model_get_vocab(loaded_.model.get()), options.add_bos);
      encoding_ = {options.add_bos, loaded_.context.max_length, options.truncate_left};
      return describe(options);
    });
  }

  expected<void> attach_adapters(const ModelOptions& options) {
    if (loaded_.adapters.empty()) return {};
    std::vector<float> scales;
    for (const LoraOption& lora : options.lora) scales.push_back(static_cast<float>(lora.scale));
    if (llama_set_adapters_lora(context_->raw(), loaded_.adapters.data(), loaded_.adapters.size(),
                                scales.data()) != 0) {
      return data_error(fmt::format("The adapters could not be applied ({}).", engine_errors()));
    }
    return {};
  }

  expected<void> describe(const ModelOptions& options) {
    const expected<std::string> source = template_source(options);
    if (!source) return source.error();
    if (!source->empty()) {
      const auto text = [&](std::optional<Token> token) {
        return token ? tokenizer_->token_text(*token) : std::string();
      };
      expected<std::unique_ptr<ChatTemplate>> parsed =
          ChatTemplate::parse(*source, text(tokenizer_->bos()), text(tokenizer_->eos()));
      if (parsed) {
        chat_template_ = *std::move(parsed);
      } else {
        no_template_ = parsed.error();  // Only a run with --chat needs to know.
      }
    }
    const expected<FileIdentity> identity = identify_files(loaded_.gguf);
    if (!identity) return identity.error();
    expected<Json> manifest = llama_manifest({options, loaded_, context_->settings(), *tokenizer_,
                                              *identity, *source, ChatTemplate::renderer()});
    if (!manifest) return manifest.error();
    info_.manifest = *std::move(manifest);
    info_.name = info_.manifest["file"].get<std::string>();
    info_.identity = identity->sha256;
    if (!options.lora.empty()) {
      info_.identity = sha256_of(identity->sha256 + info_.manifest["adapters"].dump());
    }
    info_.engine = engine_name();
    info_.max_length = loaded_.context.max_length;
    return {};
  }

  expected<std::string> template_source(const ModelOptions& options) const {
    if (options.chat_template_file.empty()) {
      const char* source = llama_model_chat_template(loaded_.model.get(), nullptr);
      return std::string(source == nullptr ? "" : source);
    }
    std::ifstream in(options.chat_template_file, std::ios::binary);
    if (!in) {
      return unavailable(
          fmt::format("The chat template {} cannot be read.", options.chat_template_file));
    }
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  LlamaThread engine_;  // First, so that it outlives what it works on.
  LoadedLlama loaded_;
  std::unique_ptr<LlamaContext> context_;
  std::optional<LlamaTokenizer> tokenizer_;
  EncodeSettings encoding_;
  std::unique_ptr<ChatTemplate> chat_template_;
  Error no_template_ = data_error(
      "This model carries no chat template; run without --chat, or give one with "
      "--chat-template.");
  ModelInfo info_;
  double load_seconds_ = 0;
  double likelihood_seconds_ = 0;
  double sampling_seconds_ = 0;
};

}  // namespace

expected<std::unique_ptr<Model>> open_llama_model(const ModelOptions& options,
                                                  const std::function<void(double)>& on_progress) {
  const expected<GgufSummary> gguf = inspect_gguf(options.spec);
  if (!gguf) return gguf.error();
  const expected<CacheTypes> types = parse_cache_types(options.kv_type);
  if (!types) return types.error();
  // With a device, weights and cache may lie in its memory.
  if (!llama_supports_gpu_offload() || options.gpu_layers == 0) {
    const expected<void> fits =
        check_memory(*gguf, *types, options.context, available_memory_bytes());
    if (!fits) return fits.error();
  }
  if (options.probe_in_child) {
    const ProbeDepth depth =
        gguf->bytes <= kFullProbeBytes ? ProbeDepth::kFull : ProbeDepth::kVocabulary;
    const expected<void> survived = probe_model(options.spec, gguf->bytes, depth);
    if (!survived) return survived.error();
  }
  expected<std::unique_ptr<LlamaModel>> model = LlamaModel::open(options, on_progress);
  if (!model) return model.error();
  return std::unique_ptr<Model>(*std::move(model));
}

expected<SelfCheck> self_check(Model& model) {
  auto* llama = dynamic_cast<LlamaModel*>(&model);
  if (llama == nullptr) return internal_error("Only a GGUF model can be checked in this way.");
  return llama->check_self();
}

}  // namespace assay
