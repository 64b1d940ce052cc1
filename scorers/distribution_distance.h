// How far two distributions over the same outcomes are apart. Quantisation moves probabilities long
// before it changes a verdict: these are the sensitive figures beside the flips (Dutta et al. 2024,
// arXiv 2407.09141).
//
// Pure and thread-safe.
#pragma once

#include <span>
#include <vector>

namespace assay {

// log(softmax(values)), stable; the logarithm keeps probabilities too small for a double.
// REQUIRES: not empty, finite
std::vector<double> log_softmax(std::span<const double> values);

// KL(p ‖ q) = Σ p·(log p − log q) in nats, from logarithms; never below 0 by rounding.
// REQUIRES: equal sizes, each sums to 1
double kl_divergence(std::span<const double> log_p, std::span<const double> log_q);

// ½ Σ |p − q|: the greatest difference of probability of any event, 0..1. REQUIRES: as above
double total_variation(std::span<const double> log_p, std::span<const double> log_q);

}  // namespace assay
