// Several claims from one comparison: with twenty tasks, one in twenty "p < 0.05" is to be expected
// by chance. Holm's step-down procedure keeps the chance of any false claim at alpha, whatever the
// dependence between the tasks, and is never weaker than Bonferroni's. Holm 1979, Scandinavian
// Journal of Statistics 6:65.
//
// Pure and thread-safe. The tests hold it against the step-down procedure as it is worded and
// simulate the family's error.
#pragma once

#include <span>
#include <vector>

namespace assay {

// Adjusted p-values in the order given: the i-th smallest of m becomes
//   max over j <= i of min(1, (m − j + 1) · p_(j)).
// A claim is made where the adjusted p is <= alpha.
std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace assay
