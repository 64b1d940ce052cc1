// See wave_plan.h.
#include "runtime/wave_plan.h"

#include <algorithm>

namespace assay {

WaveLayout wave_layout(const ContextSettings& settings) {
  const int slots =
      std::min({settings.slots, settings.outputs, settings.batch, settings.rules.branches - 2});
  return {slots, settings.rules.branches - 1 - slots};
}

WavePlan plan_waves(std::span<const WavePrompt> prompts, std::size_t header,
                    const ContextSettings& settings) {
  WavePlan plan;
  if (prompts.empty()) return plan;
  const std::span<const Token> first = prompts.front().tokens;
  plan.base = first.size() - 1;
  for (const WavePrompt& prompt : prompts) {
    const std::size_t length = std::min(plan.base, prompt.tokens.size() - 1);
    const std::span<const Token> begin = first.first(length);
    plan.base =
        static_cast<std::size_t>(std::ranges::mismatch(begin, prompt.tokens).in1 - begin.begin());
  }
  plan.base = std::max(plan.base, header);

  const auto stems = static_cast<std::size_t>(wave_layout(settings).stems);
  const auto enough = static_cast<std::size_t>(settings.batch);
  const std::size_t room = static_cast<std::size_t>(settings.cells) - plan.base - 1;
  std::size_t tokens = 0;
  std::size_t begin = 0;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const std::size_t more = prompts[i].tokens.size() - plan.base;
    const std::size_t text =
        std::max(longest, static_cast<std::size_t>(std::max(0, prompts[i].max_tokens)));
    const bool full = i - begin == stems || tokens + more > enough || tokens + more + text > room;
    if (i > begin && full) {
      plan.ends.push_back(i);
      begin = i;
      tokens = 0;
      longest = 0;
    }
    tokens += more;
    longest = std::max(longest, static_cast<std::size_t>(std::max(0, prompts[i].max_tokens)));
  }
  plan.ends.push_back(prompts.size());
  return plan;
}

PrefixPlan plan_wave(std::span<const WavePrompt> prompts, std::size_t after) {
  std::vector<PlanPath> paths;
  for (const WavePrompt& prompt : prompts) {
    paths.push_back({prompt.tokens, prompt.tokens.size() - 1});
  }
  return plan_prefixes(paths, after, Sequences::kOnePerPath);
}

}  // namespace assay
