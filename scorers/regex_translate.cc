// One pass over the pattern, with a stack of flags for the open groups. What both engines share is
// written in their common syntax; what only a backtracking engine can do raises a flag.
#include "scorers/regex_translate.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "assay/text.h"
#include "scorers/regex_escapes.h"

namespace assay {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Flags {
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool ascii = false;
  const char* close = ")";  // what ends the group that these flags hold in
};

class Translator {
 public:
  explicit Translator(std::string_view pattern) : in_{pattern} {}

  expected<TranslatedRegex> run() {
    while (in_.more() && problem_.empty()) element();
    if (problem_.empty() && stack_.size() > 1) problem_ = "a parenthesis is not closed";
    if (!problem_.empty()) {
      return usage_error(
          fmt::format("The regular expression \"{}\" cannot be used: {}.", in_.text, problem_));
    }
    return std::move(out_);
  }

 private:
  Flags& flags() { return stack_.back(); }
  void put(std::string_view text) { out_.pattern += text; }
  void only_backtracking(std::string_view text) {
    out_.needs_backtracking = true;
    put(text);
  }
  void element() {
    switch (in_.peek()) {
      case '\\':
        ++in_.at, escape();
        return;
      case '[':
        ++in_.at, char_class();
        return;
      case '(':
        ++in_.at, open();
        return;
      case ')':
        ++in_.at;
        if (stack_.size() == 1) {
          problem_ = "a parenthesis is closed that was not opened";
          return;
        }
        put(stack_.back().close);
        stack_.pop_back();
        return;
      case '.':
        ++in_.at, put(flags().dot_all ? "(?s:.)" : "[^\\x{0A}]");
        return;
      case '^':
        ++in_.at;
        if (flags().multiline) return only_backtracking("(?:\\A|(?<=\\x{0A}))");
        return put("\\A");
      case '$':
        ++in_.at;
        return only_backtracking(flags().multiline ? "(?=\\x{0A}|\\z)" : "(?=\\x{0A}?\\z)");
      case '|':
        ++in_.at, put("|");
        return;
      case '*':
      case '+':
      case '?':
        quantifier(std::string(1, in_.text[in_.at++]));
        return;
      case '{':
        braces();
        return;
      default:
        put(regex_literal(decode_utf8(in_.text, in_.at)));
    }
  }

  // After a quantifier: "?" makes it lazy, "+" possessive (Python 3.11).
  void quantifier(const std::string& text) {
    put(text);
    if (in_.take("?")) return put("?");
    if (in_.take("+")) only_backtracking("+");
  }

  // {m}, {m,}, {,n}, {m,n}; anything else is a literal brace.
  void braces() {
    std::size_t end = in_.at + 1;
    const auto number = [&] {
      const std::size_t begin = end;
      while (end < in_.text.size() && is_digit(in_.text[end])) ++end;
      return std::string(in_.text.substr(begin, end - begin));
    };
    const std::string low = number();
    std::string counts = low.empty() ? "0" : low;
    const bool comma = end < in_.text.size() && in_.text[end] == ',';
    if (comma) {
      ++end;
      counts += "," + number();
    }
    if (end >= in_.text.size() || in_.text[end] != '}' || (low.empty() && !comma)) {
      ++in_.at;
      return put("\\{");
    }
    in_.at = end + 1;
    quantifier("{" + counts + "}");
  }

  void open() {
    Flags outer = flags();
    outer.close = ")";
    if (!in_.take("?")) {
      ++groups_;
      stack_.push_back(outer);
      return put("(");
    }
    if (in_.take("#")) {
      while (in_.more() && in_.text[in_.at] != ')') ++in_.at;
      ++in_.at;
      return;
    }
    if (in_.take("P<")) {
      const std::size_t end = in_.text.find('>', in_.at);
      if (end == std::string_view::npos) {
        problem_ = "a group name does not end";
        return;
      }
      names_[std::string(in_.text.substr(in_.at, end - in_.at))] = ++groups_;
      in_.at = end + 1;
      stack_.push_back(outer);
      return put("(");
    }
    if (in_.take("P=")) {
      const std::size_t end = in_.text.find(')', in_.at);
      const auto name = names_.find(std::string(in_.text.substr(in_.at, end - in_.at)));
      if (end == std::string_view::npos || name == names_.end()) {
        problem_ = "it refers to a group name that is not there";
        return;
      }
      in_.at = end + 1;
      return only_backtracking(fmt::format("(?:\\{})", name->second));
    }
    for (const std::string_view look : {"<=", "<!", "=", "!", ">"}) {
      if (!in_.take(look)) continue;
      // In a group of its own: Python lets a quantifier follow, ICU does not.
      outer.close = "))";
      stack_.push_back(outer);
      return only_backtracking("(?:(?" + std::string(look));
    }
    group_flags(outer);
  }

  // (?:…), (?i:…), (?i-s:…), and (?i) which holds for the whole pattern.
  void group_flags(const Flags& outer) {
    Flags inner = outer;
    bool on = true;
    for (; in_.more() && in_.peek() != ':' && in_.peek() != ')'; ++in_.at) {
      switch (in_.peek()) {
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
          problem_ = fmt::format("the construct \"(?{}\" is not supported", in_.peek());
          return;
      }
    }
    if (in_.take(")")) {
      if (stack_.size() > 1 || (!out_.pattern.empty() && out_.pattern != "(?i)")) {
        problem_ = "flags for the whole pattern must stand at its start";
        return;
      }
      flags() = inner;
      return put(inner.ignore_case ? "(?i)" : "");
    }
    if (!in_.take(":")) {
      problem_ = "a parenthesis is not closed";
      return;
    }
    stack_.push_back(inner);
    if (inner.ignore_case == outer.ignore_case) return put("(?:");
    put(inner.ignore_case ? "(?i:" : "(?-i:");
  }

  void escape() {
    const char c = in_.peek();
    const bool ascii = flags().ascii;
    const std::string w = "[" + word_set(ascii) + "]";
    const auto shorthand = [&](const std::string& text) { ++in_.at, put(text); };
    switch (in_.more() ? c : '\0') {
      case 'd':
        return shorthand("[" + digit_set(ascii) + "]");
      case 'D':
        return shorthand("[^" + digit_set(ascii) + "]");
      case 's':
        return shorthand("[" + space_set(ascii) + "]");
      case 'S':
        return shorthand("[^" + space_set(ascii) + "]");
      case 'w':
        return shorthand(w);
      case 'W':
        return shorthand("[^" + word_set(ascii) + "]");
      case 'A':
        return shorthand("\\A");
      case 'Z':
        return shorthand("\\z");
      case 'b':
        ++in_.at;
        return only_backtracking(fmt::format("(?:(?<={0})(?!{0})|(?<!{0})(?={0}))", w));
      case 'B':
        ++in_.at;
        return only_backtracking(fmt::format("(?:(?<={0})(?={0})|(?<!{0})(?!{0}))", w));
      default:
        break;
    }
    if (c >= '1' && c <= '9') {
      std::string number;
      while (is_digit(in_.peek()) && number.size() < 2) number += in_.text[in_.at++];
      return only_backtracking("(?:\\" + number + ")");
    }
    const auto character = escaped_character(in_);
    if (!character) {
      problem_ = character.error().message;
      return;
    }
    put(regex_literal(*character));
  }

  void char_class() {
    const auto translated = translate_class(in_, flags().ascii);
    if (!translated) {
      problem_ = translated.error().message;
      return;
    }
    put(translated->text);
    out_.needs_backtracking = out_.needs_backtracking || translated->needs_backtracking;
  }

  PatternCursor in_;
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
