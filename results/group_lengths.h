// A group's figures over the length of the text: at each length the mean over its tasks of their
// scores, as RULER reports them (Hsieh et al. 2024, arXiv 2404.06654), and up to which length that
// mean holds. docs/statistics.md has the formulas.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <span>

#include "results/length_results.h"

namespace assay {

// `tasks`: the same metric of each task, with its scores. A length that one of them has not
// measured has no figure. No depths and cells. nullopt when there are no tasks.
std::optional<LengthResults> group_lengths(std::span<const LengthResults* const> tasks);

}  // namespace assay
