// Tokenisation rules (see the header). The golden vectors decide every doubtful case, among them:
// a continuation that turns out empty after the positional split is returned as such (the original
// aborts on it; here prepare_request makes it an item error), and "add BOS" means that the
// tokenizer's own special-token step runs.
#include "runtime/encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "assay/text.h"

namespace assay {
namespace {

Error does_not_fit(std::size_t needed, int available, const std::string& what) {
  return data_error(fmt::format(
      "{} needs {} tokens but the context holds {}; raise --context if the model allows "
      "it, use fewer shots, or pass --truncate-left to cut prompts from the left.",
      what, needed, available));
}

// Section 5.2 for a context that is not empty.
TokenSequence split_pair(const Tokenizer& tokenizer, const std::string& whole,
                         const std::vector<Token>& context, std::optional<bool> add_bos) {
  const std::vector<Token> all = encode_text(tokenizer, whole, add_bos);
  const auto cut = static_cast<std::ptrdiff_t>(std::min(context.size(), all.size()));
  return {context, {all.begin() + cut, all.end()}};
}

expected<TokenSequence> encode_without_context(const Tokenizer& tokenizer,
                                               std::string_view continuation) {
  const std::optional<Token> prefix = tokenizer.prefix_token();
  if (!prefix) {
    return data_error(
        "The request has no context and the model's vocabulary has neither a beginning nor an end "
        "token to put in its place.");
  }
  std::vector<Token> tokens = tokenizer.encode(continuation, false);
  if (!tokens.empty() && tokens.front() == *prefix) tokens.erase(tokens.begin());
  return TokenSequence{{*prefix}, std::move(tokens)};
}

// Makes the pair fit, or says why it cannot.
expected<void> fit_pair(TokenSequence& pair, const EncodeSettings& settings, bool& truncated) {
  if (pair.continuation.empty()) {
    return data_error(
        "A continuation has no tokens of its own: they merge with the end of the context, so it "
        "cannot be scored.");
  }
  if (pair.context.empty()) {
    return data_error(
        "The context is only white space and the model adds no beginning token, so nothing "
        "predicts the first token of the continuation; pass --bos.");
  }
  if (settings.max_length <= 0) return {};
  const auto limit = static_cast<std::size_t>(settings.max_length);
  const std::size_t needed = pair.context.size() + pair.continuation.size() - 1;
  if (needed <= limit) return {};
  if (pair.continuation.size() > limit) {
    return does_not_fit(pair.continuation.size(), settings.max_length, "A continuation");
  }
  if (!settings.truncate_left) {
    return does_not_fit(needed, settings.max_length, "The prompt");
  }
  truncated = assay::truncate_left(pair, settings.max_length) || truncated;
  return {};
}

expected<PreparedRequest> prepare_choices(const Tokenizer& tokenizer, const Choices& choices,
                                          const EncodeSettings& settings) {
  PreparedRequest prepared;
  prepared.request = choices;
  std::vector<Token> shared;  // tokens of the context all choices have in common
  std::string whole;
  for (std::size_t i = 0; i < choices.continuations.size(); ++i) {
    const std::string& context = choices.context_of(i);
    expected<TokenSequence> pair = TokenSequence{};
    if (context.empty()) {
      pair = encode_without_context(tokenizer, choices.continuations[i]);
    } else {
      if (i == 0 || choices.contexts.size() > 1) {
        shared = encode_text(tokenizer, rstrip(context), settings.add_bos);
      }
      whole = context;
      whole += choices.continuations[i];
      pair = split_pair(tokenizer, whole, shared, settings.add_bos);
    }
    if (!pair) return pair.error();
    const expected<void> fits = fit_pair(*pair, settings, prepared.truncated);
    if (!fits) return fits.error();
    prepared.sequences.push_back(*std::move(pair));
  }
  return prepared;
}

expected<PreparedRequest> prepare_completion(const Tokenizer& tokenizer,
                                             const Completion& completion,
                                             const EncodeSettings& settings) {
  PreparedRequest prepared;
  prepared.request = completion;
  if (completion.max_tokens < 1) {
    return usage_error("A completion must be allowed at least one token; raise --max-tokens.");
  }
  std::vector<Token> prompt = encode_text(tokenizer, completion.prompt, settings.add_bos);
  if (prompt.empty()) {
    const std::optional<Token> prefix = tokenizer.prefix_token();
    if (!prefix) return data_error("The prompt is empty and the vocabulary has no first token.");
    prompt.push_back(*prefix);
  }
  if (settings.max_length > 0) {
    const int room = settings.max_length - completion.max_tokens;
    if (room < 1) {
      return data_error(
          fmt::format("A completion of up to {} tokens leaves no room for a prompt in a context of "
                      "{}; lower --max-tokens or raise --context.",
                      completion.max_tokens, settings.max_length));
    }
    if (prompt.size() > static_cast<std::size_t>(room)) {
      if (!settings.truncate_left) {
        return does_not_fit(prompt.size() + static_cast<std::size_t>(completion.max_tokens),
                            settings.max_length,
                            fmt::format("The prompt ({} tokens) with {} generated tokens",
                                        prompt.size(), completion.max_tokens));
      }
      prompt.erase(prompt.begin(), prompt.end() - room);
      prepared.truncated = true;
    }
  }
  prepared.sequences.push_back({std::move(prompt), {}});
  return prepared;
}

expected<PreparedRequest> prepare_rolling(const Tokenizer& tokenizer, const Rolling& rolling,
                                          const EncodeSettings& settings) {
  PreparedRequest prepared;
  prepared.request = rolling;
  const std::vector<Token> tokens = encode_text(tokenizer, rolling.text, settings.add_bos);
  if (rolling.text.empty() || tokens.empty()) return prepared;
  const std::optional<Token> prefix = tokenizer.prefix_token();
  if (!prefix) {
    return data_error(
        "The model's vocabulary has neither a beginning nor an end token, so the first token of a "
        "text cannot be scored.");
  }
  const int length =
      settings.max_length > 0 ? settings.max_length : static_cast<int>(tokens.size());
  prepared.sequences = rolling_windows(tokens, *prefix, length);
  return prepared;
}

}  // namespace

std::vector<Token> encode_text(const Tokenizer& tokenizer, std::string_view text,
                               std::optional<bool> add_bos) {
  bool add_special = add_bos.value_or(tokenizer.adds_special_by_default());
  if (add_special) {
    const std::optional<Token> prefix = tokenizer.prefix_token();
    const std::string begin = prefix ? tokenizer.token_text(*prefix) : "";
    if (!begin.empty() && text.starts_with(begin)) add_special = false;
  }
  return tokenizer.encode(text, add_special);
}

expected<TokenSequence> encode_pair(const Tokenizer& tokenizer, std::string_view context,
                                    std::string_view continuation, std::optional<bool> add_bos) {
  if (context.empty()) return encode_without_context(tokenizer, continuation);
  std::string whole(context);
  whole += continuation;
  return split_pair(tokenizer, whole, encode_text(tokenizer, rstrip(context), add_bos), add_bos);
}

bool truncate_left(TokenSequence& sequence, int max_length) {
  const std::size_t keep = static_cast<std::size_t>(max_length) + 1;
  const std::size_t total = sequence.context.size() + sequence.continuation.size();
  if (total <= keep) return false;
  const auto cut = static_cast<std::ptrdiff_t>(std::min(total - keep, sequence.context.size()));
  sequence.context.erase(sequence.context.begin(), sequence.context.begin() + cut);
  return true;
}

std::vector<TokenSequence> rolling_windows(const std::vector<Token>& tokens, Token prefix,
                                           int max_length, int context_length) {
  std::vector<TokenSequence> windows;
  if (tokens.empty()) return windows;
  const auto limit = static_cast<std::ptrdiff_t>(max_length);
  const auto count = static_cast<std::ptrdiff_t>(tokens.size());
  const std::ptrdiff_t step = limit - context_length + 1;
  const auto at = [&](std::ptrdiff_t i) { return tokens.begin() + i; };

  std::ptrdiff_t predicted = std::min(limit, count);
  windows.push_back({{prefix}, {at(0), at(predicted)}});
  while (predicted < count) {
    const std::ptrdiff_t end = predicted + std::min(count - predicted, step);
    // The input is the max_length tokens before the last predicted one; the disjoint form calls
    // what precedes the first predicted token the context.
    windows.push_back({{at(end - limit - 1), at(predicted)}, {at(predicted), at(end)}});
    predicted = end;
  }
  return windows;
}

expected<PreparedRequest> prepare_request(const Tokenizer& tokenizer, const Request& request,
                                          const EncodeSettings& settings) {
  if (const auto* choices = std::get_if<Choices>(&request)) {
    return prepare_choices(tokenizer, *choices, settings);
  }
  if (const auto* completion = std::get_if<Completion>(&request)) {
    return prepare_completion(tokenizer, *completion, settings);
  }
  return prepare_rolling(tokenizer, std::get<Rolling>(request), settings);
}

}  // namespace assay
