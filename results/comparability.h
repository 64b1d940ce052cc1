// Are two runs about the same questions? Compares their manifests field by field. What belongs to
// the model may differ: that is what a comparison measures. A difference in what was asked refuses
// the comparison; one that can move a number a little (threads, engine build) is annotated.
//
// Pure and thread-safe.
#pragma once

#include <string>
#include <vector>

#include "assay/json.h"
#include "results/comparison.h"

namespace assay {

// In manifest order, refusing ones first. `tasks` names the tasks that are compared; others are
// not looked at. Prompts are not judged here but item by item (results/pairing.h), because the
// manifest's template digest also covers the first item asked.
std::vector<SettingDifference> setting_differences(const Json& base, const Json& other,
                                                   const std::vector<std::string>& tasks);

// Whether a token id means the same in both runs: both models know their tokens, and the files'
// vocabularies are described alike.
bool same_tokens(const Json& base, const Json& other);

// One sentence for all refusing differences: each with both values and what to do.
std::string refusal(const std::string& base_label, const std::string& other_label,
                    const std::vector<SettingDifference>& differences);

}  // namespace assay
