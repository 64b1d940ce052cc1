// One pass over the pattern, with a stack of flags for the open groups. What both engines share is
// written in their common syntax; what only a backtracking engine can do raises a flag.
#include "scorers/regex_translate.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "scorers/text.h"

namespace assay {
namespace {

constexpr std::string_view kSpaces =
    "\\x{09}-\\x{0D}\\x{1C}-\\x{20}\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}"
    "\\x{202F}\\x{205F}\\x{3000}";
constexpr std::string_view kAsciiSpaces = "\\x{09}-\\x{0D}\\x{20}";
constexpr std::string_view kWord = "\\p{L}\\p{N}_";
constexpr std::string_view kAsciiWord = "0-9A-Za-z_";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A character that stands for itself, in or out of a class.
std::string literal(char32_t c) {
  if (c < 0x20 || c == 0x7F) return fmt::format("\\x{{{:02X}}}", static_cast<unsigned>(c));
  std::string out;
  append_utf8(out, c);
  const bool plain = c >= 0x80 || is_letter(out[0]) || is_digit(out[0]) || c == '_' || c == ' ';
  return plain ? out : "\\" + out;
}

struct Flags {
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool ascii = false;
};

class Translator {
 public:
  explicit Translator(std::string_view pattern) : in_(pattern) {}

  expected<TranslatedRegex> run() {
    while (at_ < in_.size() && problem_.empty()) element();
    if (problem_.empty() && stack_.size() > 1) problem_ = "a parenthesis is not closed";
    if (!problem_.empty()) {
      return usage_error(
          fmt::format("The regular expression \"{}\" cannot be used: {}.", in_, problem_));
    }
    return std::move(out_);
  }

 private:
  Flags& flags() { return stack_.back(); }
  void put(std::string_view text) { out_.pattern += text; }
  bool more() const { return at_ < in_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0';
  }
  bool take(std::string_view expected_text) {
    if (in_.substr(at_, expected_text.size()) != expected_text) return false;
    at_ += expected_text.size();
    return true;
  }
  void only_backtracking(std::string_view text) {
    out_.needs_backtracking = true;
    put(text);
  }
  std::string spaces() { return std::string(flags().ascii ? kAsciiSpaces : kSpaces); }
  std::string word() { return std::string(flags().ascii ? kAsciiWord : kWord); }
  std::string digits(bool inverse) {
    if (flags().ascii) return inverse ? "[^0-9]" : "0-9";
    return inverse ? "\\P{Nd}" : "\\p{Nd}";
  }

  void element() {
    switch (peek()) {
      case '\\':
        ++at_, escape();
        return;
      case '[':
        ++at_, char_class();
        return;
      case '(':
        ++at_, open();
        return;
      case ')':
        ++at_;
        if (stack_.size() == 1) {
          problem_ = "a parenthesis is closed that was not opened";
          return;
        }
        stack_.pop_back();
        put(")");
        return;
      case '.':
        ++at_, put(flags().dot_all ? "(?s:.)" : "[^\\x{0A}]");
        return;
      case '^':
        ++at_;
        if (flags().multiline) return only_backtracking("(?:\\A|(?<=\\x{0A}))");
        return put("\\A");
      case '$':
        ++at_;
        return only_backtracking(flags().multiline ? "(?=\\x{0A}|\\z)" : "(?=\\x{0A}?\\z)");
      case '|':
        ++at_, put("|");
        return;
      case '*':
      case '+':
      case '?':
        quantifier(std::string(1, in_[at_++]));
        return;
      case '{':
        braces();
        return;
      default:
        put(literal(decode_utf8(in_, at_)));
    }
  }

  // After a quantifier: "?" makes it lazy, "+" possessive (Python 3.11).
  void quantifier(const std::string& text) {
    put(text);
    if (take("?")) return put("?");
    if (take("+")) only_backtracking("+");
  }

  // {m}, {m,}, {,n}, {m,n}; anything else is a literal brace.
  void braces() {
    std::size_t end = at_ + 1;
    const auto number = [&] {
      const std::size_t begin = end;
      while (end < in_.size() && is_digit(in_[end])) ++end;
      return std::string(in_.substr(begin, end - begin));
    };
    const std::string low = number();
    std::string counts = low.empty() ? "0" : low;
    const bool comma = end < in_.size() && in_[end] == ',';
    if (comma) {
      ++end;
      counts += "," + number();
    }
    if (end >= in_.size() || in_[end] != '}' || (low.empty() && !comma)) {
      ++at_;
      return put("\\{");
    }
    at_ = end + 1;
    quantifier("{" + counts + "}");
  }

  void open() {
    const Flags outer = flags();
    if (!take("?")) {
      ++groups_;
      stack_.push_back(outer);
      return put("(");
    }
    if (take("#")) {
      while (more() && in_[at_] != ')') ++at_;
      ++at_;
      return;
    }
    if (take("P<")) {
      const std::size_t end = in_.find('>', at_);
      if (end == std::string_view::npos) {
        problem_ = "a group name does not end";
        return;
      }
      names_[std::string(in_.substr(at_, end - at_))] = ++groups_;
      at_ = end + 1;
      stack_.push_back(outer);
      return put("(");
    }
    if (take("P=")) {
      const std::size_t end = in_.find(')', at_);
      const auto name = names_.find(std::string(in_.substr(at_, end - at_)));
      if (end == std::string_view::npos || name == names_.end()) {
        problem_ = "it refers to a group name that is not there";
        return;
      }
      at_ = end + 1;
      return only_backtracking(fmt::format("(?:\\{})", name->second));
    }
    for (const std::string_view look : {"<=", "<!", "=", "!", ">"}) {
      if (!take(look)) continue;
      stack_.push_back(outer);
      return only_backtracking("(?" + std::string(look));
    }
    group_flags(outer);
  }

