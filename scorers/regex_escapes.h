// The lower half of regex_translate: walking a pattern, escapes, and character classes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

// A place in a pattern.
struct PatternCursor {
  std::string_view text;
  std::size_t at = 0;

  bool more() const { return at < text.size(); }
  char peek(std::size_t ahead = 0) const {
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  }
  // Moves past `wanted` if it stands here.
  bool take(std::string_view wanted) {
    if (text.substr(at, wanted.size()) != wanted) return false;
    at += wanted.size();
    return true;
  }
};

// The insides of bracket expressions for Python's \s, \w and \d, in the syntax of both engines.
std::string space_set(bool ascii);
std::string word_set(bool ascii);
std::string digit_set(bool ascii);

// A character that stands for itself, in or out of a class.
std::string regex_literal(char32_t c);

// The character that an escape such as \n, \x41 or \. stands for; the cursor is behind the
// backslash and moves past the escape. The Error's message is a part of a sentence.
expected<char32_t> escaped_character(PatternCursor& cursor);

struct ClassText {
  std::string text;                 // "[…]"
  bool needs_backtracking = false;  // it holds a set that only ICU can nest
};
// Translates a class; the cursor is behind the opening bracket and moves past the closing one.
expected<ClassText> translate_class(PatternCursor& cursor, bool ascii);

}  // namespace assay
