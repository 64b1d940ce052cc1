// See planned_memory.h.
#include "results/planned_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/figures.h"

namespace assay {
namespace {

std::optional<std::size_t> number(const Json& settings, const char* name) {
  const auto found = settings.find(name);
  if (found == settings.end() || !found->is_number_integer() || *found < 0) return std::nullopt;
  return found->get<std::size_t>();
}

}  // namespace

PlannedMemory planned_memory(const Json& settings, bool writes_texts) {
  PlannedMemory memory;
  memory.weights = number(settings, "bytes");
  memory.contexts = number(settings, "contexts").value_or(1);
  const std::optional<std::size_t> each = number(settings, "cache_bytes");
  if (!each) return memory;
  const std::size_t texts = writes_texts ? number(settings, "stream_bytes").value_or(0) : 0;
  memory.cache = memory.contexts * std::max(*each, texts);
  memory.at_most = texts > *each;
  return memory;
}

std::string to_text(const PlannedMemory& memory) {
  std::string text;
  if (memory.weights) text = "weights " + bytes_text(*memory.weights);
  if (!memory.cache) return text;
  if (!text.empty()) text += " + ";
  text +=
      fmt::format("KV cache {}{}", memory.at_most ? "of up to " : "", bytes_text(*memory.cache));
  if (memory.contexts > 1) text += fmt::format(" in {} contexts", memory.contexts);
  return text;
}

}  // namespace assay
