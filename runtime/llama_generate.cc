// Generation (see the header): drafts in groups, each group in streams, in slots of a shared cache,
// in exact layouts, or alone.
#include "runtime/llama_generate.h"

#include <algorithm>
#include <optional>

#include "runtime/llama_draft.h"
#include "runtime/llama_growth.h"
#include "runtime/llama_streams.h"
#include "runtime/llama_waves.h"
#include "runtime/prefix_plan.h"
#include "runtime/stream_plan.h"
#include "runtime/trunk_plan.h"
#include "runtime/wave_plan.h"

namespace assay {
namespace {

// One more token for every text, in order, `slots` at a time: a text that ends makes room for the
// next one at once. All have drawn their first token and have a sequence of their own.
expected<void> grow_together(const TextGroup& group, std::size_t slots) {
  while (true) {
    std::vector<Draft*> active;
    for (Draft& draft : group.drafts) {
      if (!draft.finished && active.size() < slots) active.push_back(&draft);
    }
    if (active.empty()) return {};
    group.context.count_slots(slots, active.size(), 0);
    const expected<void> grown = grow_by_a_token(group, active);
    if (!grown) return grown;
  }
}

// One text alone, for models that decode one sequence at a time.
expected<void> generate_alone(const TextGroup& group) {
  Draft& draft = group.drafts.front();
  const std::vector<WavePrompt> prompts = {{draft.prompt, draft.completion->max_tokens}};
  const PrefixPlan plan = plan_wave(prompts, group.header);
  group.decoded[draft.request] += static_cast<int>(plan.tokens.size());
  draft.sequence = plan.sequence_of.front();
  const auto first_token = [&](int, std::span<const float> logits) {
    draft.draw(group.tokenizer, logits);
  };
  const expected<void> read = group.context.run(plan, first_token, group.should_stop);
  if (!read) return read;
  return grow_together(group, 1);
}

// In exact layouts (runtime/exact_layout.h): whole chunks of every prompt first, so that each
// begins at a multiple of a chunk, then the rests, shorter than a chunk, then token by token. Cells
// of a text that has ended are not used again before the group is done: the cells of each text lie
// in the order of its tokens.
expected<void> generate_exactly(const TextGroup& group) {
  struct Prompt {
    std::span<Draft> drafts;  // of one request, one after the other
    std::span<const Token> tokens;
    int first;  // sequence
  };
  std::vector<Prompt> prompts;
  const std::span<Draft> drafts = group.drafts;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    drafts[i].sequence = static_cast<int>(i);
    const bool same = i > 0 && drafts[i].request == drafts[i - 1].request;
    if (!same) prompts.push_back({drafts.subspan(i, 0), drafts[i].prompt, static_cast<int>(i)});
    prompts.back().drafts = drafts.subspan(static_cast<std::size_t>(prompts.back().first),
                                           i + 1 - static_cast<std::size_t>(prompts.back().first));
  }
  group.context.fork(static_cast<int>(drafts.size()));
  const auto feed = [&](const Prompt& prompt, std::size_t begin, std::size_t end,
                        const RowReader& read_row) {
    group.decoded[prompt.drafts.front().request] += static_cast<int>(end - begin);
    return group.context.feed(prompt.tokens.subspan(begin, end - begin), begin, prompt.first,
                              static_cast<int>(prompt.drafts.size()), read_row, group.should_stop);
  };
  for (const Prompt& prompt : prompts) {
    for (std::size_t at = group.header; at < exact_trunk(prompt.tokens.size()); at += kExactChunk) {
      const expected<void> fed = feed(prompt, at, at + kExactChunk, {});
      if (!fed) return fed;
    }
  }
  for (const Prompt& prompt : prompts) {
    const std::size_t size = prompt.tokens.size();
    std::size_t at = std::max(group.header, exact_trunk(size));
    if (size - at == kExactChunk) {  // A whole chunk here would not begin where chunks do.
      const expected<void> fed = feed(prompt, at, at + kExactChunk / 2, {});
      if (!fed) return fed;
      at += kExactChunk / 2;
    }
    const expected<void> fed = feed(prompt, at, size, [&](int, std::span<const float> logits) {
      for (Draft& draft : prompt.drafts) draft.draw(group.tokenizer, logits);
    });
    if (!fed) return fed;
  }
  return grow_together(group, exact_slots(group.context.settings()));
}

// Drafts [begin, end), samples of one request, as they were before their first token.
void restart(const LlamaTokenizer& tokenizer, std::span<const PreparedRequest> unit,
             std::size_t begin, std::size_t end, std::vector<Draft>& drafts) {
  const std::size_t request = drafts[begin].request;
  std::size_t first = begin;
  while (first > 0 && drafts[first - 1].request == request) --first;
  std::vector<Draft> fresh = list_drafts(tokenizer, unit, std::span(&request, 1));
  for (std::size_t i = begin; i < end; ++i) drafts[i] = std::move(fresh[i - first]);
}

// Each request's prompt once, with the longest text after it.
std::vector<WavePrompt> prompts_of(std::span<const TrunkPath> group) {
  std::vector<WavePrompt> prompts;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (i > 0 && group[i].request == group[i - 1].request) continue;
    prompts.push_back({group[i].prompt, group[i].max_tokens});
  }
  return prompts;
}

