// See llama_draft.h.
#include "runtime/llama_draft.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "scorers/postprocess_generation.h"

namespace assay {

Draft::Draft(std::size_t of, const Completion& what, std::span<const Token> prompt_tokens,
             std::uint64_t seed, const std::vector<std::string>& stops)
    : request(of),
      completion(&what),
      prompt(prompt_tokens),
      sampler(what.sampling, seed),
      text(stops) {
  for (const Token token : prompt) sampler.accept(token);
}

void Draft::draw(const LlamaTokenizer& tokenizer, std::span<const float> logits) {
  last = sampler.pick(logits);
  if (!last) {
    broken = finished = true;
    return;
  }
  const Token token = *last;
  if (keep_top > 0 && kept.size() < kKeptPositions) {
    if (std::optional<TopTokens> top = top_tokens(logits, keep_top)) {
      top->path = path.value();
      kept.push_back(*std::move(top));
    }
  }
  if (tokenizer.ends_generation(token)) {
    generation.finish = FinishReason::kEndOfText;
    finished = true;
    return;
  }
  sampler.accept(token);
  path.add(token);
  if (on_record) generated.push_back(token);
  ++generation.tokens;
  const bool stopped = text.append(tokenizer.piece(token)) ||
                       (tokenizer.is_control(token) && text.is_stop(tokenizer.token_text(token)));
  if (stopped) generation.finish = FinishReason::kStop;
  finished = stopped || generation.tokens >= completion->max_tokens;
}

int Draft::position() const { return static_cast<int>(prompt.size()) + generation.tokens - 1; }

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

}  // namespace assay
