// Hay: a long text, its white space collapsed, cut into sentences whose tokens are counted once, so
// that a stretch of about the wanted length is found without tokenising the whole for every try.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"

namespace assay {

// Tokens of a text; nothing is said about special tokens, so differences are what to rely on.
using TokenCounter = std::function<int(std::string_view)>;

// Where no tokenizer is at hand: one token for four characters, rounded up.
int estimated_tokens(std::string_view text);

class Filler {
 public:
  // `text` is valid UTF-8. With `repeat` the text begins anew where it ends.
  Filler(std::string_view text, TokenCounter count, bool repeat);

  const std::string& text() const { return text_; }
  std::size_t sentences() const { return starts_.size(); }
  // Of the text itself, however often it was repeated by now.
  std::size_t sentences_once() const { return sentences_once_; }
  // Where sentence i begins, in bytes; for i = sentences(), the end of the text.
  std::size_t start(std::size_t i) const { return i < starts_.size() ? starts_[i] : text_.size(); }
  bool contains(std::string_view words) const { return text_.find(words) != std::string::npos; }

  // The first sentence i such that sentences first .. i - 1 have `tokens` tokens or more, by the
  // counts of single sentences; kBadData when the text ends before. A text that repeats grows.
  expected<std::size_t> after_tokens(std::size_t first, int tokens);

  // Makes sure that `bytes` more stand after `from`, if the text repeats. False: it ends before.
  bool reaches(std::size_t from, std::size_t bytes);

 private:
  void append_once();
  int tokens_of_sentence(std::size_t i);

  std::string once_;  // the text itself, collapsed
  std::string text_;
  std::vector<std::size_t> starts_;
  std::size_t sentences_once_ = 0;
  std::vector<int> tokens_;  // -1: not counted yet
  TokenCounter count_;
  bool repeat_;
};

// Sentences that say nothing: the hay of RULER's repeated lines.
inline constexpr const char* kNoise =
    "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";

// The filler by its name: "noise", a data set with texts ("filler", "mini/filler": all its texts or
// the usual one), one text of it ("filler/moby_dick.txt"), or a text file anywhere ("notes.txt").
expected<std::string> load_filler(const DataSource& source, const std::string& name);

}  // namespace assay
