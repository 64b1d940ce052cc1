// Generation (see the header). A "draft" is one sample of one request; greedy requests have one
// draft, whose text answers all of their samples.
#include "runtime/llama_generate.h"

#include <algorithm>
#include <optional>

#include "runtime/kept_tokens.h"
#include "runtime/llama_score.h"
#include "runtime/prefix_plan.h"
#include "runtime/sampler.h"
#include "runtime/stop_text.h"
#include "runtime/trunk_plan.h"
#include "scorers/postprocess_generation.h"

namespace assay {
namespace {

struct Draft {
  Draft(std::size_t of, const Completion& what, std::span<const Token> prompt_tokens,
        std::uint64_t seed, const std::vector<std::string>& stops)
      : request(of),
        completion(&what),
        prompt(prompt_tokens),
        sampler(what.sampling, seed),
        text(stops) {
    for (const Token token : prompt) sampler.accept(token);
  }

  std::size_t request;  // index into the unit
  const Completion* completion;
  std::span<const Token> prompt;
  Sampler sampler;
  StopText text;
  Generation generation{"", FinishReason::kLength, 0};
  int sequence = 0;           // of the plan
  std::optional<Token> last;  // not decoded yet
  bool finished = false;
  bool broken = false;  // the model's output was not finite
  // Of the first sample: what it generated, and with --keep-probs what the model expected there.
  bool on_record = false;
  std::vector<Token> generated{};
  PathDigest path{};
  std::size_t keep_top = 0;
  std::vector<TopTokens> kept{};
};

// Texts written for a request: all greedy samples are one.
int drafts_of(const Completion& completion) {
  return completion.sampling.temperature <= 0 ? 1 : completion.samples;
}

std::vector<Draft> list_drafts(const LlamaTokenizer& tokenizer,
                               std::span<const PreparedRequest> unit,
                               std::span<const std::size_t> which) {
  std::vector<Draft> drafts;
  const std::optional<Token> eos = tokenizer.eos();
  for (const std::size_t request : which) {
    const auto& completion = std::get<Completion>(unit[request].request);
    const std::span<const Token> prompt = unit[request].sequences.front().context;
    const std::vector<std::string> stops =
        stop_list(completion.stops, eos ? tokenizer.token_text(*eos) : "");
    for (int sample = 0; sample < drafts_of(completion); ++sample) {
      drafts.emplace_back(request, completion, prompt,
                          sample_seed(completion.sampling.seed, completion.seed_key, sample),
                          stops);
      Draft& draft = drafts.back();
      if (sample > 0) continue;
      draft.on_record = completion.sampling.temperature <= 0;
      draft.keep_top = static_cast<std::size_t>(unit[request].keep_top);
      for (const Token token : prompt) draft.path.add(token);
    }
  }
  return drafts;
}

// Takes in the model's output after the draft's last token: draws, appends, decides whether to end.
void draw(Draft& draft, const LlamaTokenizer& tokenizer, std::span<const float> logits) {
  draft.last = draft.sampler.pick(logits);
  if (!draft.last) {
    draft.broken = draft.finished = true;
    return;
  }
  const Token token = *draft.last;
  if (draft.keep_top > 0 && draft.kept.size() < kKeptPositions) {
    if (std::optional<TopTokens> top = top_tokens(logits, draft.keep_top)) {
      top->path = draft.path.value();
      draft.kept.push_back(*std::move(top));
    }
  }
  if (tokenizer.ends_generation(token)) {
    draft.generation.finish = FinishReason::kEndOfText;
    draft.finished = true;
    return;
  }
  draft.sampler.accept(token);
  draft.path.add(token);
  if (draft.on_record) draft.generated.push_back(token);
  ++draft.generation.tokens;
  const bool stopped =
      draft.text.append(tokenizer.piece(token)) ||
      (tokenizer.is_control(token) && draft.text.is_stop(tokenizer.token_text(token)));
  if (stopped) draft.generation.finish = FinishReason::kStop;
  draft.finished = stopped || draft.generation.tokens >= draft.completion->max_tokens;
}

// One more token for every text that is not finished, until all are.
expected<void> grow_together(LlamaContext& context, const LlamaTokenizer& tokenizer,
                             std::span<Draft> group, const StopFlag& should_stop,
                             std::vector<int>& decoded) {
  while (true) {
    std::vector<LlamaContext::Step> steps;
    std::vector<Draft*> active;
    for (Draft& draft : group) {
      if (draft.finished) continue;
      const std::size_t position =
          draft.prompt.size() + static_cast<std::size_t>(draft.generation.tokens) - 1;
      steps.push_back({draft.sequence, static_cast<int>(position), *draft.last});
      active.push_back(&draft);
      ++decoded[draft.request];
    }
    if (active.empty()) return {};
    const auto next_tokens = [&](int step, std::span<const float> logits) {
      draw(*active[static_cast<std::size_t>(step)], tokenizer, logits);
    };
    const expected<void> grown = context.advance(steps, next_tokens, should_stop);
    if (!grown) return grown;
  }
}

expected<void> generate_group(LlamaContext& context, const LlamaTokenizer& tokenizer,
                              std::span<Draft> group, std::size_t header,
                              const StopFlag& should_stop, std::vector<int>& decoded) {
  std::vector<PlanPath> paths;
  for (const Draft& draft : group) paths.push_back({draft.prompt, draft.prompt.size() - 1});
  const PrefixPlan plan = plan_prefixes(paths, header, Sequences::kOnePerPath);
  for (const PlannedToken& token : plan.tokens) ++decoded[group[token.owner].request];
  for (std::size_t i = 0; i < group.size(); ++i) group[i].sequence = plan.sequence_of[i];

  const auto first_tokens = [&](int row, std::span<const float> logits) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (plan.rows[i].front() == row) draw(group[i], tokenizer, logits);
    }
  };
  const expected<void> read = context.run(plan, first_tokens, should_stop);
  if (!read) return read;
  return grow_together(context, tokenizer, group, should_stop, decoded);
}

