// Python's str methods: expectations are what Python 3.11 prints for the same expressions.
#include "assay/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace assay {
namespace {

using ::testing::ElementsAre;

TEST(Text, StripRemovesPythonsWhitespaceOnly) {
  EXPECT_EQ(strip(" \t\n\x1c\x1d\x1e\x1f\v\f\r a b \u0085\u00a0\u1680\u2003\u2028\u2029\u202f"
                  "\u205f\u3000"),
            "a b");
  EXPECT_EQ(strip("\u200ba\u200b"), "\u200ba\u200b") << "a zero-width space is no space";
  EXPECT_EQ(strip("\ufeffa"), "\ufeffa") << "nor is a byte order mark";
  EXPECT_EQ(lstrip("  a "), "a ");
  EXPECT_EQ(rstrip("  a "), "  a");
  EXPECT_EQ(strip(" \u3000 "), "");
  EXPECT_EQ(strip(""), "");
}

TEST(Text, EveryWhitespaceCodePointIsKnown) {
  int count = 0;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) count += is_space(c) ? 1 : 0;
  EXPECT_EQ(count, 29);  // sum(chr(c).isspace() for c in range(0x110000))
}

TEST(Text, DigitsAreUnicode) {
  EXPECT_TRUE(is_digit_text("0123"));
  EXPECT_TRUE(is_digit_text("²"));
  EXPECT_TRUE(is_digit_text("٣"));
  EXPECT_FALSE(is_digit_text("½"));
  EXPECT_FALSE(is_digit_text("-1"));
  EXPECT_FALSE(is_digit_text("1.0"));
  EXPECT_FALSE(is_digit_text(""));
}

TEST(Text, LengthCountsCodePoints) {
  EXPECT_EQ(count_code_points("naïve"), 5U);
  EXPECT_EQ(count_code_points("😀日"), 2U);
  EXPECT_EQ(count_code_points("e\u0301"), 2U);
  EXPECT_EQ(first_code_points("😀日本", 2), "😀日");
  EXPECT_EQ(first_code_points("ab", 9), "ab");
}

TEST(Text, CaseMappingIsPythons) {
  EXPECT_EQ(lower("ABC İ ẞ"), "abc i̇ ß");
  EXPECT_EQ(lower("ΟΔΟΣ ΣΑΣ"), "οδος σας") << "final sigma";
  EXPECT_EQ(lower("Σ"), "σ");
  EXPECT_EQ(upper("straße ŉ ﬁ"), "STRASSE ʼN FI");
  EXPECT_EQ(capitalize("hELLO wORLD"), "Hello world");
  EXPECT_EQ(capitalize("ßA"), "Ssa");
  EXPECT_EQ(capitalize("ǆ"), "ǅ") << "title case, not upper case";
  EXPECT_EQ(capitalize("ﬁx"), "Fix");
  EXPECT_EQ(capitalize("ΑΣ"), "Ας");
  EXPECT_EQ(capitalize("İI"), "İi");
  EXPECT_EQ(capitalize("'tIS"), "'tis") << "only the very first character";
  EXPECT_EQ(capitalize("1A"), "1a");
  EXPECT_EQ(capitalize(""), "");
}

TEST(Text, SplittingKeepsEmptyEnds) {
  EXPECT_THAT(split_whitespace(" a  b\n"), ElementsAre("", "a", "b", ""));
  EXPECT_THAT(split_whitespace(""), ElementsAre(""));
  EXPECT_THAT(split_whitespace("\u3000"), ElementsAre("", ""));
  EXPECT_THAT(words(" a \u00a0 b\n"), ElementsAre("a", "b"));
  EXPECT_THAT(words(" "), ElementsAre());
}

TEST(Text, ReplacingIsOnePass) {
  EXPECT_EQ(replace_all("a   b    c", "  ", " "), "a  b  c");
  EXPECT_EQ(replace_all("aaa", "aa", "a"), "aa");
  EXPECT_EQ(replace_all("", "x", "y"), "");
}

TEST(Text, InvalidBytesBecomeReplacementCharacters) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_TRUE(is_valid_utf8("a😀" + bad));
  for (const std::string& bytes :
       {std::string("\xff"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("\xe2\x82"), std::string("\x80")}) {
    EXPECT_FALSE(is_valid_utf8(bytes));
    EXPECT_TRUE(is_valid_utf8(sanitise_utf8(bytes)));
  }
  EXPECT_EQ(sanitise_utf8("a\xe2\x82z"), "a" + bad + "z") << "one for a truncated character";
  EXPECT_EQ(sanitise_utf8("\xf0\x9f\x98"), bad);
  EXPECT_EQ(sanitise_utf8("\xed\xa0\x80"), bad + bad + bad) << "a surrogate is three bad bytes";
  EXPECT_EQ(sanitise_utf8("\xc0\xaf"), bad + bad);
  EXPECT_EQ(sanitise_utf8("ok"), "ok");
}

TEST(Text, EveryCodePointSurvivesARoundTrip) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 37) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    std::size_t at = 0;
    ASSERT_EQ(decode_utf8(text, at), c);
    ASSERT_EQ(at, text.size());
    ASSERT_EQ(count_code_points(text), 1U);
  }
}

}  // namespace
}  // namespace assay
