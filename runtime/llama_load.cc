// Loading and settling (see the header).
#include "runtime/llama_load.h"

#include <fmt/format.h>
#include <ggml.h>
#include <llama.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <fstream>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "runtime/cache_fit.h"
#include "runtime/llama_log.h"
#include "runtime/machine.h"
#include "runtime/sliding_window.h"

namespace assay {
namespace {

constexpr int kDefaultContext = 8192;  // longest context taken without being asked to
constexpr int kUnknownContext = 2048;  // where the file does not say (protocols.md section 5.4)
constexpr int kBranches = 63;          // sequences decoded together beside the header
// Texts that grow together. On a processor more are not faster, because each step looks at the
// cells of all; a device wants them.
constexpr int kTextSlots = 16;
constexpr int kDeviceTextSlots = 32;
// What the caches of contexts that nobody asked for may take of the memory there is.
constexpr double kCacheShare = 0.25;
constexpr std::size_t kOutputBytes = 128U << 20;  // for the output rows of one batch

SharingRules sharing_rules(const llama_model* model, const std::string& architecture, int window) {
  // Recurrent state has no positions to cut at, and several sequences in one batch abort the
  // process in some hybrid architectures: those models run one sequence at a time, forked from
  // the header. plamo2 gives wrong results even so.
  if (llama_model_is_recurrent(model) || llama_model_is_hybrid(model)) {
    return {.fork = architecture != "plamo2" && window != 1,
            .trim = false,
            .branches = 1,
            .header = std::max(0, window - 1)};
  }
  // A small cache forgets what has left the window: what was trimmed would go on without it, in
  // silence. Cells that two sequences hold are never given up, so a header that is copied has to
  // leave room for the window of the text after it; one that is shorter than the window does, and
  // nothing of it is forgotten while it is kept.
  if (window > 0) return {.fork = window > 1, .trim = false, .branches = 1, .header = window - 1};
  return {.fork = true, .trim = true, .branches = kBranches, .header = 0};
}

std::string describe(const SharingRules& rules) {
  if (rules.fork && rules.header > 0) {
    return fmt::format("header of at most {} tokens forked, one sequence per batch", rules.header);
  }
  if (rules.branches > 1) return "prefix tree, several sequences per batch";
  return rules.fork ? "header forked, one sequence per batch" : "none, one sequence per batch";
}

// Room for the longest request and for the branches and neighbours it is decoded with.
int cache_cells(int max_length, const GgufSummary& gguf, bool alone) {
  if (alone) return max_length;
  const int wanted = max_length + std::max(2048, max_length / 2);
  // Where rope factors are chosen by the size of the context, staying inside the original context
  // keeps the numbers of a run at that length.
  const int original = gguf.rope_original_context;
  if (original >= max_length && original < wanted) return original;
  return wanted;
}

// Of all texts that have cells of their own: more than the cache that texts share, as long as the
// caches of all contexts are small for this machine; else 0. Sixteen texts together are about as
// fast as more of them, and few texts have more than a quarter of the longest.
int stream_cells(const ModelOptions& options, const ContextLength& length, const GgufSummary& gguf,
                 const CacheTypes& types) {
  constexpr double kLongest = 4;          // texts of the greatest length for which there is room
  constexpr double kMostCells = 1 << 27;  // far from what an int holds
  const auto of_token = static_cast<double>(cache_bytes_per_cell(gguf, types));
  const double of_longest = std::max(1, options.contexts) * of_token * length.max_length;
  if (of_longest <= 0) return 0;
  const double share = kCacheShare * static_cast<double>(memory_bytes());
  const double cells = std::min(kLongest, std::floor(share / of_longest)) * length.max_length;
  return cells > length.cells && cells <= kMostCells ? static_cast<int>(cells) : 0;
}

expected<void> load_adapters(const ModelOptions& options, LoadedLlama& loaded) {
  for (const LoraOption& lora : options.lora) {
    const expected<void> sound = inspect_adapter(lora.file);
    if (!sound) return sound;
    if (!std::isfinite(lora.scale)) {
      return usage_error(fmt::format("The scale of adapter {} is not a number.", lora.file));
    }
    forget_engine_errors();
    llama_adapter_lora* adapter = nullptr;
    try {
      adapter = llama_adapter_lora_init(loaded.model.get(), lora.file.c_str());
    } catch (const std::exception&) {
      adapter = nullptr;
    }
    if (adapter == nullptr) {
      return data_error(fmt::format("The adapter {} does not fit {} ({}).", lora.file, options.spec,
                                    engine_errors()));
    }
    loaded.adapters.push_back(adapter);
  }
  return {};
}

}  // namespace

expected<void> check_measurable(const llama_model* model, const std::string& path) {
  if (llama_model_is_diffusion(model)) {
    return data_error(fmt::format(
        "{} is a diffusion model: it has no left-to-right likelihoods to measure.", path));
  }
  if (llama_model_has_encoder(model) || !llama_model_has_decoder(model)) {
    return data_error(
        fmt::format("{} is an encoder model (or one with an encoder): assay measures models that "
                    "continue a text.",
                    path));
  }
  // The engine says nothing of these; tests/runtime/llama_architectures_test.cc finds them.
  std::array<char, 64> name{};
  llama_model_meta_val_str(model, "general.architecture", name.data(), name.size());
  const std::string_view architecture = name.data();
  if (architecture == "llama-embed") {
    return data_error(fmt::format(
        "{} is an embedding model: it has no outputs over a vocabulary to measure.", path));
  }
  if (architecture == "chameleon") {
    return data_error(fmt::format(
        "{} has the architecture chameleon, of which this engine (llama.cpp {}) has only a part: "
        "it gives up where a batch has no outputs.",
        path, llama_version()));
  }
  if (architecture == "cogvlm") {
    return data_error(
        fmt::format("{} has the architecture cogvlm, whose outputs this engine (llama.cpp {}) "
                    "gives for the wrong tokens of a batch: its likelihoods cannot be measured.",
                    path, llama_version()));
  }
  return {};
}

void LlamaModelDeleter::operator()(llama_model* model) const { llama_model_free(model); }

int default_threads() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  }
  std::set<std::pair<int, int>> cores;
  int processors = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    ++processors;
    const auto number = [&](const char* what) {
      std::ifstream in(fmt::format("/sys/devices/system/cpu/cpu{}/topology/{}", cpu, what));
      int value = -1;
      in >> value;
      return value;
    };
    const int core = number("core_id");
    if (core >= 0) cores.emplace(number("physical_package_id"), core);
  }
  int threads = cores.empty() ? processors : static_cast<int>(cores.size());
  std::ifstream limit("/sys/fs/cgroup/cpu.max");  // "max 100000" or "150000 100000"
  double quota = 0;
  double period = 0;
  if (limit >> quota >> period && quota > 0 && period > 0) {
    threads = std::min(threads, static_cast<int>(std::ceil(quota / period)));
  }
  return std::max(1, threads);
}

