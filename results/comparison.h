// What a comparison of runs found, as values: what `assay compare` prints, what --json writes and
// what a report draws. Nothing here is computed; results/compare.h fills it in.
//
// Directions: a difference is always other − base. `lost` items are right in the base and wrong in
// the other. Shares are 0..1 here; texts show them in points (hundredths).
//
// Thread-safety: value types.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "assay/measurement.h"
#include "results/model_cost.h"

namespace assay {

// How a figure is read, which decides how its difference is taken and written.
enum class FigureKind {
  kShare,       // 0..1: accuracy, exact match, pass@k; differences in points
  kPerplexity,  // differences as a ratio: other/base − 1, in percent
  kNumber       // anything else: plain differences
};

// One figure measured on the same items in both runs.
struct PairedEstimate {
  double base;   // over the paired items
  double other;  // over the same items
  // other − base; for perplexities other/base − 1.
  double difference;
  std::size_t n;                      // paired items
  std::size_t clusters;               // independent groups of items; n when each stands alone
  std::optional<double> std_error;    // of the difference (perplexities: of its logarithm)
  std::optional<Interval> interval;   // of the difference, 95 %
  std::string interval_method;        // "Tango", "paired", "clustered", "log ratio", "bootstrap"
  std::optional<double> p_value;      // two-sided, of no difference
  std::string test;                   // "exact McNemar", "paired t", …; "" without a p
  std::optional<double> detectable;   // smallest |difference| seen with 80 % probability
  std::optional<double> p_tolerable;  // of "worse by the margin or more", two-sided; with a margin
};

// Absence as everywhere: a figure, or the reason why there is none.
using Paired = std::variant<NotRun, Failed, PairedEstimate>;
inline const PairedEstimate* as_paired(const Paired& p) { return std::get_if<PairedEstimate>(&p); }

// One metric under one filter.
struct MetricComparison {
  std::string metric;
  std::string filter;
  bool higher_is_better = true;
  FigureKind kind = FigureKind::kShare;
  bool headline = false;  // the task's figure that claims are made about
  Paired paired;
  // Only for right-or-wrong metrics: exact McNemar over the discordant items.
  std::optional<double> mcnemar_p;
};

// What became of each item under the headline metric; only for right-or-wrong metrics.
struct FlipCounts {
  std::size_t items = 0;  // paired and measured
  std::size_t both_right = 0;
  std::size_t lost = 0;         // right → wrong
  std::size_t gained = 0;       // wrong → right
  std::size_t wrong_same = 0;   // wrong → the same wrong answer
  std::size_t wrong_other = 0;  // wrong → another wrong answer
  // Wrong in both, but what was answered is not on record (a code task, a greedy flag).
  std::size_t wrong_unknown = 0;
  std::size_t flips() const { return lost + gained; }
};

// A mean over items with its 95 % interval.
struct MeanFigure {
  double value;
  std::size_t n;
  std::optional<Interval> interval;
};

// How far the choice distributions (softmax over the choices' log-likelihoods) moved.
struct ChoiceShift {
  MeanFigure kl;         // KL(base ‖ other), nats
  MeanFigure variation;  // total-variation distance, 0..1
};

// How far the distributions over the whole vocabulary moved at the kept positions (--keep-probs):
// means over items of each item's mean over positions. The true figures lie between the value and
// `at_most`, whatever the tokens outside the records are (docs/statistics.md).
struct NextTokenShift {
  std::optional<MeanFigure> kl;      // KL(base ‖ other), nats, at least; absent: infinite
  std::optional<double> kl_at_most;  // absent: not bounded
  MeanFigure variation{};            // total-variation distance, 0..1, at least
  double variation_at_most = 0;
  double covered = 0;         // mean base probability of the tokens that both records list
  std::size_t positions = 0;  // compared
  std::size_t unlike = 0;     // kept in the base, with other tokens in front in the other run
  std::size_t infinite = 0;   // of the compared ones, where KL is infinite
};

struct Calibration {
  double base_ece, other_ece;  // 10 bins of equal mass
  Interval ece_change;         // 95 %, bootstrap over items
  double base_brier, other_brier;
  std::optional<Interval> brier_change;  // 95 %, paired
  std::size_t n;
};

// Where generated texts of the same prompt part.
struct Divergence {
  std::size_t texts = 0;      // pairs of texts compared (first sample of each item)
  std::size_t identical = 0;  // the same to the end
  // Of those that part: the median place of the first other character (code point) and of the first
  // other token, counted from 0.
  std::optional<double> median_character{};
  std::optional<double> median_token{};
  std::size_t tokens_known = 0;  // parted texts whose tokens both runs have on record
};

// What changed at each length and in each cell of a long-context task, over the items that both
// runs measured there. A cell or length without such items is NotRun.
struct LengthDifference {
  int length = 0;
  Paired paired;
  std::optional<double> adjusted_p{};  // Holm over the lengths
};

struct CellDifference {
  int length = 0;
  double depth = 0;  // percent
  Paired paired;
};

struct LengthShift {
  std::string metric;
  std::string filter;
  std::vector<LengthDifference> by_length;  // ascending
  std::vector<CellDifference> cells;        // every length with every depth, lengths first
};

// What can be said about one task, after Holm's correction over the claims of a comparison.
enum class Verdict {
  kWorse,         // detected: the other is worse
  kBetter,        // detected: the other is better
  kNotWorse,      // with a margin: worse by less than the margin, if at all
  kNoDifference,  // nothing detected; `detectable` says what could have been
  kUndecided,     // with a margin: neither worse nor within the margin
  kNotCompared    // no figure on both sides
};

struct Claim {
  Verdict verdict = Verdict::kNotCompared;
  std::optional<double> adjusted_p;  // Holm over the comparison's claims
  // With a margin: whether "worse by the margin or more" is excluded (after Holm).
  bool within_margin = false;
  std::string sentence;  // "Q4_K_M is worse than F16 on gsm8k by 3.1 points (95 %: 1.2 to 5.0)"
};

// One task, one group, or all tasks together.
struct TaskComparison {
  std::string name;   // "" for all tasks together
  std::string alias;  // display name
  bool is_group = false;
  std::size_t depth = 0;
  std::size_t base_items = 0;   // asked in the base run
  std::size_t other_items = 0;  // asked in the other
  std::size_t common = 0;       // asked in both, by item id
  std::size_t paired = 0;       // of those, measured in both
  std::size_t base_errors = 0;  // of the common ones, item errors
  std::size_t other_errors = 0;
  std::size_t one_sided = 0;  // of the common ones, an item error in exactly one of the runs
  bool neither = false;       // neither run has a figure: that says nothing about the two
  std::string data_label;
  std::string refused;  // why nothing is said about it, e.g. too many item errors; "" = compared
  std::vector<MetricComparison> metrics;
  std::optional<FlipCounts> flips;
  std::optional<double> agreement;  // share of items with the same answer
  std::optional<ChoiceShift> choices;
  std::optional<NextTokenShift> next_token;  // of runs with --keep-probs
  std::optional<Calibration> calibration;
  std::optional<Divergence> divergence;
  std::optional<Claim> claim;  // for the lines that claims are made about
  std::vector<std::string> notes;
  std::optional<LengthShift> lengths{};  // of long-context tasks, for the headline

