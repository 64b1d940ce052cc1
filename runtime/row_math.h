// Arithmetic over a whole row of logits, which is done for every scored and every sampled token:
// the largest value and sums of exponentials, in double precision. Written in vectors of fixed
// width, eight partial sums whatever the processor has, so that every processor gets the same bits.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace assay {

// Index of the largest value, the first of equals. nullopt when a value is NaN or +infinity, or
// when all are -infinity.
std::optional<std::size_t> arg_max(std::span<const float> logits);

// Σ exp((logits[i] - top) / temperature). REQUIRES: none is larger than top; temperature > 0.
// Values below exp(-700) count as that.
double sum_of_exponentials(std::span<const float> logits, float top, double temperature = 1);

// The terms of that sum, into `out`. REQUIRES: out.size() == logits.size().
void exponentials(std::span<const float> logits, float top, double temperature,
                  std::span<double> out);

}  // namespace assay
