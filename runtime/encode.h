// From texts to token ids, exactly as protocols.md section 5 defines it, as pure functions over a
// Tokenizer: where the boundary between context and continuation falls, when a beginning-of-text
// token is added, what happens to a prompt that does not fit, how a long text is cut into windows.
//
// Source of the rules: lm-evaluation-harness 4e7e0d47f (`_encode_pair`, `tok_encode`,
// `get_rolling_token_windows`, `make_disjoint_window`); golden/encode_pair.jsonl and
// golden/rolling_windows.jsonl pin them.
//
// Thread-safety: free functions without state; a Tokenizer must allow concurrent calls.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"

namespace assay {

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  // Token ids of `text`; the texts of special tokens become those tokens. With `add_special` the
  // beginning token (and, for the rare vocabularies that ask for it, an end token) is added as the
  // vocabulary or the user's setting says; without, nothing is added.
  virtual std::vector<Token> encode(std::string_view text, bool add_special) const = 0;
  // Whether encode() adds special tokens when nobody asked either way.
  virtual bool adds_special_by_default() const = 0;
  // What stands before a text without context: BOS, else EOS, else nothing.
  virtual std::optional<Token> prefix_token() const = 0;
  virtual std::string token_text(Token token) const = 0;
};

struct EncodeSettings {
  std::optional<bool> add_bos;  // unset: the tokenizer's default
  int max_length = 0;           // tokens the model can see at once; 0: unlimited
  bool truncate_left = false;   // the original's left truncation instead of an error
};

// Whole text, special tokens by default unless it already begins with the prefix token's text.
std::vector<Token> encode_text(const Tokenizer& tokenizer, std::string_view text,
                               std::optional<bool> add_bos);

// Section 5.1 and 5.2. The split is positional; the continuation may come out empty, and so may
// the context. Errors: an empty context needs a prefix token and there is none.
expected<TokenSequence> encode_pair(const Tokenizer& tokenizer, std::string_view context,
                                    std::string_view continuation, std::optional<bool> add_bos);

// Section 5.4: the last max_length + 1 tokens of context ++ continuation. Returns whether anything
// was cut. REQUIRES: continuation.size() <= max_length.
bool truncate_left(TokenSequence& sequence, int max_length);

// The windows of a rolling log-likelihood in their disjoint form. REQUIRES: 1 <= context_length <=
// max_length.
std::vector<TokenSequence> rolling_windows(const std::vector<Token>& tokens, Token prefix,
                                           int max_length, int context_length = 1);

// A whole request: token ids, and whether it fits. Errors are item errors with the figures in them.
expected<PreparedRequest> prepare_request(const Tokenizer& tokenizer, const Request& request,
                                          const EncodeSettings& settings);

}  // namespace assay
