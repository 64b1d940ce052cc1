// Multiple choice: from log-likelihoods to a picked choice and its worth. protocols.md section 8.
//
// Pure and thread-safe. Log-likelihoods are natural logarithms; they may be -inf here (the vectors
// of the original are), though a Response never holds such a value.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/task.h"

namespace assay {

// Position of the first maximum; the first NaN if there is one (numpy.argmax). REQUIRES: not empty
std::size_t argmax(std::span<const double> values);

// ll_i / length of choice i in Unicode code points (acc_norm) or UTF-8 bytes (acc_bytes). An empty
// choice gives -inf, or NaN for a log-likelihood of zero, as the division in doubles does.
std::vector<double> per_code_point(std::span<const double> lls,
                                   std::span<const std::string> choices);
std::vector<double> per_byte(std::span<const double> lls, std::span<const std::string> choices);

// The indices that count as right. A text is looked up among the choices; what is not found or out
// of range is dropped, so that it is never right.
std::vector<std::size_t> gold_indices(const Target& target, std::span<const std::string> choices);

// softmax(lls), shifted by the maximum.
std::vector<double> softmax(std::span<const double> lls);

// Σ_i (softmax(lls)_i − [i = gold])²: one item's part of the Brier score, 0..2.
double brier(std::span<const double> lls, std::size_t gold);

// TruthfulQA's mc2: Σ_{label 1} e^{ll} / Σ e^{ll} with the raw exponentials, as the original. Where
// they all underflow the original has NaN; here the sums are then taken relative to the greatest
// log-likelihood, which is the same quotient. Never NaN for finite log-likelihoods.
// REQUIRES: lls is not empty and labels is as long.
double truthfulqa_mc2(std::span<const double> lls, std::span<const int> labels);

}  // namespace assay
