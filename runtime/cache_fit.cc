// See cache_fit.h.
#include "runtime/cache_fit.h"

#include <fmt/format.h>
#include <ggml.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "runtime/sliding_window.h"

namespace assay {
namespace {

constexpr double kMi = 1024.0 * 1024.0;
constexpr int kLongest = 1 << 27;  // no model's context comes near
constexpr double kMostLayers = 4096;

double bytes_each(int type) {
  return static_cast<double>(ggml_type_size(static_cast<ggml_type>(type))) /
         static_cast<double>(ggml_blck_size(static_cast<ggml_type>(type)));
}

std::string size_text(double bytes) {
  const double mi = bytes / kMi;
  return mi >= 10 * 1024 ? fmt::format("{:.1f} GiB", mi / 1024) : fmt::format("{:.0f} MiB", mi);
}

double bytes_needed(const GgufSummary& gguf, const CacheShape& shape, int context) {
  // Beyond kLongest the cells would not be a whole number of the engine's.
  if (context > kLongest) {
    const std::uint64_t per_cell = cache_bytes_per_cell(gguf, shape.types);
    return static_cast<double>(gguf.bytes) + 1.5 * context * static_cast<double>(per_cell);
  }
  ContextSettings settings;
  settings.cells = settle_context(context, gguf, shape.window > 0).cells;
  settings.window = shape.window;
  settings.batch = shape.batch;
  const std::uint64_t cache =
      cache_bytes(gguf, shape.types, settings.cells, settings.window_cells());
  return static_cast<double>(gguf.bytes) + static_cast<double>(cache);
}

// Numbers that one token leaves in the cache as keys and as values, over some layers.
struct Cached {
  double keys = 0;
  double values = 0;

  double bytes(const CacheTypes& types) const {
    return keys * bytes_each(types.keys) + values * bytes_each(types.values);
  }
};

struct CachedLayers {
  Cached full;
  Cached windowed;  // layers with a sliding window
};

// A header's number; of a list, that of layer `layer`. 0: there is none.
double header_number(const GgufSummary& gguf, const std::string& name, std::size_t layer = 0) {
  const auto found = gguf.metadata.find(gguf.architecture + "." + name);
  if (found == gguf.metadata.end()) return 0;
  if (found->is_number_integer()) return found->get<double>();
  if (!found->is_array() || layer >= found->size()) return 0;
  return (*found)[layer].get<double>();
}

// Keys and values have so many numbers for each of a layer's heads; layers without attention have
// no heads. Nothing is known where latent attention stores something else.
CachedLayers cached_numbers(const GgufSummary& gguf) {
  if (header_number(gguf, "attention.kv_lora_rank") > 0) return {};
  const double all =
      header_number(gguf, "block_count") - header_number(gguf, "nextn_predict_layers");
  const double layers = all - header_number(gguf, "attention.shared_kv_layers");
  if (!(layers > 0) || layers > kMostLayers) return {};
  // Where nothing is said of keys and values, every head has its own.
  const bool grouped = gguf.metadata.contains(gguf.architecture + ".attention.head_count_kv");
  const char* heads_of = grouped ? "attention.head_count_kv" : "attention.head_count";
  const SlidingWindow window = sliding_window(gguf);
  double full_rows = 0;
  double windowed_rows = 0;
  double heads = 0;  // of the first layer that has some
  for (std::size_t layer = 0; static_cast<double>(layer) < layers; ++layer) {
    (window.at(layer) ? windowed_rows : full_rows) += header_number(gguf, heads_of, layer);
    if (heads == 0) heads = header_number(gguf, "attention.head_count", layer);
  }
  const double usual =
      heads > 0 ? std::floor(header_number(gguf, "embedding_length") / heads) : 0.0;
  const auto width = [&](const std::string& name, bool windowed) {
    const double special = windowed ? header_number(gguf, name + "_swa") : 0;
    const double own = special > 0 ? special : header_number(gguf, name);
    return own > 0 ? own : usual;
  };
  const auto numbers = [&](double rows, bool windowed) {
    return Cached{rows * width("attention.key_length", windowed),
                  rows * width("attention.value_length", windowed)};
  };
  return {numbers(full_rows, false), numbers(windowed_rows, true)};
}

}  // namespace

std::uint64_t cache_bytes(const GgufSummary& gguf, const CacheTypes& types, int cells,
                          int window_cells) {
  const CachedLayers cached = cached_numbers(gguf);
  const double full = cached.full.bytes(types);
  const double windowed = cached.windowed.bytes(types);
  // A damaged header may say anything; what no model has is not known.
  if (!(full + windowed < 1e12)) return 0;
  return static_cast<std::uint64_t>(full * cells + windowed * window_cells);
}

std::uint64_t cache_bytes(const GgufSummary& gguf, const ContextSettings& settings) {
  return cache_bytes(gguf, {settings.type_k, settings.type_v}, settings.cells,
                     settings.window_cells());
}

std::uint64_t stream_bytes(const GgufSummary& gguf, const ContextSettings& settings) {
  return cache_bytes(gguf, {settings.type_k, settings.type_v}, settings.stream_cells,
                     settings.stream_cells);
}

std::uint64_t cache_bytes_per_cell(const GgufSummary& gguf, const CacheTypes& types) {
  return cache_bytes(gguf, types, 1, 1);
}

CacheShape cache_shape(const ModelOptions& options, const GgufSummary& gguf,
                       const CacheTypes& types) {
  const int window = options.swa_cache == "window" ? sliding_window(gguf).tokens : 0;
  return {types, window, options.exact ? kExactBatch : options.batch};
}

int longest_that_fits(const GgufSummary& gguf, const CacheShape& shape, std::uint64_t free) {
  int low = 0;  // fits, but for 0
  int high = kLongest;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (bytes_needed(gguf, shape, middle) <= static_cast<double>(free) ? low : high) = middle;
  }
  return low;
}

expected<void> check_memory(const GgufSummary& gguf, const CacheShape& shape, int context,
                            std::uint64_t free) {
  const int asked = context > 0 ? context : settle_context(0, gguf).max_length;
  const bool unknown = cache_bytes_per_cell(gguf, shape.types) == 0 || free == 0;
  const double needed = bytes_needed(gguf, shape, asked);
  if (unknown || needed <= static_cast<double>(free)) return {};
  const int longest = longest_that_fits(gguf, shape, free);
  const std::string way_out = longest > 0
                                  ? fmt::format("the longest that fits is --context {}", longest)
                                  : "no context fits beside the weights";
  return unavailable(fmt::format(
      "A context of {} tokens takes {} of key/value cache beside {} of weights, but {} of memory "
      "are free; {}.",
      asked, size_text(needed - static_cast<double>(gguf.bytes)),
      size_text(static_cast<double>(gguf.bytes)), size_text(static_cast<double>(free)), way_out));
}

}  // namespace assay
