// See haystack.h.
#include "tasks/haystack.h"

#include <fmt/format.h>

#include <algorithm>

#include "assay/text.h"

namespace assay {
namespace {

// A word that ends a sentence: its last mark is . ! or ?, maybe inside quotation marks.
bool ends_sentence(std::string_view word) {
  for (const std::string_view mark : {"\"", "'", ")", "\u201d", "\u2019"}) {
    if (word.ends_with(mark)) word.remove_suffix(mark.size());
  }
  return word.ends_with('.') || word.ends_with('!') || word.ends_with('?');
}

}  // namespace

int estimated_tokens(std::string_view text) {
  return static_cast<int>((count_code_points(text) + 3) / 4);
}

Haystack::Haystack(std::string_view text, TokenCounter count) : count_(std::move(count)) {
  std::string sentence;
  for (const std::string_view word : words(text)) {
    if (!sentence.empty()) sentence += ' ';
    sentence += word;
    if (!ends_sentence(word)) continue;
    sentences_.push_back(std::move(sentence));
    sentence.clear();
  }
  if (!sentence.empty()) sentences_.push_back(std::move(sentence));
  tokens_.assign(sentences_.size(), -1);
}

int Haystack::tokens_of_sentence(std::size_t i) {
  if (tokens_[i] < 0) tokens_[i] = count_(" " + sentences_[i]);
  return tokens_[i];
}

std::string Haystack::with_needle(std::size_t first, std::size_t count, const std::string& needle,
                                  int depth) const {
  const std::size_t at = count * static_cast<std::size_t>(depth) / 100;
  std::string out;
  const auto append = [&](const std::string& sentence) {
    if (!out.empty()) out += ' ';
    out += sentence;
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (i == at) append(needle);
    append(sentences_.at(first + i));
  }
  if (at >= count) append(needle);
  return out;
}

bool Haystack::reaches(std::size_t first, int tokens) {
  int sum = 0;
  for (std::size_t i = first; i < sentences_.size() && sum < tokens; ++i) {
    sum += tokens_of_sentence(i);
  }
  return sum >= tokens;
}

expected<std::size_t> Haystack::fitting(std::size_t first, int budget,
                                        const std::function<int(std::size_t)>& tokens_of) {
  const std::size_t available = sentences_.size() - first;
  // A first guess from the sentences' own counts, then whole prompts until it is exact.
  int sum = tokens_of(0);
  std::size_t count = 0;
  while (count < available && sum + tokens_of_sentence(first + count) <= budget) {
    sum += tokens_of_sentence(first + count++);
  }
  while (count > 0 && tokens_of(count) > budget) --count;
  while (count < available && tokens_of(count + 1) <= budget) ++count;
  if (count == 0) {
    return usage_error(
        fmt::format("the question alone leaves no room for a text in {} tokens", budget));
  }
  if (count == available) return data_error("the filler text is too short for this length");
  return count;
}

}  // namespace assay