expected<CacheTypes> parse_cache_types(const std::string& text) {
  constexpr std::array kTypes = {GGML_TYPE_F16,  GGML_TYPE_F32,  GGML_TYPE_BF16,
                                 GGML_TYPE_Q8_0, GGML_TYPE_Q5_1, GGML_TYPE_Q5_0,
                                 GGML_TYPE_Q4_1, GGML_TYPE_Q4_0, GGML_TYPE_IQ4_NL};
  const auto find = [&](const std::string& name) {
    for (const ggml_type type : kTypes) {
      if (name == ggml_type_name(type)) return static_cast<int>(type);
    }
    return -1;
  };
  const std::size_t comma = text.find(',');
  const std::string keys = text.substr(0, comma);
  const std::string values = comma == std::string::npos ? keys : text.substr(comma + 1);
  const CacheTypes types{find(keys), find(values)};
  if (types.keys >= 0 && types.values >= 0) return types;
  std::string known;
  for (const ggml_type type : kTypes) known += std::string(" ") + ggml_type_name(type);
  return usage_error(
      fmt::format("The key/value cache type \"{}\" is not known; give one of{}, or two joined by a "
                  "comma for keys and values.",
                  text, known));
}

ContextLength settle_context(int asked, const GgufSummary& gguf, bool alone) {
  const int trained = gguf.trained_context;
  const int unasked = trained > 0 ? std::min(trained, kDefaultContext) : kUnknownContext;
  const int max_length = asked > 0 ? asked : unasked;
  return {max_length, cache_cells(max_length, gguf, alone)};
}

bool uses_device(const ModelOptions& options) {
  return llama_supports_gpu_offload() && options.gpu_layers != 0;
}

int settle_contexts(const ModelOptions& options, const GgufSummary& gguf, const CacheTypes& types) {
  if (options.contexts > 0) return options.contexts;
  const int threads = options.threads > 0 ? options.threads : default_threads();
  if (uses_device(options) || threads % 2 != 0) return 1;
  const int cells = settle_context(options.context, gguf).cells;
  const auto caches = 2 * static_cast<double>(cache_bytes_per_cell(gguf, types)) * cells;
  return caches <= kCacheShare * static_cast<double>(memory_bytes()) ? 2 : 1;
}

