// How many items a paired comparison needs, and what a number of items can show. For 0/1 scores a
// comparison sees only the items on which two models disagree; their share is the discordance rate
// p, and the variance of an item's difference is p − δ² for a true difference δ.
//   n = z² (p − δ²) / δ²,  z = z_{1−α/2} + z_{1−β};   inverted: δ = z · sqrt(p / (n + z²)).
// This is the paired formula of Miller 2024 (arXiv 2411.00640, section 5) with ω² = p − δ² and one
// answer per item, and the normal approximation to McNemar's test.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>

namespace assay {

struct PowerRule {
  double alpha = 0.05;  // two-sided
  double power = 0.8;
};

// Exact McNemar cannot reach p < 0.05 with fewer disagreements than this, whatever they are.
inline constexpr double kFewestDiscordant = 6;

// The least number of items that detects `difference` (a share: 0.02 = 2 points). nullopt when the
// difference is greater than the discordance allows (|δ| <= p always holds).
// REQUIRES: 0 < difference, 0 < discordance <= 1
std::optional<std::size_t> items_needed(double difference, double discordance,
                                        const PowerRule& rule);

// The least difference that `items` items detect. nullopt when it would be greater than the
// discordance: then this many items cannot detect any difference that is possible.
// REQUIRES: items >= 1, 0 < discordance <= 1
std::optional<double> detectable_difference(std::size_t items, double discordance,
                                            const PowerRule& rule);

}  // namespace assay
