// How runs are called in a comparison, and what each of them cost.
//
// Pure and thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/run_folder.h"

namespace assay {

// Short, different names for models: what is left of "qwen-Q4_K_M.gguf" and "qwen-F16.gguf" without
// the common beginning and the ending is "Q4_K_M" and "F16". Names that would be empty or equal
// stay whole; equal whole names get their run folder's name behind them.
std::vector<std::string> short_labels(const std::vector<std::string>& models,
                                      const std::vector<std::string>& folders);

// The runs in order, labelled, with the costs that their folders hold.
std::vector<ComparedRun> compared_runs(std::span<const RunFolder* const> runs);

}  // namespace assay
