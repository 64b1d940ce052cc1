// A GGUF's vocabulary as the Tokenizer of runtime/encode.h, plus what generation needs: end tokens
// and the text of tokens.
//
// Ownership: the vocabulary belongs to the loaded model, which must outlive this. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/encode.h"

struct llama_model;
struct llama_vocab;

namespace assay {

class LlamaTokenizer : public Tokenizer {
 public:
  // `add_bos` as the user set it: true adds a beginning token even where the vocabulary would not.
  LlamaTokenizer(const llama_vocab* vocab, std::optional<bool> add_bos);
  static LlamaTokenizer of(const llama_model* model, std::optional<bool> add_bos);

  std::vector<Token> encode(std::string_view text, bool add_special) const override;
  bool adds_special_by_default() const override;
  std::optional<Token> prefix_token() const override;
  std::string token_text(Token token) const override;  // special tokens are shown

  std::string piece(Token token) const;  // as generated text: special tokens are ""
  bool ends_generation(Token token) const;
  bool is_control(Token token) const;
  std::optional<Token> bos() const;
  std::optional<Token> eos() const;
  int size() const;

 private:
  std::string text_of(Token token, bool special) const;

  const llama_vocab* vocab_;
  std::optional<bool> add_bos_;
};

}  // namespace assay
