// Is a model right as often as it is sure? Over multiple-choice items: confidence is the greatest
// probability of the softmax over the choices' log-likelihoods (not length-normalised), and the
// item is right or wrong as `acc` has it.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/measurement.h"

namespace assay {

struct Confidence {
  double probability;  // of the picked choice, 0..1
  bool right;
};

// Expected calibration error with `bins` bins of equal mass: items sorted by confidence (ties in
// item order), cut into bins whose sizes differ by at most one;
// ECE = Σ_bins (size/n) · |mean confidence − share right|. It is biased upwards for small n; a
// change between two runs on the same items is not, to first order. REQUIRES: not empty, bins >= 1
double expected_calibration_error(std::span<const Confidence> items, std::size_t bins = 10);

// Bootstrap interval (95 %, percentile) of ECE(other) − ECE(base), items resampled in pairs.
// REQUIRES: equal sizes, not empty
Interval calibration_change_interval(std::span<const Confidence> base,
                                     std::span<const Confidence> other, std::size_t bins = 10,
                                     std::size_t replicates = 1000);

}  // namespace assay
