// Lists of words of which some stand oftener than others, in the manner of RULER's common and
// frequent words (Hsieh et al. 2024, arXiv 2404.06654); the words and their order are our own.
//
// Pure and thread-safe, but for the generator that is passed in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "assay/python_random.h"

namespace assay {

// The different words of a text that consist of 4 to 10 small ASCII letters, sorted.
std::vector<std::string> plain_words(std::string_view text);

// Some words that are common and others that are rare. No rare word contains a common one or is
// part of one, and no common word is part of another: a common word in an answer is meant.
struct CommonWords {
  std::vector<std::string> common;
  std::vector<std::string> rare;  // in the order in which a longer list takes them
};
// REQUIRES: words are different. Fewer common words than wanted when there are not enough.
CommonWords draw_common_words(const std::vector<std::string>& words, std::size_t common,
                              PythonRandom& random);

// "1. amber 2. basket …": the common words `often` times each and the first `rare` rare ones
// `seldom` times, shuffled. REQUIRES: rare <= words.rare.size()
std::string numbered_list(const CommonWords& words, std::size_t rare, std::size_t often,
                          std::size_t seldom, PythonRandom& random);

// How often the words of ranks 1, 2, … stand in a text of about `words` words under Zipf's law with
// exponent 2: floor(words / (k² · ζ(2))), ranks with none left out (Hsieh et al. 2024, α = 2). The
// fourth stands oftener than the fifth: a size for which it would not counts as the next smaller
// one for which it does. REQUIRES: words >= kFewestZipfWords
std::vector<std::size_t> zipf_counts(std::size_t words);
inline constexpr std::size_t kFewestZipfWords = 27;  // ranks 3 and 4 stand once, rank 5 does not

// Different words of six small letters, `count` of them.
std::vector<std::string> coded_words(std::size_t count, PythonRandom& random);

// Rank 1 is written "..." and means nothing; ranks 2, 3, … are `coded`; all shuffled.
// REQUIRES: coded.size() >= counts.size() − 1
std::string coded_text(const std::vector<std::size_t>& counts,
                       const std::vector<std::string>& coded, PythonRandom& random);

}  // namespace assay
