// See lexer.h.
#include "tasks/jinja/lexer.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "assay/text.h"
#include "tasks/jinja/literal.h"
#include "tasks/jinja/value.h"

namespace assay::jinja {
namespace {

bool name_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool name_part(char c) { return name_start(c) || digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (at_ < source_.size()) {
      literal();
      if (at_ < source_.size()) part();
    }
    add(TokenKind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  bool ahead(std::string_view what) const { return source_.substr(at_).starts_with(what); }

  void advance(std::size_t count) {
    for (const char c : source_.substr(at_, count)) line_ += c == '\n' ? 1 : 0;
    at_ += count;
  }

  void add(TokenKind kind, std::string text) { tokens_.push_back({kind, std::move(text), line_}); }

  // Text up to the next opening mark.
  void literal() {
    std::size_t end = at_;
    while (end < source_.size()) {
      end = source_.find('{', end);
      if (end == std::string_view::npos) end = source_.size();
      if (end + 1 < source_.size() &&
          std::string_view("{%#").find(source_[end + 1]) != std::string_view::npos) {
        break;
      }
      if (end < source_.size()) ++end;
    }
    std::string_view text = source_.substr(at_, end - at_);
    const int line = line_;
    advance(text.size());
    if (trim_next_) text = lstrip(text);
    trim_next_ = false;
    if (source_.substr(at_).size() > 2 && source_[at_ + 2] == '-') text = rstrip(text);
    if (!text.empty()) tokens_.push_back({TokenKind::kText, std::string(text), line});
  }

  void part() {
    const char mark = source_[at_ + 1];
    if (mark == '#') return comment();
    const int line = line_;
    advance(2);
    if (ahead("-") || ahead("+")) advance(1);
    if (mark == '%' && raw()) return;
    add(mark == '{' ? TokenKind::kPrintBegin : TokenKind::kBlockBegin, "");
    inside(mark == '{' ? "}}" : "%}", mark == '{' ? TokenKind::kPrintEnd : TokenKind::kBlockEnd,
           line);
  }

  void comment() {
    const std::size_t end = source_.find("#}", at_ + 2);
    if (end == std::string_view::npos) throw TemplateError("a comment {# is not closed", line_);
    trim_next_ = end > at_ + 2 && source_[end - 1] == '-';
    advance(end + 2 - at_);
  }

  void skip_space() {
    while (at_ < source_.size() && std::isspace(static_cast<unsigned char>(source_[at_])) != 0) {
      advance(1);
    }
  }

  // After "{%": the word, and the closing mark; nothing is consumed when it is something else.
  bool word_block(std::string_view word) {
    const std::size_t start = at_;
    const int line = line_;
    skip_space();
    if (ahead(word)) {
      advance(word.size());
      skip_space();
      const bool trims = ahead("-%}");
      if (trims || ahead("%}") || ahead("+%}")) {
        trim_next_ = trims;
        advance(ahead("%}") ? 2 : 3);
        return true;
      }
    }
    at_ = start;
    line_ = line;
    return false;
  }

  bool raw() {
    const int line = line_;
    if (!word_block("raw")) return false;
    const bool trims = trim_next_;
    const std::size_t start = at_;
    while (true) {
      const std::size_t open = source_.find("{%", at_);
      if (open == std::string_view::npos) throw TemplateError("{% raw %} is not closed", line);
      advance(open + 2 - at_);
      const bool before = ahead("-");
      if (before || ahead("+")) advance(1);
      if (!word_block("endraw")) continue;
      std::string_view text = source_.substr(start, open - start);
      if (trims) text = lstrip(text);
      if (before) text = rstrip(text);
      if (!text.empty()) tokens_.push_back({TokenKind::kText, std::string(text), line});
      return true;
    }
  }

  // Tokens up to the closing mark; a "}}" within brackets belongs to a dict.
  void inside(std::string_view close, TokenKind end_kind, int opened) {
    int brackets = 0;
    while (true) {
      skip_space();
      if (at_ >= source_.size()) {
        throw TemplateError(fmt::format("the part that begins here is not closed by {}", close),
                            opened);
      }
      if (brackets == 0) {
        const bool marked = ahead("-") || ahead("+");
        if (source_.substr(at_ + (marked ? 1 : 0)).starts_with(close)) {
          trim_next_ = ahead("-");
          advance(close.size() + (marked ? 1 : 0));
          add(end_kind, "");
          return;
        }
      }
      const char c = source_[at_];
      if (c == '\'' || c == '"') {
        string(c);
      } else if (digit(c)) {
        number();
      } else if (name_start(c)) {
        std::size_t end = at_;
        while (end < source_.size() && name_part(source_[end])) ++end;
        add(TokenKind::kName, std::string(source_.substr(at_, end - at_)));
        advance(end - at_);
      } else {
        op(brackets);
      }
    }
  }

  void op(int& brackets) {
    static constexpr std::array<std::string_view, 7> kLong = {
        "//", "**", "==", "!=", "<=", ">=", "||"};
    for (const std::string_view two : kLong) {
      if (!ahead(two) || two == "||") continue;
      add(TokenKind::kOperator, std::string(two));
      return advance(2);
    }
    const char c = source_[at_];
    if (std::string_view("+-*/%~<>=()[]{},.:|").find(c) == std::string_view::npos) {
      throw TemplateError(fmt::format("unexpected character '{}'", c), line_);
    }
    if (c == '(' || c == '[' || c == '{') ++brackets;
    if ((c == ')' || c == ']' || c == '}') && brackets > 0) --brackets;
    add(TokenKind::kOperator, std::string(1, c));
    advance(1);
  }

  void number() {
    std::size_t end = at_;
    bool real = false;
    const auto digits = [&] {
      while (end < source_.size() && (digit(source_[end]) || source_[end] == '_')) ++end;
    };
    digits();
    if (end + 1 < source_.size() && source_[end] == '.' && digit(source_[end + 1])) {
      real = true;
      ++end;
      digits();
    }
    if (end < source_.size() && (source_[end] == 'e' || source_[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < source_.size() && (source_[exponent] == '+' || source_[exponent] == '-')) {
        ++exponent;
      }
      if (exponent < source_.size() && digit(source_[exponent])) {
        real = true;
        end = exponent;
        digits();
      }
    }
    std::string text;
    for (const char c : source_.substr(at_, end - at_)) {
      if (c != '_') text += c;
    }
    add(real ? TokenKind::kFloat : TokenKind::kInteger, text);
    advance(end - at_);
  }

  void string(char quote) {
    const int line = line_;
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) throw TemplateError("a string is not closed", line);
    const std::string text = unescape_python(source_.substr(at_ + 1, end - at_ - 1));
    tokens_.push_back({TokenKind::kString, text, line});
    advance(end + 1 - at_);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool trim_next_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenise(std::string_view source) { return Lexer(source).run(); }

}  // namespace assay::jinja