// Tokens that the prompts of a group take after its header. Exact layouts and streams share headers
// only; elsewhere the prompts of a wave are a tree.
std::size_t prompt_tokens(std::span<const TrunkPath> group, std::size_t header,
                          const Streams& streams, const ContextSettings& settings) {
  const std::vector<WavePrompt> prompts = prompts_of(group);
  std::size_t tokens = 0;
  const bool in_slots =
      !settings.exact && settings.rules.branches >= kLeastBranches && streams.count == 0;
  if (!in_slots) {
    for (const WavePrompt& prompt : prompts) tokens += prompt.tokens.size() - header;
    return tokens;
  }
  const WavePlan waves = plan_waves(prompts, header, settings);
  std::size_t begin = 0;
  for (const std::size_t end : waves.ends) {
    const auto wave = std::span(prompts).subspan(begin, end - begin);
    tokens += plan_wave(wave, begin == 0 ? header : waves.base).tokens.size();
    begin = end;
  }
  return tokens;
}

}  // namespace

std::vector<PlannedDecode> plan_generation(std::span<const PreparedRequest> unit,
                                           std::span<const std::size_t> which,
                                           const ContextSettings& settings) {
  std::vector<TrunkPath> paths;
  for (const std::size_t request : which) {
    const auto& completion = std::get<Completion>(unit[request].request);
    const std::span<const Token> prompt = unit[request].sequences.front().context;
    for (int draft = 0; draft < drafts_of(completion); ++draft) {
      paths.push_back({prompt, request, completion.max_tokens});
    }
  }
  std::vector<PlannedDecode> planned;
  for (const TrunkGroup& group : group_prompts(paths, settings)) {
    const std::span<const Token> header = paths[group.begin].prompt.first(group.header);
    const auto members = std::span(paths).subspan(group.begin, group.end - group.begin);
    const Streams streams = plan_streams(members, group.header, settings);
    planned.push_back({{header.begin(), header.end()},
                       prompt_tokens(members, group.header, streams, settings),
                       streams});
  }
  return planned;
}

expected<void> generate_requests(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                 std::span<const PreparedRequest> unit,
                                 std::span<const std::size_t> which, const StopFlag& should_stop,
                                 std::vector<expected<Response>>& responses) {
  std::vector<Draft> drafts = list_drafts(tokenizer, unit, which);
  std::vector<int> decoded(unit.size(), 0);
  std::vector<TrunkPath> paths;
  for (const Draft& draft : drafts) {
    paths.push_back({draft.prompt, draft.request, draft.completion->max_tokens});
  }
  const ContextSettings& settings = context.settings();
  std::span<const Token> held;  // by this unit: what earlier ones left is not counted
  Streams divided;
  const auto attempt = [&](const TrunkGroup& group) -> expected<void> {
    const std::span<const Token> header = paths[group.begin].prompt.first(group.header);
    const auto own_paths = std::span(paths).subspan(group.begin, group.end - group.begin);
    const auto members = std::span(drafts).subspan(group.begin, group.end - group.begin);
    const Streams streams = plan_streams(own_paths, group.header, settings);
    if (streams != divided) held = {};
    divided = streams;
    decoded[paths[group.begin].request] +=
        static_cast<int>(group.header - kept_of_header(held, header, settings));
    held = header;
    const TextGroup texts = {context, tokenizer, members, group.header, should_stop, decoded};
    if (streams.count > 0) {
      const expected<void> ready = context.hold_header(header, should_stop, streams);
      if (ready) return generate_in_streams(texts, static_cast<std::size_t>(streams.count));
      // Without memory for them, texts grow in the shared cache.
      if (context.was_late() || !context.usable_after(ready.error())) return ready;
      context.count_undivided();
      divided = {};
    }
    const expected<void> ready = context.hold_header(header, should_stop);
    if (!ready) return ready;
    const bool in_slots = settings.rules.branches >= kLeastBranches;
    const auto generate = settings.exact ? generate_exactly
                          : in_slots     ? generate_in_slots
                                         : generate_alone;
    return generate(texts);
  };
  std::vector<std::optional<Error>> errors(unit.size());
  for (const TrunkGroup& group : group_prompts(paths, settings)) {
    const expected<void> done = attempt(group);
    // A group that the engine cannot do is taken apart, so that one request costs no other.
    for (std::size_t begin = group.begin; !done && begin < group.end;) {
      held = {};
      const std::size_t request = paths[begin].request;
      std::size_t end = begin;
      while (end < group.end && paths[end].request == request) ++end;
      const std::span<Draft> own = std::span(drafts).subspan(begin, end - begin);
      const bool finished = std::ranges::all_of(own, &Draft::finished);
      expected<void> alone = finished ? expected<void>() : done;
      const bool is_all = begin == group.begin && end == group.end;
      if (!alone && !is_all && context.usable_after(alone.error())) {
        restart(tokenizer, unit, begin, end, drafts);
        alone = attempt({begin, end, group.header});
      }
      if (!alone && !context.usable_after(alone.error())) return alone;
      if (!alone) errors[request] = alone.error();
      begin = end;
    }
  }
  std::size_t first = 0;
  for (const std::size_t request : which) {
    std::size_t count = 0;
    while (first + count < drafts.size() && drafts[first + count].request == request) ++count;
    if (count == 0) {
      responses[request] = usage_error("A completion was asked for no samples.");
      continue;
    }
    if (errors[request]) {
      responses[request] = *errors[request];
    } else {
      responses[request] = response_of(unit[request], std::span(drafts).subspan(first, count),
                                       decoded[request], context.vocabulary());
    }
    first += count;
  }
  return {};
}

}  // namespace assay
