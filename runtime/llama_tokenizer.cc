// Calls into the engine's tokenizer (see the header).
#include "runtime/llama_tokenizer.h"

#include <llama.h>

#include <exception>

namespace assay {

LlamaTokenizer::LlamaTokenizer(const llama_vocab* vocab, std::optional<bool> add_bos)
    : vocab_(vocab), add_bos_(add_bos) {}

LlamaTokenizer LlamaTokenizer::of(const llama_model* model, std::optional<bool> add_bos) {
  return {llama_model_get_vocab(model), add_bos};
}

std::vector<Token> LlamaTokenizer::encode(std::string_view text, bool add_special) const {
  // Texts of special tokens are parsed, as the original's tokenizers do.
  constexpr bool kParseSpecial = true;
  std::vector<Token> tokens(text.size() + 8);
  const auto length = static_cast<int>(text.size());
  try {
    int count = llama_tokenize(vocab_, text.data(), length, tokens.data(),
                               static_cast<int>(tokens.size()), add_special, kParseSpecial);
    if (count < 0) {
      tokens.resize(static_cast<std::size_t>(-static_cast<std::int64_t>(count)));
      count = llama_tokenize(vocab_, text.data(), length, tokens.data(),
                             static_cast<int>(tokens.size()), add_special, kParseSpecial);
    }
    tokens.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  } catch (const std::exception&) {
    tokens.clear();  // Nothing to score: callers turn this into an item error.
  }
  const std::optional<Token> begin = bos();
  if (add_special && add_bos_.value_or(false) && begin &&
      (tokens.empty() || tokens.front() != *begin)) {
    tokens.insert(tokens.begin(), *begin);
  }
  return tokens;
}

bool LlamaTokenizer::adds_special_by_default() const { return llama_vocab_get_add_bos(vocab_); }

std::optional<Token> LlamaTokenizer::prefix_token() const {
  const std::optional<Token> begin = bos();
  return begin ? begin : eos();
}

std::string LlamaTokenizer::text_of(Token token, bool special) const {
  if (token < 0 || token >= size()) return "";
  std::string text(32, '\0');
  int count =
      llama_token_to_piece(vocab_, token, text.data(), static_cast<int>(text.size()), 0, special);
  if (count < 0) {
    text.resize(static_cast<std::size_t>(-count));
    count =
        llama_token_to_piece(vocab_, token, text.data(), static_cast<int>(text.size()), 0, special);
  }
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

std::string LlamaTokenizer::token_text(Token token) const { return text_of(token, true); }
std::string LlamaTokenizer::piece(Token token) const { return text_of(token, false); }

bool LlamaTokenizer::ends_generation(Token token) const {
  return llama_vocab_is_eog(vocab_, token);
}

bool LlamaTokenizer::is_control(Token token) const { return llama_vocab_is_control(vocab_, token); }

std::optional<Token> LlamaTokenizer::bos() const {
  const Token token = llama_vocab_bos(vocab_);
  if (token == LLAMA_TOKEN_NULL) return std::nullopt;
  return token;
}

std::optional<Token> LlamaTokenizer::eos() const {
  const Token token = llama_vocab_eos(vocab_);
  if (token == LLAMA_TOKEN_NULL) return std::nullopt;
  return token;
}

int LlamaTokenizer::size() const { return llama_vocab_n_tokens(vocab_); }

}  // namespace assay
