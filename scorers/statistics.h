// Standard errors and 95 % intervals. Each function states its formula and source; the tests hold
// each against a slow twin (enumeration of all outcomes, or simulated coverage).
//
// Pure and thread-safe. Sums run in the order of the values: they are part of the result's bits.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "assay/measurement.h"

namespace assay {

inline constexpr double kZ95 = 1.959963984540054;  // Φ⁻¹(0.975)

double mean(std::span<const double> values);  // REQUIRES: not empty

// Bessel's standard deviation, sqrt(Σ(x−m)²/(n−1)); nullopt for n < 2.
std::optional<double> sample_deviation(std::span<const double> values);

// Standard error of the mean, deviation/sqrt(n); nullopt for n < 2.
std::optional<double> standard_error(std::span<const double> values);

// Wilson's score interval for k successes in n trials (Wilson 1927, JASA 22:209):
//   centre (p + z²/2n) / (1 + z²/n),  half width z/(1 + z²/n) · sqrt(p(1−p)/n + z²/4n²).
// Unlike p ± z·se it stays inside [0, 1] and has width at p = 0 and p = 1. REQUIRES: k <= n, n >= 1
Interval wilson_interval(std::size_t successes, std::size_t trials);

// Clopper & Pearson's exact interval (1934, Biometrika 26:404) from beta quantiles: covers at
// least 95 % for every p, at the price of width. REQUIRES: k <= n, n >= 1
Interval clopper_pearson(std::size_t successes, std::size_t trials);

Interval normal_interval(double value, double std_error);  // value ± kZ95 · std_error

// Half width for few independent groups: Student's t with groups − 1 degrees of freedom instead of
// kZ95. REQUIRES: groups >= 2
Interval student_interval(double value, double std_error, std::size_t groups);

// Standard error of the mean when values share clusters (Miller 2024, arXiv 2411.00640, eq. 4):
//   SE² = SE²_CLT + (1/n²) Σ_c Σ_{i≠j∈c} (x_ic − m)(x_jc − m),
// with SE²_CLT = Σ(x−m)²/n². `clusters` names each value's cluster by any number. Reduces to the
// plain standard error (without Bessel's factor) when all clusters have one member.
// REQUIRES: equal sizes, n >= 1
double clustered_standard_error(std::span<const double> values,
                                std::span<const std::size_t> clusters);

// The original's bootstrap: chunk i = 0, 1, … draws min(1000, iterations) samples of n values with
// replacement from PythonRandom(i) and applies `statistic`. Returns all replicates, in order;
// chunks run in parallel. REQUIRES: values is not empty; statistic is thread-safe.
using Statistic = std::function<double(std::span<double> sample)>;  // may reorder its sample
std::vector<double> bootstrap_replicates(std::span<const double> values, std::size_t iterations,
                                         const Statistic& statistic);

// The middle 95 % of bootstrap replicates (percentile interval, Efron & Tibshirani 1993, ch. 13):
// the order statistics at floor(0.025·(B−1)) and ceil(0.975·(B−1)). REQUIRES: not empty
Interval percentile_interval(std::vector<double> replicates);

}  // namespace assay
