// See frequent_words.h.
#include "tasks/longctx/frequent_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <numbers>
#include <set>

#include "assay/text.h"

namespace assay {
namespace {

constexpr std::size_t kShortest = 4;
constexpr std::size_t kLongest = 10;
constexpr std::size_t kCodedLetters = 6;
constexpr double kZeta2 = std::numbers::pi * std::numbers::pi / 6;
constexpr const char* kDots = "...";

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

// Letters of any script, digits, and what joins the parts of a word: "isn't" and "ill-made" are
// one.
bool is_in_word(char32_t c) {
  if (c >= 0x80) return c == 0x2019 || (c > 0xBF && (c < 0x2000 || c > 0x206F));
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '\'' ||
         c == '-' || c == '_';
}

bool overlap(const std::string& a, const std::string& b) {
  return a.find(b) != std::string::npos || b.find(a) != std::string::npos;
}

std::size_t zipf_count(std::size_t words, std::size_t rank) {
  return static_cast<std::size_t>(static_cast<double>(words) /
                                  (static_cast<double>(rank * rank) * kZeta2));
}

}  // namespace

std::vector<std::string> plain_words(std::string_view text) {
  std::set<std::string> found;
  std::size_t begin = 0;  // of the word at hand
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t here = at;
    const bool ends = at == text.size() || !is_in_word(decode_utf8(text, at));
    if (!ends) continue;
    const std::string_view word = text.substr(begin, here - begin);
    begin = at;
    if (word.size() >= kShortest && word.size() <= kLongest &&
        std::ranges::all_of(word, is_small_letter)) {
      found.emplace(word);
    }
    if (here == text.size()) break;
  }
  return {found.begin(), found.end()};
}

CommonWords draw_common_words(const std::vector<std::string>& words, std::size_t common,
                              PythonRandom& random) {
  CommonWords out;
  for (const std::size_t i : random.sample(words.size(), words.size())) {
    const std::string& word = words[i];
    const bool clashes = std::ranges::any_of(
        out.common, [&](const std::string& other) { return overlap(word, other); });
    if (clashes) continue;
    (out.common.size() < common ? out.common : out.rare).push_back(word);
  }
  return out;
}

std::string numbered_list(const CommonWords& words, std::size_t rare, std::size_t often,
                          std::size_t seldom, PythonRandom& random) {
  std::vector<const std::string*> list;
  for (const std::string& word : words.common) list.insert(list.end(), often, &word);
  for (std::size_t i = 0; i < rare; ++i) list.insert(list.end(), seldom, &words.rare[i]);
  random.shuffle(list);
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}{}. {}", i == 0 ? "" : " ", i + 1, *list[i]);
  }
  return text;
}

std::vector<std::size_t> zipf_counts(std::size_t words) {
  while (zipf_count(words, 4) == zipf_count(words, 5)) --words;
  std::vector<std::size_t> counts;
  for (std::size_t rank = 1; zipf_count(words, rank) > 0; ++rank) {
    counts.push_back(zipf_count(words, rank));
  }
  return counts;
}

std::vector<std::string> coded_words(std::size_t count, PythonRandom& random) {
  std::vector<std::string> out;
  std::set<std::string> taken;
  while (out.size() < count) {
    std::string word;
    for (std::size_t i = 0; i < kCodedLetters; ++i) {
      word += static_cast<char>('a' + random.below(26));
    }
    if (taken.insert(word).second) out.push_back(word);
  }
  return out;
}

std::string coded_text(const std::vector<std::size_t>& counts,
                       const std::vector<std::string>& coded, PythonRandom& random) {
  std::vector<std::string_view> list(counts.front(), kDots);
  for (std::size_t rank = 1; rank < counts.size(); ++rank) {
    list.insert(list.end(), counts[rank], coded[rank - 1]);
  }
  random.shuffle(list);
  return fmt::format("{}", fmt::join(list, " "));
}

}  // namespace assay
