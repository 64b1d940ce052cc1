// Regular expressions mean what they mean in Python: expectations are re.findall's and re.sub's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scorers/python_regex.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> findall(const std::string& pattern, const std::string& text,
                                 PythonRegex::Engine engine = PythonRegex::Engine::kFastest) {
  const auto regex = PythonRegex::compile(pattern, engine);
  if (!regex) return {"error: " + regex.error().message};
  const auto matches = (*regex)->find_all(text);
  if (!matches) return {"error: " + matches.error().message};
  std::vector<std::string> out;
  for (const RegexMatch& m : *matches) {
    std::string shown(m.whole);
    for (const auto& g : m.groups) shown += "|" + std::string(g.value_or("-"));
    out.push_back(shown);
  }
  return out;
}

std::string sub(const std::string& pattern, const std::string& text) {
  const auto regex = PythonRegex::get(pattern);
  EXPECT_TRUE(regex) << regex.error().message;
  const auto out = (*regex)->remove_all(text);
  EXPECT_TRUE(out);
  return *out;
}

bool backtracks(const std::string& pattern) { return (*PythonRegex::get(pattern))->backtracks(); }

TEST(Regex, DollarAlsoMatchesBeforeAFinalNewline) {
  EXPECT_EQ(sub("\\.$", "18."), "18");
  EXPECT_EQ(sub("\\.$", "18.\n"), "18\n");
  EXPECT_EQ(sub("\\.$", "18.\n\n"), "18.\n\n");
  EXPECT_EQ(sub("\\.$", "18.."), "18.");
  EXPECT_EQ(sub("\\.\\Z", "18.\n"), "18.\n");
  EXPECT_EQ(sub("\\.$", "18.\r"), "18.\r") << "a carriage return ends no line";
  EXPECT_THAT(findall("(?m)^\\w+$", "ab\ncd\n"), ElementsAre("ab", "cd"));
  EXPECT_THAT(findall("^(.*?)(?=\\n|$)", "one\ntwo"), ElementsAre("one|one"));
}

TEST(Regex, GreedyPrefixGoesToTheLastMarker) {
  EXPECT_EQ(sub("(?s).*#### ", "a\n#### 1\nb #### 2"), "2");
  EXPECT_EQ(sub("(?s).*#### ", "no marker"), "no marker");
}

TEST(Regex, ClassesAreUnicode) {
  EXPECT_THAT(findall("\\d+", "12 ٣٤ ²"), ElementsAre("12", "٣٤"));
  EXPECT_THAT(findall("(?a)\\d+", "12 ٣٤"), ElementsAre("12"));
  EXPECT_THAT(findall("\\w+", "naïve_1 日本"), ElementsAre("naïve_1", "日本"));
  EXPECT_THAT(findall("a\\sb",
                      "a\u3000b a\x1c"
                      "b a\u200bb"),
              ElementsAre("a\u3000b",
                          "a\x1c"
                          "b"));
  EXPECT_THAT(findall("\\S+", "a\u00a0b"), ElementsAre("a", "b"));
  EXPECT_THAT(findall("[^\\W\\d]+", "ab12é"), ElementsAre("ab", "é"));
  EXPECT_THAT(findall("\\b([A-Z])\\b", "é A Bé C"), ElementsAre("A|A", "C|C"));
  EXPECT_THAT(findall("a.b",
                      "a\rb a\nb a\u2028"
                      "b"),
              ElementsAre("a\rb",
                          "a\u2028"
                          "b"));
}

