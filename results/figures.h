// How figures are written for people, the same in the table, in Markdown and in messages: four
// decimals, `not run: …` and `failed: …` where there is no figure.
#pragma once

#include <cstddef>
#include <string>

#include "assay/measurement.h"
#include "assay/score.h"

namespace assay {

// Seconds below which a speed would only measure the clock, so none is shown.
inline constexpr double kShortestTimed = 0.05;

std::string figure_text(double value);                     // "0.2749", "1976.4662", "1.23457e+07"
std::string std_error_text(const Estimate& estimate);      // "± 0.0341", "" without one
std::string interval_text(const Estimate& estimate);       // "0.2134 … 0.3462", "" without one
std::string absence_text(const Measurement& measurement);  // "not run: no sandbox"; "" for a value
std::string metric_text(const Score& score);               // "acc", "exact_match (strict-match)"
// Whether a metric's values are shares of 1 by definition, so that they fit on one axis.
bool is_share(const std::string& metric);
// "stopped early 416/1319" where `not_run` planned items were not asked; "" where all were.
std::string stopped_text(std::size_t items, std::size_t not_run);
// The parts that are not empty, joined by "; ".
std::string joined_labels(const std::string& first, const std::string& second);
std::string duration_text(double seconds);  // "3.2 ms", "0.42 s", "12.3 s", "4 min 05 s"
std::string bytes_text(std::size_t bytes);  // "345 MiB"
std::string p_text(double p);               // "< 0.0001", "0.0062", "0.153", "1"

}  // namespace assay
