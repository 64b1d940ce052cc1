// What a run is planned to take of memory, from the settings that a model gives before it is
// loaded: its weights, and the key/value caches of all its contexts.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "assay/json.h"

namespace assay {

// In bytes; nothing where the settings (the manifest's `model.settings`) do not tell.
struct PlannedMemory {
  std::optional<std::size_t> weights, cache;  // the cache at its largest, of all contexts together
  std::size_t contexts = 1;
  bool at_most = false;  // the cache grows to that size with the texts that it is needed for
};

// Of a run that writes texts: a context's cache may be larger then than for choices.
PlannedMemory planned_memory(const Json& settings, bool writes_texts);

// "weights 75 MiB + KV cache 288 MiB in 2 contexts", "… KV cache of up to 768 MiB …"; "" where
// nothing is known.
std::string to_text(const PlannedMemory& memory);

}  // namespace assay
