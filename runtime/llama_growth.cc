// See llama_growth.h.
#include "runtime/llama_growth.h"

namespace assay {

expected<void> grow_by_a_token(const TextGroup& group, std::span<Draft* const> growing) {
  std::vector<LlamaContext::Step> steps;
  for (const Draft* draft : growing) {
    steps.push_back({draft->sequence, draft->position(), *draft->last});
    ++group.decoded[draft->request];
  }
  const auto next_tokens = [&](int step, std::span<const float> logits) {
    growing[static_cast<std::size_t>(step)]->draw(group.tokenizer, logits);
  };
  return group.context.advance(steps, next_tokens, group.should_stop);
}

}  // namespace assay
