// A comparison as JSON, for scripts and for `--json`: every figure of the text and those it leaves
// out, unrounded. docs/formats.md lists the members. Figures that do not exist are absent, with the
// reason where there is one.
#pragma once

#include "assay/json.h"
#include "results/comparison.h"

namespace assay {

Json to_json(const Comparison& comparison);

// "worse", "better", "not worse", "no difference detected", "undecided", "not compared".
const char* verdict_name(Verdict verdict);
// "no regression", "regression", "inconclusive", "refused".
const char* outcome_name(Outcome outcome);

}  // namespace assay
