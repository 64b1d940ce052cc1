// Walks over the tokens of a template: what parsers of statements and of expressions both do, with
// the errors that name what was found instead.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/jinja/lexer.h"
#include "tasks/jinja/value.h"

namespace assay::jinja {

// Trees deeper than this are refused, so that neither evaluating nor freeing one can exhaust the
// stack.
inline constexpr int kDeepest = 200;

class TokenReader {
 public:
  explicit TokenReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

 protected:
  // Counts how deep the parser's own recursion is, for as long as it lives.
  struct Deeper {
    explicit Deeper(TokenReader& reader) : p(reader) {
      if (++p.depth_ > kDeepest) p.fail("the template is nested too deeply");
    }
    ~Deeper() { --p.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    TokenReader& p;
  };

  [[noreturn]] void fail(const std::string& what) const { throw TemplateError(what, now().line); }
  const Token& now() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool is(TokenKind kind) const { return now().kind == kind; }
  bool is_op(std::string_view op) const { return is(TokenKind::kOperator) && now().text == op; }
  bool is_word(std::string_view word) const { return is(TokenKind::kName) && now().text == word; }
  bool eat_op(std::string_view op) { return is_op(op) && (take(), true); }
  bool eat_word(std::string_view word) { return is_word(word) && (take(), true); }

  static std::string shown(const Token& token) {
    switch (token.kind) {
      case TokenKind::kEnd:
        return "the end of the template";
      case TokenKind::kPrintEnd:
        return "}}";
      case TokenKind::kBlockEnd:
        return "%}";
      default:
        return "'" + token.text + "'";
    }
  }
  void need_op(std::string_view op) {
    if (!eat_op(op)) fail(fmt::format("expected '{}' before {}", op, shown(now())));
  }
  void need_block_end() {
    if (!is(TokenKind::kBlockEnd)) fail(fmt::format("expected %}} before {}", shown(now())));
    take();
  }
  std::string need_name() {
    if (!is(TokenKind::kName)) fail(fmt::format("expected a name before {}", shown(now())));
    return take().text;
  }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace assay::jinja
