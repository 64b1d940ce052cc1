// A long-context task's figures over the length of the text: the score at each length, at each
// depth and in each cell of the grid, what is lost against the shortest length, and up to which
// length the model can be relied on. A pure function of the judged items; length and depth are
// fields of their documents. Only what was measured has a value: a cell that was not asked for is
// `NotRun`, one whose items are all item errors is `Failed`.
//
// docs/statistics.md has the formulas, docs/formats.md the JSON.
//
// Thread-safety: value types and pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/measurement.h"
#include "scorers/effective_length.h"

namespace assay {

struct TaskRecord;

// Where an item stands on the grid of a long-context task, from its document.
struct GridPlace {
  int length = 0;                 // tokens
  std::optional<double> depth{};  // percent
};

// nullopt when the document is not that of a long-context item.
std::optional<GridPlace> grid_place(const Json& doc);

// Against the shortest length: a difference score here − score there.
struct LengthChange {
  // Whether the same needles were asked for at both lengths. Then n is the number of such pairs,
  // else of this length's items.
  bool paired = false;
  Measurement difference;
  std::optional<double> p_value{};     // pairs only, two-sided, of no difference
  std::optional<double> adjusted_p{};  // Holm over the lengths that have a p
  std::string test{};                  // "exact McNemar", …; "" without a p
};

// Items that have a length, a depth or both in common.
struct LengthPoint {
  int length = 0;
  std::size_t items = 0;  // asked; value.n of them were measured
  Measurement value;
  std::optional<LengthChange> change{};  // all but the shortest length
};

struct DepthPoint {
  double depth = 0;  // percent
  std::size_t items = 0;
  Measurement value;
};

struct LengthCell {
  int length = 0;
  double depth = 0;
  std::size_t items = 0;
  Measurement value;
};

struct LengthResults {
  std::string metric;
  std::string filter;
  std::vector<LengthPoint> by_length;  // ascending
  std::vector<DepthPoint> by_depth;    // ascending; empty for tasks that place needles at random
  std::vector<LengthCell> cells;       // every length with every depth, lengths first
  double threshold = kEffectiveScore;  // of both: the score, and the share
  EffectiveLengthResult above_score;   // the two senses of scorers/effective_length.h
  EffectiveLengthResult share_of_shortest;
  // What both were made from, for the group the task is in; empty when the figures were read back.
  TaskLengthScores scores;

  // nullptr when the grid has no such cell.
  const LengthCell* cell(int length, double depth) const;
};

// nullopt when the items have no length (an ordinary task) or a value is not a share of 1. The
// threshold is the task's setting `effective`, where the run has one.
std::optional<LengthResults> length_results(const TaskRecord& task, const std::string& metric,
                                            const std::string& filter);

// The figures of the first metric of the first judged item, for readers that have only the items.
std::optional<LengthResults> length_results(const TaskRecord& task);

Json to_json(const LengthResults& results);
expected<LengthResults> length_results_from_json(const Json& json);

// "1024", "below 256", "at least 2048 (the longest asked)", … for people.
std::string effective_length_text(const EffectiveLengthResult& result, int shortest);

}  // namespace assay
