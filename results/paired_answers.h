// What changed between two runs beyond the score: which items flipped, how often the answers agree,
// how far the probabilities of the choices moved, whether the model became less (or more) sure than
// it should be, and where generated texts part.
//
// Pure and thread-safe. Nothing of it throws: a document that lacks a field has no figure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/task.h"
#include "results/comparison.h"
#include "results/next_token_shift.h"
#include "results/pairing.h"
#include "results/parted_texts.h"

namespace assay {

// One item's answer as people would name it, and how probable it was.
struct Answer {
  std::string text;  // "B: Paris", "42"
  // Multiple choice: softmax over what the metric picks by (acc_norm: log-likelihood per
  // character).
  std::optional<double> probability;
};

// The answer that `metric` judged (acc_norm picks by another rule than acc); nullopt when the
// evidence does not name one (code tasks, a greedy flag, texts that are rolled over).
std::optional<Answer> answer_of(const Task& task, const ItemRecord& record,
                                const std::string& metric, const std::string& filter);

// What happened to the items of some tasks; sums are over the pairs of all of them.
class AnswerComparison {
 public:
  // `same_tokens`: a token id means the same in both runs.
  AnswerComparison(double alpha, bool same_tokens) : alpha_(alpha), same_tokens_(same_tokens) {}

  // Adds a task's pairs. `metric` and `filter` are its headline's.
  void add(const Task& task, const TaskPairs& pairs, const std::string& metric,
           const std::string& filter, bool higher_is_better);

  // Fills in flips, agreement, choices, next tokens, calibration and divergence, as far as there is
  // something.
  void finish(TaskComparison& out) const;

  // The items that changed, in item order.
  const std::vector<Flip>& flips() const { return flips_; }

 private:
  struct Shift {
    double kl, variation;
    std::size_t cluster;
  };
  struct Sure {
    double base, other;  // confidence
    bool base_right, other_right;
    double base_brier, other_brier;
    std::size_t cluster;
  };
  void add_distributions(const Task& task, const ItemPair& pair);

  double alpha_;
  bool same_tokens_;
  std::size_t cluster_offset_ = 0;  // keeps clusters of different tasks apart
  bool binary_ = true;              // so far every headline value was 0 or 1
  FlipCounts counts_;
  std::size_t answered_ = 0;  // pairs in which both answers are known
  std::size_t agreeing_ = 0;
  std::vector<Shift> shifts_;
  std::vector<Sure> sure_;
  PartedTexts texts_;
  NextTokenShiftSum next_tokens_;
  std::vector<Flip> flips_;
};

}  // namespace assay
