// How long-context tasks read a generated answer: RULER's containment (protocols.md section 10.16),
// and the exact match and token F1 of question answering over documents (Rajpurkar et al. 2016,
// SQuAD's evaluation script).
//
// Texts are valid UTF-8. Pure and thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// The response stripped, its control characters (U+0000–001F) turned into newlines, and stripped
// again.
std::string generated_text(std::string_view response);

// Share of `expected` that stands in `text`, ignoring case, 0..1. REQUIRES: not empty
double share_contained(std::string_view text, std::span<const std::string> expected);

// Lower case, ASCII punctuation and the articles a, an, the removed, white space collapsed.
std::string normalised_answer(std::string_view text);
// Whether the answers are equal after normalisation: 1 or 0. The best over all references.
double answer_exact_match(std::string_view answer, std::span<const std::string> references);
// Harmonic mean of precision and recall over the bag of normalised words; the best over all
// references. Two answers that are empty after normalisation agree.
double answer_f1(std::string_view answer, std::span<const std::string> references);

}  // namespace assay
