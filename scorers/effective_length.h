// Up to which length a model can be relied on, from scores per length. Two senses are in use, and
// both are figures of the measured lengths alone: nothing is smoothed, interpolated or
// extrapolated.
//
//   kAboveScore       the longest length whose score is above a fixed one (RULER, Hsieh et al.
//                     2024, arXiv 2404.06654, where it is a small model's 85.6 % at 4k)
//   kShareOfShortest  the longest whose score is at least a share of the model's own at the
//                     shortest length (NoLiMa, Modarressi et al. 2025, arXiv 2502.05167: 85 %)
//
// In both every shorter length has to pass, too: a length behind a dip is not one to rely on. A
// length that was not measured ends the row, since nobody knows what happens there.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "assay/measurement.h"

namespace assay {

struct LengthScores {
  int length = 0;              // tokens
  std::vector<double> values;  // of the measured items, 0..1; empty = not measured
};

enum class LengthRule { kAboveScore, kShareOfShortest };

enum class LengthEnd {
  kScore,        // the next length does not pass
  kNotMeasured,  // the next length was asked for but not measured
  kLongest       // no longer one was asked for: the true figure may be greater
};

struct EffectiveLength {
  std::optional<int> length;  // nullopt: not even the shortest passes
  LengthEnd end = LengthEnd::kScore;
  // 95 %; nullopt inside: below the shortest. Absent when `no_interval` says why.
  struct Limits {
    std::optional<int> low, high;
  };
  std::optional<Limits> interval{};
  std::string no_interval{};
};

// Failed: the shortest length was not measured, or its score is 0 and nothing can be a share of it.
using EffectiveLengthResult = std::variant<Failed, EffectiveLength>;

inline constexpr double kEffectiveScore = 0.85;  // both rules' threshold
inline constexpr std::size_t kLengthReplicates = 2000;

// One task's scores. `paired`: value i belongs to the same item at every measured length.
struct TaskLengthScores {
  std::vector<LengthScores> scores;
  bool paired = false;
};

// The score of a length is the mean over tasks of their means; a length that a task did not measure
// was not measured. The interval is the percentile bootstrap's: kLengthReplicates times as many
// items as were measured are drawn with replacement from PythonRandom(0), and the rule is applied
// to each: for each length, shortest first, and each task in turn; of paired items once per
// replicate for all lengths.
// REQUIRES: not empty; all tasks have the same lengths, which ascend; where items are paired the
// lists that are not empty are equally long.
EffectiveLengthResult effective_length(std::span<const TaskLengthScores> tasks, LengthRule rule,
                                       double threshold);
// The same of one task.
EffectiveLengthResult effective_length(std::span<const LengthScores> scores, LengthRule rule,
                                       double threshold, bool paired);

}  // namespace assay