// The same in exact layouts (runtime/exact_layout.h): whole chunks of every prompt first, so that
// each begins at a multiple of a chunk, then the rests, shorter than a chunk, then token by token.
expected<void> generate_exactly(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                std::span<Draft> group, std::size_t header,
                                const StopFlag& should_stop, std::vector<int>& decoded) {
  struct Prompt {
    std::span<Draft> drafts;  // of one request, one after the other
    std::span<const Token> tokens;
    int first;  // sequence
  };
  std::vector<Prompt> prompts;
  for (std::size_t i = 0; i < group.size(); ++i) {
    group[i].sequence = static_cast<int>(i);
    const bool same = i > 0 && group[i].request == group[i - 1].request;
    if (!same) prompts.push_back({group.subspan(i, 0), group[i].prompt, static_cast<int>(i)});
    prompts.back().drafts = group.subspan(static_cast<std::size_t>(prompts.back().first),
                                          i + 1 - static_cast<std::size_t>(prompts.back().first));
  }
  context.fork(static_cast<int>(group.size()));
  const auto feed = [&](const Prompt& prompt, std::size_t begin, std::size_t end,
                        const RowReader& read_row) {
    decoded[prompt.drafts.front().request] += static_cast<int>(end - begin);
    return context.feed(prompt.tokens.subspan(begin, end - begin), begin, prompt.first,
                        static_cast<int>(prompt.drafts.size()), read_row, should_stop);
  };
  for (const Prompt& prompt : prompts) {
    for (std::size_t at = header; at < exact_trunk(prompt.tokens.size()); at += kExactChunk) {
      const expected<void> fed = feed(prompt, at, at + kExactChunk, {});
      if (!fed) return fed;
    }
  }
  for (const Prompt& prompt : prompts) {
    const std::size_t size = prompt.tokens.size();
    std::size_t at = std::max(header, exact_trunk(size));
    if (size - at == kExactChunk) {  // A whole chunk here would not begin where chunks do.
      const expected<void> fed = feed(prompt, at, at + kExactChunk / 2, {});
      if (!fed) return fed;
      at += kExactChunk / 2;
    }
    const expected<void> fed = feed(prompt, at, size, [&](int, std::span<const float> logits) {
      for (Draft& draft : prompt.drafts) draw(draft, tokenizer, logits);
    });
    if (!fed) return fed;
  }
  return grow_together(context, tokenizer, group, should_stop, decoded);
}
expected<Response> response_of(const PreparedRequest& prepared, std::span<const Draft> drafts,
                               int decoded, int vocabulary) {
  const auto& completion = std::get<Completion>(prepared.request);
  std::vector<Generation> generations;
  for (int sample = 0; sample < completion.samples; ++sample) {
    const Draft& draft = drafts[std::min(static_cast<std::size_t>(sample), drafts.size() - 1)];
    if (draft.broken) {
      return data_error(
          "The model's output is not finite (NaN or infinity) for this item; its weights may be "
          "damaged, or the key/value type too coarse.");
    }
    generations.push_back(draft.generation);
    generations.back().text = draft.text.cut();
    if (sample == 0 && draft.on_record) generations.back().token_ids = draft.generated;
  }
  Response response;
  response.answer = std::move(generations);
  response.prompt_tokens = static_cast<int>(prepared.sequences.front().context.size());
  response.decoded_tokens = decoded;
  if (prepared.keep_top > 0) {
    response.top_tokens =
        encode_kept({prepared.keep_top, static_cast<std::size_t>(vocabulary), drafts.front().kept});
  }
  return response;
}

// Tokens that the prompts of a group take after its header. Exact layouts share chunks of headers
// only; elsewhere the prompts are a tree.
std::size_t prompt_tokens(std::span<const TrunkPath> group, std::size_t header,
                          const ContextSettings& settings) {
  if (!settings.exact) {
    std::vector<PlanPath> members;
    for (const TrunkPath& path : group) members.push_back(plan_path(path));
    return plan_prefixes(members, header, Sequences::kOnePerPath).tokens.size();
  }
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (i > 0 && group[i].request == group[i - 1].request) continue;
    tokens += group[i].prompt.size() - header;
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
    planned.push_back(
        {{header.begin(), header.end()}, prompt_tokens(members, group.header, settings)});
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
  std::span<const Token> held;  // by this unit: what earlier ones left is not counted
  for (const TrunkGroup& group : group_prompts(paths, context.settings())) {
    const std::span<const Token> header = paths[group.begin].prompt.first(group.header);
    decoded[paths[group.begin].request] +=
        static_cast<int>(group.header - kept_of_header(held, header, context.settings()));
    held = header;
    const expected<void> ready = context.hold_header(header, should_stop);
    if (!ready) return ready;
    const std::span<Draft> members =
        std::span(drafts).subspan(group.begin, group.end - group.begin);
    const auto generate = context.settings().exact ? generate_exactly : generate_group;
    const expected<void> done =
        generate(context, tokenizer, members, group.header, should_stop, decoded);
    if (!done) return done;
  }
  std::size_t first = 0;
  for (const std::size_t request : which) {
    std::size_t count = 0;
    while (first + count < drafts.size() && drafts[first + count].request == request) ++count;
    if (count == 0) {
      responses[request] = usage_error("A completion was asked for no samples.");
      continue;
    }
    responses[request] = response_of(unit[request], std::span(drafts).subspan(first, count),
                                     decoded[request], context.vocabulary());
    first += count;
  }
  return {};
}

}  // namespace assay
