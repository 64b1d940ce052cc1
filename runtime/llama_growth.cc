// See llama_growth.h.
#include "runtime/llama_growth.h"

#include <cstddef>

namespace assay {

expected<void> grow_by_a_token(LlamaContext& context, const LlamaTokenizer& tokenizer,
                               std::span<Draft* const> growing, const StopFlag& should_stop,
                               std::vector<int>& decoded) {
  std::vector<LlamaContext::Step> steps;
  for (const Draft* draft : growing) {
    steps.push_back({draft->sequence, draft->position(), *draft->last});
    ++decoded[draft->request];
  }
  const auto next_tokens = [&](int step, std::span<const float> logits) {
    growing[static_cast<std::size_t>(step)]->draw(tokenizer, logits);
  };
  return context.advance(steps, next_tokens, should_stop);
}

}  // namespace assay
