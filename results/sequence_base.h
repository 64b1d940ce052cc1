// The base of a run that stops when its comparison is decided: reads the base's scores for the
// items that are about to be asked, and refuses a base that was not asked the same.
//
// Thread-safety: pure, but for reading the folder.
#pragma once

#include <string>

#include "assay/expected.h"
#include "results/run_folder.h"
#include "runtime/sequence.h"

namespace assay {

// More item errors of a family than this share in the base, and it is not compared.
inline constexpr double kMaxBaseErrors = 0.05;

// The base's scores for the plan's items. Errors: kUsage when the runs cannot be paired; each
// difference is named with what to do.
expected<SequenceBase> find_base_scores(const RunFolder& base, const Plan& plan,
                                        const Json& manifest);

// A request that reads the run in `folder` when it is needed. The folder must be a finished run
// (else kUnavailable) of this program's tasks.
SequenceRequest sequence_against(const std::string& folder, const SequenceSettings& settings);

}  // namespace assay
