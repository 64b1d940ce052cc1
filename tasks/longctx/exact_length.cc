// See exact_length.h. The search: where does the text stand that adds the missing tokens (by words,
// bisected), then the places within a word or two around it, then the same with a corrected guess.
#include "tasks/longctx/exact_length.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace assay {
namespace {

constexpr std::size_t kWindow = 64;       // bytes on either side of the end that guesses look at
constexpr int kRounds = 24;               // whole prompts that are tried,
constexpr int kTries = 4;                 // so many of one guess
constexpr int kWords = 6;                 // words around the guessed end
constexpr std::size_t kCharacters = 120;  // bytes around it, where no word ends right

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::string_view last_bytes(std::string_view text, std::size_t count) {
  if (text.size() <= count) return text;
  std::size_t at = text.size() - count;
  while (at < text.size() && !starts_code_point(text[at])) ++at;
  const std::size_t space = text.find(' ', at);
  return text.substr(space == std::string_view::npos ? at : space);
}

std::string_view first_bytes(std::string_view text, std::size_t count) {
  if (text.size() <= count) return text;
  while (count > 0 && !starts_code_point(text[count])) --count;
  return text.substr(0, count);
}

class Search {
 public:
  Search(Filler& filler, const OpenPrompt& open, std::size_t from, const TokenCounter& count)
      : filler_(filler), from_(from), count_(count) {
    // Some tokens before the end and after it take part in merges; further ones do not.
    before_ = std::string(last_bytes(open.before, kWindow));
    before_ += std::string_view(filler.text()).substr(open.begin, from - open.begin);
    before_ = std::string(last_bytes(before_, kWindow));
    after_ = std::string(first_bytes(open.after, kWindow));
    base_ = count_(before_ + after_);
  }

  // Tokens that hay from `from` to `end` adds, guessed.
  int added(std::size_t end) const {
    std::string text = before_;
    text += std::string_view(filler_.text()).substr(from_, end - from_);
    text += after_;
    return count_(text) - base_;
  }

  // Ends between words whose guess is `tokens`.
  std::vector<std::size_t> word_ends(int tokens) {
    if (tokens == 0) return {from_};
    near_ = between_words(tokens);
    filler_.reaches(from_, near_ - from_ + kCharacters);
    std::vector<std::size_t> found;
    const std::size_t all = filler_.text().size();
    std::size_t end = near_;
    for (int word = 0; word < kWords && end > from_; ++word) end = word_before(end);
    for (int word = 0; word < 2 * kWords; ++word) {
      if (added(end) == tokens) found.push_back(end);
      if (end == all) break;
      end = word_end(end + 1);
    }
    return found;
  }

  // Ends between characters whose guess is `tokens`. REQUIRES: word_ends(tokens) was called.
  std::vector<std::size_t> character_ends(int tokens) const {
    if (tokens == 0) return {};
    std::vector<std::size_t> found;
    const std::string& text = filler_.text();
    const std::size_t last = std::min(text.size(), near_ + kCharacters);
    for (std::size_t end = near_ - std::min(near_ - from_, kCharacters / 2); end <= last; ++end) {
      if (end < text.size() && !starts_code_point(text[end])) continue;
      const int guess = added(end);
      if (guess == tokens) found.push_back(end);
      // What comes far behind will not come back to the number.
      if (guess > tokens + 8) break;
    }
    return found;
  }

  bool reached_end() const { return reached_end_; }

 private:
  // The last place between words that adds at most `tokens`, as far as guesses grow with the text.
  std::size_t between_words(int tokens) {
    std::size_t low = from_;
    std::size_t step = std::max<std::size_t>(64, 4 * static_cast<std::size_t>(tokens));
    std::size_t high = from_;
    do {
      high = from_ + step;
      step *= 2;
      reached_end_ = !filler_.reaches(from_, high - from_);
      if (reached_end_) high = filler_.text().size();
      high = word_end(high);
    } while (!reached_end_ && added(high) <= tokens);
    if (added(high) <= tokens) return high;
    reached_end_ = false;
    while (high - low > 1) {
      const std::size_t middle = word_end(low + (high - low) / 2);
      if (middle <= low || middle >= high) break;
      (added(middle) <= tokens ? low : high) = middle;
    }
    return low;
  }

  // The first end of a word at or behind `at`.
  std::size_t word_end(std::size_t at) const {
    const std::size_t space = filler_.text().find(' ', at);
    return space == std::string::npos ? filler_.text().size() : space;
  }

  // The end of the word in front of the one that ends at `at`; `from_` at the least.
  std::size_t word_before(std::size_t at) const {
    const std::size_t space = at == 0 ? std::string::npos : filler_.text().rfind(' ', at - 1);
    return space == std::string::npos || space < from_ ? from_ : space;
  }

  Filler& filler_;
  std::size_t from_;
  const TokenCounter& count_;
  std::string before_;
  std::string after_;
  int base_ = 0;
  std::size_t near_ = 0;
  bool reached_end_ = false;
};

}  // namespace

expected<ExactEnd> end_for_exact_length(Filler& filler, const OpenPrompt& open, ExactEnd from,
                                        int target, const PromptCounter& whole,
                                        const TokenCounter& count) {
  if (from.tokens == target) return from;
  Search search(filler, open, from.end, count);
  std::set<std::size_t> tried;
  std::vector<int> guesses = {target - from.tokens};  // what the guess has to be
  const auto guess_too = [&](int tokens) {
    if (tokens >= 0 && std::ranges::find(guesses, tokens) == guesses.end()) {
      guesses.push_back(tokens);
    }
  };
  int rounds = 0;
  bool too_short = false;
  const auto try_all = [&](const std::vector<std::size_t>& ends,
                           int guess) -> std::optional<ExactEnd> {
    int taken = 0;
    for (const std::size_t end : ends) {
      if (taken == kTries || rounds == kRounds) break;
      if (!tried.insert(end).second) continue;
      ++taken;
      ++rounds;
      const int tokens = whole(end);
      if (tokens == target) return ExactEnd{end, tokens};
      // The window saw the merges differently: ask it for as much more or less.
      guess_too(guess + target - tokens);
    }
    return std::nullopt;
  };
  for (std::size_t g = 0; g < guesses.size() && rounds < kRounds; ++g) {
    const int guess = guesses[g];
    std::optional<ExactEnd> found = try_all(search.word_ends(guess), guess);
    if (!found) found = try_all(search.character_ends(guess), guess);
    if (found) return *found;
    too_short = too_short || search.reached_end();
    if (g == 0 && too_short && whole(filler.text().size()) < target) break;
    // No end has this guess: its neighbours may still count right as a whole.
    guess_too(guess + 1);
    guess_too(guess - 1);
  }
  if (too_short) {
    return data_error(
        "the filler text is too short; take another (--filler), or let it repeat (--set "
        "repeat=true)");
  }
  return data_error(fmt::format("no end of the text makes exactly {} tokens", target));
}

}  // namespace assay