  const MetricComparison* headline() const {
    for (const MetricComparison& m : metrics) {
      if (m.headline) return &m;
    }
    return nullptr;
  }
};

// An item that changed, for --flips.
struct Flip {
  std::string task, item, group;
  enum class Kind { kLost, kGained, kOtherWrong } kind = Kind::kLost;
  std::string prompt;
  std::string gold;  // "" when the task cannot say
  std::string base_answer, other_answer;
  // Multiple choice: of the answer each run picked, by softmax over what the headline metric picks
  // by (acc_norm: per character). Absent for generated answers.
  std::optional<double> base_probability, other_probability;
};

// One run as seen from a comparison: its label and what it cost.
struct ComparedRun {
  std::string label;   // short and unique in the comparison: "Q4_K_M"
  std::string folder;  // where it was read
  std::string model;   // ModelInfo::name
  std::string identity;
  std::string failed;  // why there is no run (a model that did not load); "" = there is one
  ModelCost cost;      // what the run folder holds of it
};

// A setting in which two runs differ besides the model.
struct SettingDifference {
  std::string field;  // "tasks gsm8k.shots"
  std::string base, other;
  std::string advice;  // what it means or what to do
  bool refuses = false;
};

struct PairComparison {
  ComparedRun other;
  bool same_file = false;  // both runs measured the same model file
  std::vector<SettingDifference> differences;
  std::vector<std::string> only_base, only_other;  // tasks in one run only
  std::vector<TaskComparison> tasks;               // report order: groups in front of their tasks
  std::optional<TaskComparison> overall;           // items of all tasks pooled
  std::vector<Flip> flips;
  std::vector<std::string> notes;
};

struct CompareOptions {
  double alpha = 0.05;
  // Points for shares, percent for perplexities, plain for numbers; absent = none.
  std::optional<double> margin;
  // A task is refused when more of its items than this share were measured in one run only: those
  // it lost may be the hard ones. Items that neither run could measure are left out and counted.
  double max_error_share = 0.05;
  bool despite_differences = false;  // annotate differences that would refuse
  std::vector<std::string> tasks;    // only these; empty = all
};

enum class Outcome { kNoRegression, kRegression, kInconclusive, kRefused };

struct Comparison {
  CompareOptions options;
  ComparedRun base;
  std::vector<PairComparison> others;
  Outcome outcome = Outcome::kInconclusive;
  std::string outcome_reason;  // one sentence
  // "smallest file that is not worse: Q5_K_M"; "" with a single other or without sizes.
  std::string smallest;
};

}  // namespace assay
