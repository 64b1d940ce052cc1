// See the header.
#include "scorers/regex_escapes.h"

#include <fmt/format.h>

#include "assay/text.h"

namespace assay {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// One member of a class: a shorthand or a character.
struct Member {
  std::string text;
  bool is_character = true;
  bool nested = false;  // an inverse set inside the class
};

expected<Member> class_member(PatternCursor& cursor, bool ascii) {
  if (!cursor.take("\\")) return Member{regex_literal(decode_utf8(cursor.text, cursor.at))};
  const char c = cursor.peek();
  constexpr std::string_view kShorthands = "dDsSwWb";
  if (cursor.more() && kShorthands.find(c) != std::string_view::npos) ++cursor.at;
  switch (c) {
    case 'd':
      return Member{digit_set(ascii), false};
    case 's':
      return Member{space_set(ascii), false};
    case 'w':
      return Member{word_set(ascii), false};
    case 'D':
      return Member{"[^" + digit_set(ascii) + "]", false, true};
    case 'S':
      return Member{"[^" + space_set(ascii) + "]", false, true};
    case 'W':
      return Member{"[^" + word_set(ascii) + "]", false, true};
    case 'b':
      return Member{regex_literal(U'\b')};
    default:
      break;
  }
  const auto character = escaped_character(cursor);
  if (!character) return character.error();
  return Member{regex_literal(*character)};
}

}  // namespace

std::string space_set(bool ascii) {
  if (ascii) return "\\x{09}-\\x{0D}\\x{20}";
  return "\\x{09}-\\x{0D}\\x{1C}-\\x{20}\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}"
         "\\x{2029}\\x{202F}\\x{205F}\\x{3000}";
}
std::string word_set(bool ascii) { return ascii ? "0-9A-Za-z_" : "\\p{L}\\p{N}_"; }
std::string digit_set(bool ascii) { return ascii ? "0-9" : "\\p{Nd}"; }

std::string regex_literal(char32_t c) {
  if (c < 0x20 || c == 0x7F) return fmt::format("\\x{{{:02X}}}", static_cast<unsigned>(c));
  std::string out;
  append_utf8(out, c);
  const bool plain = c >= 0x80 || is_alphanumeric(out[0]) || c == '_' || c == ' ';
  return plain ? out : "\\" + out;
}

expected<char32_t> escaped_character(PatternCursor& cursor) {
  if (!cursor.more()) return usage_error("it ends in \"\\\"");
  const char c = cursor.peek();
  constexpr std::string_view kNames = "afnrtv";
  constexpr std::string_view kCodes = "\a\f\n\r\t\v";
  if (const auto i = kNames.find(c); i != std::string_view::npos) {
    ++cursor.at;
    return static_cast<char32_t>(kCodes[i]);
  }
  const std::size_t hex_digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (hex_digits > 0) {
    const std::string_view hex = cursor.text.substr(cursor.at + 1, hex_digits);
    if (hex.size() == hex_digits &&
        hex.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos) {
      cursor.at += 1 + hex_digits;
      const auto code = static_cast<char32_t>(std::stoul(std::string(hex), nullptr, 16));
      if (code <= 0x10FFFF) return code;
    }
    return usage_error("a hexadecimal escape is incomplete");
  }
  if (c == '0') {
    char32_t code = 0;
    for (int i = 0; i < 3 && cursor.peek() >= '0' && cursor.peek() <= '7'; ++i, ++cursor.at) {
      code = code * 8 + static_cast<char32_t>(cursor.peek() - '0');
    }
    return code;
  }
  if (is_alphanumeric(c)) return usage_error(fmt::format("the escape \"\\{}\" is not known", c));
  return decode_utf8(cursor.text, cursor.at);
}

expected<ClassText> translate_class(PatternCursor& cursor, bool ascii) {
  ClassText out;
  out.text = cursor.take("^") ? "[^" : "[";
  for (bool first = true; first || cursor.peek() != ']'; first = false) {
    if (!cursor.more()) return usage_error("a \"[\" is not closed");
    const auto low = class_member(cursor, ascii);
    if (!low) return low.error();
    out.text += low->text;
    out.needs_backtracking = out.needs_backtracking || low->nested;
    const bool range = cursor.peek() == '-' && cursor.peek(1) != ']' && cursor.peek(1) != '\0';
    if (!range) continue;
    ++cursor.at;
    const auto high = class_member(cursor, ascii);
    if (!high) return high.error();
    if (!low->is_character || !high->is_character) return usage_error("a class has a broken range");
    out.text += "-" + high->text;
  }
  ++cursor.at;
  out.text += "]";
  return out;
}

}  // namespace assay
