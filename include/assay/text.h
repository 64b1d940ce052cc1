// Python's str methods on UTF-8. Prompts and scores of the original harness are made of Python
// string operations; where C++'s or ICU's own idea of "white space" or "capital letter" differs
// from Python's, an answer changes, so the differences are settled here once. protocols.md §2.
//
// All functions take valid UTF-8 (run `sanitise_utf8` on text from outside) and return views into
// their argument or new strings. They are pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// str.isspace() of one code point: U+0009–000D, 001C–0020, 0085, 00A0, 1680, 2000–200A, 2028,
// 2029, 202F, 205F, 3000.
bool is_space(char32_t c);

std::string_view lstrip(std::string_view text);
std::string_view rstrip(std::string_view text);
std::string_view strip(std::string_view text);

bool is_digit_text(std::string_view text);             // str.isdigit(); false for ""
std::size_t count_code_points(std::string_view text);  // len(str)
// The first n code points (all of the text when it has fewer).
std::string_view first_code_points(std::string_view text, std::size_t n);

// str.lower(), str.upper(): full Unicode mappings, final sigma included.
std::string lower(std::string_view text);
std::string upper(std::string_view text);
// str.capitalize(): first character title-cased, all others lower-cased.
std::string capitalize(std::string_view text);

// re.split(r"\s+", text): pieces between runs of white space; a run at either end adds "".
std::vector<std::string_view> split_whitespace(std::string_view text);
// str.split(): the same without empty pieces.
std::vector<std::string_view> words(std::string_view text);

// str.replace(from, to). REQUIRES: from is not empty
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

// Decodes the code point at `position` and moves it past. Invalid bytes give U+FFFD, one for each
// maximal ill-formed part as in Python's errors="replace".
char32_t decode_utf8(std::string_view text, std::size_t& position);
void append_utf8(std::string& out, char32_t c);

bool is_valid_utf8(std::string_view bytes);
// The bytes with every ill-formed part replaced by U+FFFD.
std::string sanitise_utf8(std::string_view bytes);

}  // namespace assay
