// Whether a model fits the memory there is, before it is loaded: weights and key/value cache from
// the header of the file, against what the system says is free.
//
// Thread-safety: pure functions, but for available_memory_bytes(), which reads the system.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/expected.h"
#include "runtime/llama_gguf.h"
#include "runtime/llama_load.h"

namespace assay {

// Bytes of keys and values in a cache of `cells` tokens, of `window_cells` in the layers that have
// a sliding window (ContextSettings::window_cells). 0 when the header does not tell (it is then not
// checked), or when the architecture keeps no such cache.
std::uint64_t cache_bytes(const GgufSummary& gguf, const CacheTypes& types, int cells,
                          int window_cells);
std::uint64_t cache_bytes(const GgufSummary& gguf, const ContextSettings& settings);

// Bytes of the cache while texts grow in cells of their own, where it may be larger then
// (ContextSettings::stream_cells); else 0.
std::uint64_t stream_bytes(const GgufSummary& gguf, const ContextSettings& settings);

// Bytes that one token takes in all layers.
std::uint64_t cache_bytes_per_cell(const GgufSummary& gguf, const CacheTypes& types);

// What a cache is to be like beside its length.
struct CacheShape {
  CacheTypes types;
  int window = 0;   // of layers whose cache is to be small; 0: all are full
  int batch = 512;  // tokens of a decode call, for which a small cache needs room
};
CacheShape cache_shape(const ModelOptions& options, const GgufSummary& gguf,
                       const CacheTypes& types);

// The longest context of which weights and cache take no more than `free` bytes; 0 when none does.
int longest_that_fits(const GgufSummary& gguf, const CacheShape& shape, std::uint64_t free);

// kUnavailable when the context asked for (0: the default) does not fit into `free`, with the
// longest one that does.
expected<void> check_memory(const GgufSummary& gguf, const CacheShape& shape, int context,
                            std::uint64_t free);

}  // namespace assay