ContextSettings settle_settings(const ModelOptions& options, const GgufSummary& gguf,
                                const llama_model* model, const CacheTypes& types) {
  ContextSettings context;
  context.window = options.swa_cache == "window" ? sliding_window(gguf).tokens : 0;
  const ContextLength length = settle_context(options.context, gguf, context.window > 0);
  context.max_length = length.max_length;
  context.cells = length.cells;
  context.batch = options.batch > 0 ? options.batch : 512;
  const int threads = options.threads > 0 ? options.threads : default_threads();
  context.threads = std::max(1, threads / std::max(1, options.contexts));
  context.flash_attention = options.flash_attention == "on";
  context.type_k = types.keys;
  context.type_v = types.values;
  context.rope = options.rope;
  context.rules = sharing_rules(model, gguf.architecture, context.window);
  context.exact = options.exact;
  context.call_limit = options.call_limit;
  // A device has other kernels; factors that follow from the context's size would change with it.
  context.apart = context.rules.branches > 1 && context.flash_attention && !options.exact &&
                  !uses_device(options) && gguf.rope_original_context == 0;
  if (context.apart) context.stream_cells = stream_cells(options, length, gguf, types);
  context.slots = uses_device(options) ? kDeviceTextSlots : kTextSlots;
  if (options.exact) {
    context.batch = kExactBatch;
    // One token at a time: without flash attention its sums do not depend on the threads.
    if (context.rules.branches == 1) context.flash_attention = false;
  }
  const auto row =
      sizeof(float) * static_cast<std::size_t>(llama_vocab_n_tokens(llama_model_get_vocab(model)));
  context.outputs = static_cast<int>(std::clamp<std::size_t>(
      kOutputBytes / row, kBranches + 1, static_cast<std::size_t>(std::max(64, context.batch))));
  return context;
}

ContextSettings as_rounded(ContextSettings settings) {
  settings.cells = static_cast<int>(whole_steps(settings.cells));
  settings.batch = std::min(settings.batch, settings.cells);
  settings.outputs = std::min(settings.batch, std::max(settings.outputs, settings.sequences()));
  return settings;
}

expected<LoadedLlama> load_llama(const ModelOptions& options,
                                 const std::function<void(double)>& on_progress) {
  const expected<CacheTypes> types = parse_cache_types(options.kv_type);
  if (!types) return types.error();
  if (options.flash_attention != "on" && options.flash_attention != "off") {
    return usage_error(
        fmt::format("Flash attention is \"on\" or \"off\", not \"{}\".", options.flash_attention));
  }
  if (options.swa_cache != "full" && options.swa_cache != "window") {
    return usage_error(fmt::format(
        "The cache of sliding windows is \"full\" or \"window\", not \"{}\".", options.swa_cache));
  }
  const bool flash = options.flash_attention == "on";
  if (!flash && ggml_is_quantized(static_cast<ggml_type>(types->values))) {
    return usage_error(
        "Quantized values in the cache need flash attention; drop --flash-attention off or give "
        "--kv f16.");
  }
  if (options.exact && uses_device(options)) {
    return usage_error(
        "--exact is known to hold for the engine's CPU kernels only; add --gpu-layers 0, or leave "
        "--exact out.");
  }
  expected<GgufSummary> gguf = inspect_gguf(options.spec);
  if (!gguf) return gguf.error();

  LoadedLlama loaded;
  loaded.gguf = *std::move(gguf);
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = options.gpu_layers;
  // Read rather than mapped: weights that the CPU back end repacks would otherwise be resident
  // twice, and a first decode would pay for the disk.
  params.load_mode = LLAMA_LOAD_MODE_NONE;
  params.progress_callback = [](float done, void* data) {
    const auto& report = *static_cast<const std::function<void(double)>*>(data);
    if (report) report(done);
    return true;
  };
  params.progress_callback_user_data = const_cast<std::function<void(double)>*>(&on_progress);
  forget_engine_errors();
  try {
    loaded.model.reset(llama_model_load_from_file(options.spec.c_str(), params));
  } catch (const std::exception& e) {
    return data_error(fmt::format("{} cannot be loaded: {}.", options.spec, e.what()));
  }
  if (!loaded.model) {
    const std::string why = engine_errors();
    if (why.find("unknown model architecture") != std::string::npos) {
      return data_error(
          fmt::format("{} has the architecture \"{}\", which this engine (llama.cpp {}) does not "
                      "know; a newer assay may.",
                      options.spec, loaded.gguf.architecture, llama_version()));
    }
    return data_error(
        fmt::format("{} cannot be loaded; it is damaged or of a kind this engine "
                    "does not know ({}).",
                    options.spec, why.empty() ? "no reason given" : why));
  }
  const expected<void> kind = check_measurable(loaded.model.get(), options.spec);
  if (!kind) return kind.error();
  const expected<void> adapters = load_adapters(options, loaded);
  if (!adapters) return adapters.error();

  loaded.context = settle_settings(options, loaded.gguf, loaded.model.get(), *types);
  if (!loaded.context.flash_attention && ggml_is_quantized(static_cast<ggml_type>(types->values))) {
    return usage_error(
        "This model answers one text at a time under --exact, without flash attention, and "
        "quantized values in the cache need it; give --kv f16.");
  }
  const int window = loaded.context.window;
  if (window > 0 && llama_model_n_swa(loaded.model.get()) != window) {
    return unavailable(
        fmt::format("{} says of itself that it has a sliding window of {} tokens, but the engine "
                    "takes it for {}; leave --swa-cache window out.",
                    options.spec, window, llama_model_n_swa(loaded.model.get())));
  }
  loaded.sharing = describe(loaded.context.rules);
  return loaded;
}

}  // namespace assay
