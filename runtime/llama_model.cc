// The GGUF model: opening, preparing, answering (see the header for its parts).
#include "runtime/llama_model.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/cache_fit.h"
#include "runtime/chat_template.h"
#include "runtime/encode.h"
#include "runtime/file_digest.h"
#include "runtime/lanes.h"
#include "runtime/llama_forecast.h"
#include "runtime/llama_lane.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/llama_manifest.h"
#include "runtime/llama_self_check.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/machine.h"
#include "runtime/model_probe.h"
#include "runtime/numa.h"
#include "runtime/run_cost.h"
#include "runtime/session_stats.h"

namespace assay {
namespace {

class LlamaModel : public Model, public Laned, public Forecasting, public Measuring {
 public:
  static expected<std::unique_ptr<LlamaModel>> open(
      const ModelOptions& options, const std::function<void(double)>& on_progress) {
    std::unique_ptr<LlamaModel> made(new LlamaModel);
    made->lanes_.push_back(std::make_unique<LlamaLane>());
    const expected<void> opened =
        made->first().run([&] { return made->load(options, on_progress); });
    if (!opened) return opened.error();
    const expected<void> laned = made->open_lanes(options);
    if (!laned) return laned.error();
    const expected<void> described = made->first().run([&] { return made->describe(options); });
    if (!described) return described.error();
    return made;
  }

  ~LlamaModel() override {
    while (lanes_.size() > 1) lanes_.pop_back();
    if (lanes_.empty()) return;
    (void)first().run([this]() -> expected<void> {
      first().close();
      loaded_.model.reset();
      return {};
    });
  }

  const ModelInfo& info() const override { return info_; }

  expected<PreparedRequest> prepare(const Request& request) const override {
    return prepare_request(*tokenizer_, request, encoding_);
  }

  expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) override {
    return answer_in(0, unit, should_stop);
  }

  int lanes() const override { return static_cast<int>(lanes_.size()); }

  expected<std::vector<expected<Response>>> answer_in(
      int lane, std::span<const PreparedRequest> unit,
      const std::function<bool()>& should_stop) override {
    return lanes_[static_cast<std::size_t>(lane)]->answer(unit, *tokenizer_, should_stop);
  }

  void share_threads(int working) override { working_ = working; }

  EngineWork work_in(int lane) const override {
    EngineWork work = lanes_[static_cast<std::size_t>(lane)]->work();
    work.load_seconds = load_seconds_;
    return work;
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
    EngineWork total{load_seconds_, {}, {}};
    for (const auto& lane : lanes_) {
      add_to(total.prompt, lane->work().prompt);
      add_to(total.generation, lane->work().generation);
    }
    return total;
  }

  EngineDetail detail() const override {
    EngineDetail total;
    for (const auto& lane : lanes_) total = sum(total, lane->detail());
    return total;
  }

  std::unique_ptr<DecodeForecast> forecast() const override {
    return forecast_llama(first().settings());
  }

  expected<SelfCheck> check_self() {
    SelfCheck check;
    const expected<void> done = first().run([&]() -> expected<void> {
      const expected<SelfCheck> made =
          check_arithmetic(first().context(), *tokenizer_, encoding_.add_bos);
      if (!made) return made.error();
      check = *made;
      return {};
    });
    if (!done) return done.error();
    return check;
  }

 private:
  LlamaModel() = default;

  LlamaLane& first() const { return *lanes_.front(); }

  expected<void> load(const ModelOptions& options, const std::function<void(double)>& on_progress) {
    start_engine();
    const auto start = std::chrono::steady_clock::now();
    expected<LoadedLlama> loaded = load_llama(options, on_progress);
    if (!loaded) return loaded.error();
    loaded_ = *std::move(loaded);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    load_seconds_ = taken.count();
    tokenizer_.emplace(llama_model_get_vocab(loaded_.model.get()), options.add_bos);
    encoding_ = {options.add_bos, loaded_.context.max_length, options.truncate_left};
    return {};
  }

