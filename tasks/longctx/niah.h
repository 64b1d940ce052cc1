// The inputs of RULER's NIAH tasks, draw for draw as the original makes them: with the same seed,
// words, essays and tokenizer they are equal byte for byte (protocols.md section 10.17).
//
// Thread-safety: one thread at a time for one generator; no state of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/python_random.h"
#include "tasks/longctx/filler.h"
#include "tasks/longctx/magic.h"

namespace assay {

enum class NiahHay {
  kRepeat,  // one sentence again and again
  kEssay,   // prose
  kNeedles  // other needles
};

struct NiahForm {
  NiahHay hay = NiahHay::kRepeat;
  MagicKind keys = MagicKind::kWords;
  MagicKind values = MagicKind::kNumbers;
  std::size_t key_count = 1;
  std::size_t values_per_key = 1;
  std::size_t asked_keys = 1;
};

// What the hay and the words are made of.
struct NiahParts {
  std::function<std::string(PythonRandom&)> word;  // draws a key or value that is a word
  std::vector<std::string> essay_words;            // NiahHay::kEssay
  std::function<std::vector<std::string>(const std::string&)> sentences;  // of a text
  TokenCounter count;
};

struct NiahSample {
  std::string input;
  std::vector<std::string> outputs;  // all of them are wanted
  std::string query;                 // the keys asked for
  int length = 0;                    // tokens of the input and kNiahAnswerTokens together
};

inline constexpr int kNiahAnswerTokens = 128;

std::string niah_answer_start(const NiahForm& form, const std::string& query);

// One input with `units` of hay (words of an essay, else lines).
// REQUIRES: units >= key_count · values_per_key unless the hay is an essay.
NiahSample niah_sample(const NiahForm& form, std::size_t units, const NiahParts& parts,
                       PythonRandom& random);

// `samples` inputs of at most `max_length` tokens. kUsage when the smallest does not fit.
expected<std::vector<NiahSample>> niah_samples(const NiahForm& form, int max_length,
                                               std::size_t samples, const NiahParts& parts,
                                               PythonRandom& random);

// The words that keys are drawn from: every "adjective-noun" of two lists, sorted by code points,
// each once. Indexed without writing all of them out.
class MagicWords {
 public:
  MagicWords(const std::string& adjectives, const std::string& nouns);  // one word a line
  std::size_t size() const { return size_; }
  std::string word(std::size_t index) const;  // REQUIRES: index < size()

 private:
  // Adjectives whose words lie together; several where one begins another ("well", "well-off").
  struct Block {
    std::size_t first = 0;            // index of its first word
    std::string adjective;            // of a block of one
    std::vector<std::string> sorted;  // all words of a block of several
  };
  std::vector<Block> blocks_;
  std::vector<std::string> nouns_;
  std::size_t size_ = 0;
};

}  // namespace assay
