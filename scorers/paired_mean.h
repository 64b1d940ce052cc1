// The mean of paired differences, for figures that are not right or wrong: several samples per
// item, log-likelihoods, Brier scores; and for right or wrong where items share a passage or a
// template and are therefore not independent (Miller 2024, arXiv 2411.00640).
//
// Pure and thread-safe. The tests hold it against a double loop over pairs and simulate coverage.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "assay/measurement.h"

namespace assay {

struct PairedMean {
  double value = 0.0;        // mean of the differences
  std::size_t n = 0;         // items
  std::size_t clusters = 0;  // independent groups; n when every item stands alone
  // sqrt(G/(G−1) · Σ_c (Σ_{i∈c}(d_i − m))²) / n over G clusters: with single items the usual
  // sample_deviation/√n. Absent for G < 2.
  std::optional<double> std_error;
};

// `clusters` names each item's cluster by any number; empty: each item stands alone.
// REQUIRES: differences is not empty; clusters is empty or as long.
PairedMean paired_mean(std::span<const double> differences,
                       std::span<const std::size_t> clusters = {});

// Σd/Σw with the ratio estimate's clustered standard error (Cochran 1977, section 2.11), for sums
// of log-likelihoods per word or byte. With weights of 1 it is paired_mean. REQUIRES: Σw > 0
PairedMean paired_ratio(std::span<const double> differences, std::span<const double> weights,
                        std::span<const std::size_t> clusters = {});

// value ± q·se: q from Student's t with G − 1 degrees of freedom below 40 clusters, else normal.
// nullopt without a standard error. `level`: two-sided confidence.
std::optional<Interval> paired_interval(const PairedMean& mean, double level = 0.95);

// Two-sided p of "the mean is `hypothesis`" by the same distribution. nullopt without a standard
// error; with one of zero it is 1 when the value is the hypothesis and 0 otherwise.
std::optional<double> paired_p_value(const PairedMean& mean, double hypothesis = 0.0);

}  // namespace assay