TEST(Regex, SyntaxThatOnlyPythonWritesThisWay) {
  EXPECT_THAT(findall("(?P<q>['\"])(.*?)(?P=q)", "'a' \"b'\""),
              ElementsAre("'a'|'|a", "\"b'\"|\"|b'"));
  EXPECT_THAT(findall("(a)\\1", "aab"), ElementsAre("aa|a"));
  EXPECT_THAT(findall("x{,2}y", "xxxy y"), ElementsAre("xxy", "y"));
  EXPECT_THAT(findall("{x}", "a{x}b"), ElementsAre("{x}"));
  EXPECT_THAT(findall("x{1", "x{1"), ElementsAre("x{1"));
  EXPECT_THAT(findall("[]a]+", "]a["), ElementsAre("]a"));
  EXPECT_THAT(findall("[[a&&b]+", "[a&b"), ElementsAre("[a&b"));
  EXPECT_THAT(findall("[\\w.-]+", "a-b.c d"), ElementsAre("a-b.c", "d"));
  EXPECT_THAT(findall("\\u00e9|\\x41|\\t", "éA\t"), ElementsAre("é", "A", "\t"));
  EXPECT_THAT(findall("(?i:ab)c", "ABc ABC"), ElementsAre("ABc"));
  EXPECT_THAT(findall("a(?#note)b", "ab"), ElementsAre("ab"));
  EXPECT_THAT(findall("(a)|(b)", "ba"), ElementsAre("b|-|b", "a|a|-"));
  EXPECT_THAT(findall("a*", "baa"), ElementsAre("", "aa", ""));
  EXPECT_THAT(findall("x*", "é"), ElementsAre("", ""));
}

TEST(Regex, BrokenPatternsAreRefused) {
  for (const char* pattern : {"(a", "a)", "[a", "\\q", "a\\", "(?(1)a|b)", "(?x)a", "(?P=no)",
                              "\\x4", "(?P<n", "*a", "[z-a]"}) {
    const auto regex = PythonRegex::compile(pattern);
    ASSERT_FALSE(regex) << pattern;
    EXPECT_EQ(regex.error().code, ErrorCode::kUsage);
    EXPECT_THAT(regex.error().message, HasSubstr("The regular expression \""));
  }
}

TEST(Regex, RunsInLinearTimeWhereItCan) {
  EXPECT_FALSE(backtracks("#### (\\-?[0-9\\.\\,]+)"));
  EXPECT_FALSE(backtracks("(-?[$0-9.,]{2,})|(-?[0-9]+)"));
  EXPECT_FALSE(backtracks("(?s).*#### "));
  EXPECT_TRUE(backtracks("\\.$"));
  EXPECT_TRUE(backtracks("(?<=a)b"));
}

// The two engines are each other's oracle on patterns that both take.
TEST(Regex, EnginesAgree) {
  const std::vector<std::string> patterns = {"#### (\\-?[0-9\\.\\,]+)",
                                             "(-?[$0-9.,]{2,})|(-?[0-9]+)",
                                             "(?s).*#### ",
                                             "\\w+",
                                             "\\s*",
                                             "[^\\s\\d]+?",
                                             "The answer is (\\-?[0-9\\.\\,]+).",
                                             "(?i)é|s+",
                                             "a|ab|abc",
                                             "(a|b)*c",
                                             "(x?)(y?)"};
  const std::vector<std::string> texts = {"",
                                          "#### 18\n#### -1,200.50 #### x",
                                          "The answer is 18. The answer is $5",
                                          "abcabac",
                                          "É ss ß\u3000\u2028٣ 日本",
                                          std::string("nul\0byte 7", 10),
                                          "xyx",
                                          "...\n\n"};
  for (const std::string& pattern : patterns) {
    for (const std::string& text : texts) {
      EXPECT_EQ(findall(pattern, text), findall(pattern, text, PythonRegex::Engine::kBacktracking))
          << pattern << " on " << text;
    }
  }
}

TEST(Regex, EndlessBacktrackingIsAnError) {
  const auto regex = PythonRegex::get("(a|aa)+$");
  ASSERT_TRUE(regex);
  const auto matches = (*regex)->find_all(std::string(200, 'a') + "b");
  ASSERT_FALSE(matches);
  EXPECT_THAT(matches.error().message, HasSubstr("was given up on a text of 201 bytes"));
}

TEST(Regex, EscapedTextMatchesItself) {
  for (const std::string text : {"a.b*c", "(x) [y] {z}", "#1 & 2 ~ 3-4", "é\n\t"}) {
    EXPECT_THAT(findall(regex_escape(text), "<" + text + ">"), ElementsAre(text));
  }
}

}  // namespace
}  // namespace assay
