// See answers.h.
#include "tasks/longctx/answers.h"

#include <algorithm>
#include <map>

#include "assay/text.h"

namespace assay {
namespace {

bool is_ascii_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

double f1_of(const std::string& answer, const std::string& reference) {
  const std::vector<std::string_view> said = words(answer);
  const std::vector<std::string_view> wanted = words(reference);
  if (said.empty() || wanted.empty()) return said.empty() && wanted.empty() ? 1 : 0;
  std::map<std::string_view, int> left;
  for (const std::string_view word : wanted) ++left[word];
  int common = 0;
  for (const std::string_view word : said) {
    if (left[word]-- > 0) ++common;
  }
  if (common == 0) return 0;
  const double precision = common / static_cast<double>(said.size());
  const double recall = common / static_cast<double>(wanted.size());
  return 2 * precision * recall / (precision + recall);
}

}  // namespace

std::string generated_text(std::string_view response) {
  std::string text(strip(response));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = '\n';
  }
  return std::string(strip(text));
}

double share_contained(std::string_view text, std::span<const std::string> expected) {
  const std::string said = lower(text);
  const auto hits = std::ranges::count_if(expected, [&](const std::string& wanted) {
    return said.find(lower(wanted)) != std::string::npos;
  });
  return static_cast<double>(hits) / static_cast<double>(expected.size());
}

std::string normalised_answer(std::string_view text) {
  std::string bare;
  for (const char c : lower(text)) {
    if (!is_ascii_punctuation(c)) bare += c;
  }
  std::string out;
  for (const std::string_view word : words(bare)) {
    if (word == "a" || word == "an" || word == "the") continue;
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

double answer_exact_match(std::string_view answer, std::span<const std::string> references) {
  const std::string said = normalised_answer(answer);
  return std::ranges::any_of(
             references,
             [&](const std::string& reference) { return normalised_answer(reference) == said; })
             ? 1
             : 0;
}

double answer_f1(std::string_view answer, std::span<const std::string> references) {
  const std::string said = normalised_answer(answer);
  double best = 0;
  for (const std::string& reference : references) {
    best = std::max(best, f1_of(said, normalised_answer(reference)));
  }
  return best;
}

}  // namespace assay
