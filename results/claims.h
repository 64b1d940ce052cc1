// From figures to sentences a person can act on. A claim is made about each top-level task and,
// where there are several, about all of them together; Holm's correction keeps the chance that any
// claim of a comparison is false at alpha. Everything that is not claimed says what could have been
// seen.
//
// Pure and thread-safe.
#pragma once

#include <string>

#include "results/comparison.h"

namespace assay {

// Decides the claims of the lines in `pair` that have one (a set `claim`), and writes their
// sentences.
void decide_claims(PairComparison& pair, const std::string& base_label,
                   const CompareOptions& options);

// Outcome, its reason and the smallest file that is not worse, from decided claims.
void conclude(Comparison& comparison);

// "3.1 points", "4.2 %", "0.123": a size of a difference (its sign is left out).
std::string size_text(FigureKind kind, double difference);
// "−3.1", "+4.2 %", "+0.123": a difference with its sign and, for points, without unit.
std::string signed_text(FigureKind kind, double difference);

}  // namespace assay