  // (?:…), (?i:…), (?i-s:…), and (?i) which holds for the whole pattern.
  void group_flags(const Flags& outer) {
    Flags inner = outer;
    bool on = true;
    for (; more() && peek() != ':' && peek() != ')'; ++at_) {
      switch (peek()) {
        case 'i':
          inner.ignore_case = on;
          break;
        case 'm':
          inner.multiline = on;
          break;
        case 's':
          inner.dot_all = on;
          break;
        case 'a':
          inner.ascii = on;
          break;
        case 'u':
          inner.ascii = false;
          break;
        case '-':
          on = false;
          break;
        default:
          problem_ = fmt::format("the construct \"(?{}\" is not supported", peek());
          return;
      }
    }
    if (take(")")) {
      if (stack_.size() > 1 || !out_.pattern.empty()) {
        problem_ = "flags for the whole pattern must stand at its start";
        return;
      }
      flags() = inner;
      return put(inner.ignore_case ? "(?i)" : "");
    }
    if (!take(":")) {
      problem_ = "a parenthesis is not closed";
      return;
    }
    stack_.push_back(inner);
    if (inner.ignore_case == outer.ignore_case) return put("(?:");
    put(inner.ignore_case ? "(?i:" : "(?-i:");
  }

  // The code point that an escape like \n, \x41, A or \. stands for; sets problem_ otherwise.
  char32_t escaped_character() {
    const char c = peek();
    constexpr std::string_view kNames = "afnrtv";
    constexpr std::string_view kCodes = "\a\f\n\r\t\v";
    if (const auto i = kNames.find(c); more() && i != std::string_view::npos) {
      ++at_;
      return static_cast<unsigned char>(kCodes[i]);
    }
    const std::size_t hex_digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (hex_digits > 0) {
      const std::string_view hex = in_.substr(at_ + 1, hex_digits);
      if (hex.size() == hex_digits &&
          hex.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos) {
        at_ += 1 + hex_digits;
        const auto code = static_cast<char32_t>(std::stoul(std::string(hex), nullptr, 16));
        if (code <= 0x10FFFF) return code;
      }
      problem_ = "a hexadecimal escape is incomplete";
      return 0;
    }
    if (c == '0' && more()) {
      char32_t code = 0;
      for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i, ++at_) {
        code = code * 8 + static_cast<char32_t>(peek() - '0');
      }
      return code;
    }
    if (!more() || is_letter(c) || is_digit(c)) {
      problem_ = more() ? fmt::format("the escape \"\\{}\" is not known", c) : "it ends in \"\\\"";
      return 0;
    }
    return decode_utf8(in_, at_);
  }

  void escape() {
    const char c = peek();
    const std::string w = "[" + word() + "]";
    const auto shorthand = [&](const std::string& text) { ++at_, put(text); };
    switch (more() ? c : '\0') {
      case 'd':
        return shorthand("[" + digits(false) + "]");
      case 'D':
        return shorthand(digits(true));
      case 's':
        return shorthand("[" + spaces() + "]");
      case 'S':
        return shorthand("[^" + spaces() + "]");
      case 'w':
        return shorthand(w);
      case 'W':
        return shorthand("[^" + word() + "]");
      case 'A':
        return shorthand("\\A");
      case 'Z':
        return shorthand("\\z");
      case 'b':
        ++at_;
        return only_backtracking(fmt::format("(?:(?<={0})(?!{0})|(?<!{0})(?={0}))", w));
      case 'B':
        ++at_;
        return only_backtracking(fmt::format("(?:(?<={0})(?={0})|(?<!{0})(?!{0}))", w));
      default:
        break;
    }
    if (c >= '1' && c <= '9') {
      std::string number;
      while (is_digit(peek()) && number.size() < 2) number += in_[at_++];
      return only_backtracking("(?:\\" + number + ")");
    }
    put(literal(escaped_character()));
  }

  // One member of a class: a shorthand (written out at once) or a character.
  struct Member {
    std::string text;
    bool is_character = true;
  };
  Member member() {
    if (!take("\\")) return {literal(decode_utf8(in_, at_))};
    const char c = peek();
    const auto set = [&](const std::string& text) {
      ++at_;
      return Member{text, false};
    };
    switch (more() ? c : '\0') {
      case 'd':
        return set(digits(false));
      case 's':
        return set(spaces());
      case 'w':
        return set(word());
      case 'D':
        out_.needs_backtracking |= flags().ascii;
        return set(digits(true));
      case 'S':
        out_.needs_backtracking = true;
        return set("[^" + spaces() + "]");
      case 'W':
        out_.needs_backtracking = true;
        return set("[^" + word() + "]");
      case 'b':
        ++at_;
        return {literal(8)};
      default:
        return {literal(escaped_character())};
    }
  }

  void char_class() {
    put(take("^") ? "[^" : "[");
    for (bool first = true; first || peek() != ']'; first = false) {
      if (!more()) {
        problem_ = "a \"[\" is not closed";
        return;
      }
      const Member low = member();
      put(low.text);
      if (peek() != '-' || peek(1) == ']' || peek(1) == '\0' || !problem_.empty()) continue;
      ++at_;
      const Member high = member();
      if (!low.is_character || !high.is_character) problem_ = "a class has a broken range";
      put("-" + high.text);
    }
    ++at_;
    put("]");
  }

  std::string_view in_;
  std::size_t at_ = 0;
  int groups_ = 0;
  std::map<std::string, int> names_;
  std::vector<Flags> stack_{Flags{}};
  std::string problem_;
  TranslatedRegex out_;
};

}  // namespace

expected<TranslatedRegex> translate_regex(std::string_view python) {
  return Translator(python).run();
}

}  // namespace assay
