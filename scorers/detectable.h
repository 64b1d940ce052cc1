// What a comparison could have seen. "No difference detected" means nothing without the size of
// the difference that would have been: the smallest one that the same test, on as many items with
// the discordance found here, detects with probability `power`.
//
// Pure and thread-safe. The tests simulate the power at the difference returned.
#pragma once

#include <cstddef>
#include <optional>

namespace assay {

struct DetectionGoal {
  double alpha = 0.05;  // two-sided level of the test
  double power = 0.8;
};

// Power of the exact McNemar test on n items of which a share `discordance` differs, at the true
// difference `difference` (|difference| <= discordance): Σ_m P(m discordant) · P(p <= alpha | m).
// REQUIRES: 0 <= discordance <= 1, n >= 1
double mcnemar_power(std::size_t n, double discordance, double difference, double alpha);

// The smallest difference with that power. A true difference cannot exceed the share of items that
// differ, so the discordance is taken as max(found, difference). nullopt when not even a difference
// of 1 would be detected (too few items).
std::optional<double> detectable_share(std::size_t n, double discordance,
                                       const DetectionGoal& goal = {});

// The same for a mean with a standard error over `clusters` independent groups:
// (q(1 − alpha/2) + q(power)) · se, q from Student's t below 40 groups, else normal.
// REQUIRES: clusters >= 2
double detectable_mean(double std_error, std::size_t clusters, const DetectionGoal& goal = {});

}  // namespace assay
