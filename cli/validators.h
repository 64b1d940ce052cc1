// Checks for the values of options, in sentences. CLI11 has its own, but their messages speak of
// conversions and ranges; these say what was expected and what was given.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace assay::cli {

// A whole number of at least `low` (and at most `high`).
CLI::Validator whole_number(long long low, long long high = 2147483647LL);
// A finite number in [low, high].
CLI::Validator number(double low, double high);
// A finite number above `low` and at most `high`.
CLI::Validator number_above(double low, double high);
// One of the words.
CLI::Validator one_of(std::vector<std::string> words);

}  // namespace assay::cli
