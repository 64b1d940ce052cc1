// Calibration of multiple choice: does a model that gives its choice a probability p pick right in
// a share p of such items? Confidence is the soft-max over the summed log-likelihoods of the
// choices (what `acc` ranks by, not normalised by length) of the choice with the highest.
//
// Bins hold equal numbers of items (equal mass), ties in confidence stay in data order:
//   ECE = Σ_b (n_b / n) · |accuracy_b − mean confidence_b|
// (Naeini et al. 2015, AAAI; equal-mass bins: Nixon et al. 2019, CVPR workshops). ECE is a mean of
// absolute values and therefore above 0 also for a calibrated model. A bootstrap repeats that bias
// on top of it, and its interval need not hold the figure: so ECE has none here. What changed
// between two runs has one (scorers/calibration.h).
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/measurement.h"
#include "results/run_folder.h"

namespace assay {

inline constexpr std::size_t kReliabilityBins = 10;

struct ConfidentAnswer {
  double confidence = 0;  // soft-max probability of the picked choice
  bool right = false;
  double brier = 0;  // Σ_i (p_i − [i is gold])², one gold
};

struct ReliabilityBin {
  double low = 0;  // least and greatest confidence in the bin
  double high = 0;
  double confidence = 0;  // mean
  Measurement accuracy;   // with Wilson's interval
};

struct ReliabilityDiagram {
  std::size_t n = 0;
  std::vector<ReliabilityBin> bins;  // at most kReliabilityBins, by confidence
  Measurement ece;
  Measurement brier;
};

// Measured items of multiple-choice tasks whose gold is one choice; others are left out. `task` may
// not be multiple choice at all: then the result is empty.
std::vector<ConfidentAnswer> confident_answers(const TaskRecord& task);

// NotRun figures and no bins for no answers.
ReliabilityDiagram reliability_diagram(std::span<const ConfidentAnswer> answers);

}  // namespace assay