  // All alike, so that no answer depends on the lane; as many as memory has room for. With room for
  // twice as many, they are opened at the same time.
  expected<void> open_lanes(const ModelOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<Adapter> adapters;
    for (std::size_t i = 0; i < loaded_.adapters.size(); ++i) {
      adapters.push_back({loaded_.adapters[i], static_cast<float>(options.lora[i].scale)});
    }
    const auto wanted = static_cast<std::size_t>(std::max(1, options.contexts));
    while (lanes_.size() < wanted) lanes_.push_back(std::make_unique<LlamaLane>());
    const std::vector<std::vector<int>> nodes = numa_nodes();
    if (wanted > 1 && nodes.size() > 1) {
      for (std::size_t i = 0; i < wanted; ++i) lanes_[i]->stay_on(nodes[i % nodes.size()]);
    }
    const auto open = [&](LlamaLane& lane, const ContextSettings& settings) {
      return lane.open(loaded_.model.get(), settings, adapters);
    };
    const std::uint64_t planned = cache_bytes(loaded_.gguf, loaded_.context);
    const bool at_once = planned > 0 && available_memory_bytes() > 2 * wanted * planned;
    std::vector<expected<void>> opened(wanted, expected<void>());
    {
      std::vector<std::jthread> opening;
      for (std::size_t i = 1; at_once && i < wanted; ++i) {
        opening.emplace_back([&, i] { opened[i] = open(*lanes_[i], loaded_.context); });
      }
      opened.front() = open(first(), loaded_.context);
    }
    if (!opened.front()) return opened.front();
    const std::uint64_t cache = cache_bytes(loaded_.gguf, first().settings());
    std::size_t usable = 1;
    for (; usable < wanted; ++usable) {
      LlamaLane& lane = *lanes_[usable];
      if (!at_once) {
        const std::size_t free = available_memory_bytes();
        if (free > 0 && cache > free) break;
        opened[usable] = open(lane, first().settings());
      }
      if (!opened[usable] || lane.settings().cells != first().settings().cells ||
          lane.settings().batch != first().settings().batch) {
        break;
      }
    }
    lanes_.resize(usable);
    // Lanes on nodes of their own have no use for threads beyond those of the node.
    const int all = options.threads > 0 ? options.threads : default_threads();
    const int each = first().settings().threads;
    const bool lends = wanted > 1 && nodes.size() <= 1;
    for (std::size_t i = 0; lends && i < lanes_.size(); ++i) {
      lanes_[i]->context().use_threads(
          [this, all, each] { return std::max(each, all / working_); });
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    load_seconds_ += taken.count();
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
    expected<Json> manifest =
        llama_manifest({options, loaded_, first().settings(), lanes(), *tokenizer_, *identity,
                        *source, ChatTemplate::renderer()});
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

  LoadedLlama loaded_;
  std::vector<std::unique_ptr<LlamaLane>> lanes_;  // the first one's thread loads and describes
  std::optional<LlamaTokenizer> tokenizer_;
  EncodeSettings encoding_;
  std::unique_ptr<ChatTemplate> chat_template_;
  Error no_template_ = data_error(
      "This model carries no chat template; run without --chat, or give one with "
      "--chat-template.");
  ModelInfo info_;
  double load_seconds_ = 0;
  std::atomic<int> working_{1};  // lanes that share all threads
};

}  // namespace

expected<std::unique_ptr<Model>> open_llama_model(const ModelOptions& options,
                                                  const std::function<void(double)>& on_progress) {
  const expected<GgufSummary> gguf = inspect_gguf(options.spec);
  if (!gguf) return gguf.error();
  const expected<CacheTypes> types = parse_cache_types(options.kv_type);
  if (!types) return types.error();
  // With a device, weights and cache may lie in its memory.
  if (!uses_device(options)) {
    const expected<void> fits = check_memory(*gguf, cache_shape(options, *gguf, *types),
                                             options.context, available_memory_bytes());
    if (!fits) return fits.error();
  }
  ModelOptions settled = options;
  settled.contexts = settle_contexts(options, *gguf, *types);
  if (options.probe_in_child) {
    const ProbeDepth depth =
        gguf->bytes <= kFullProbeBytes ? ProbeDepth::kFull : ProbeDepth::kVocabulary;
    const expected<void> survived = probe_model(options.spec, gguf->bytes, depth);
    if (!survived) return survived.error();
  }
  expected<std::unique_ptr<LlamaModel>> model = LlamaModel::open(settled, on_progress);
  if (!model) return model.error();
  return std::unique_ptr<Model>(*std::move(model));
}

expected<SelfCheck> self_check(Model& model) {
  auto* llama = dynamic_cast<LlamaModel*>(&model);
  if (llama == nullptr) return internal_error("Only a GGUF model can be checked in this way.");
  return llama->check_self();
}

}  // namespace assay
