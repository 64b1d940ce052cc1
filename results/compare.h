// Compares finished runs with a base run, item by item. Pairing makes small differences visible:
// two runs share their questions, so most of the noise cancels (docs/statistics.md).
//
// Pure apart from loading nothing: the folders are given. Thread-safe.
#pragma once

#include <span>

#include "assay/expected.h"
#include "results/comparison.h"
#include "results/run_folder.h"

namespace assay {

// REQUIRES: at least one other; all runs loaded with load_run.
// Errors: kUsage when a run differs from the base in what was asked (each difference named with
// what to do; options.despite_differences turns them into annotations), or when no task or no item
// is common to both.
expected<Comparison> compare_runs(const RunFolder& base, std::span<const RunFolder> others,
                                  const CompareOptions& options);

}  // namespace assay
