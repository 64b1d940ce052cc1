// Two ways of doing the same work, measured in turn in one run: ours, theirs, theirs, ours, …, so
// that a machine that gets slower or faster meets both. What is reported is the ratio of each pair,
// by its median with the smallest and largest: on a machine that others use too a ratio means
// something where a speed does not.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay::bench {

// One measurement: a rate (items or tokens per second), or another figure where more is better.
using Measure = std::function<expected<double>()>;

struct Row {
  std::string work;      // "HellaSwag 0-shot, 40 items"
  std::string against;   // "llama-perplexity --hellaswag"
  std::string unit;      // of the two rates, "items/s"
  double goal = 0;       // the ratio wanted; 0 = none
  bool smaller = false;  // the goal is an upper bound
  Measure ours;
  Measure theirs;  // empty: the figure itself is reported, not a ratio
};

struct Measured {
  std::string work, against, unit;
  double goal = 0;
  bool smaller = false;
  std::vector<double> ours, theirs, ratios;  // by repeat
  double median() const;                     // of the ratios
  double low() const;
  double high() const;
};

double median_of(std::vector<double> values);

// REQUIRES: repeats > 0. One unmeasured round goes first.
expected<Measured> measure_row(const Row& row, int repeats);

Json to_json(const Measured& measured);
Measured measured_from(const Json& json);

}  // namespace assay::bench
