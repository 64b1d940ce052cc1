// See the header.
#include "results/claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "scorers/holm.h"
#include "scorers/mcnemar.h"

namespace assay {
namespace {

// Worse is a fall of what should be high and a rise of what should be low.
bool is_worse(const MetricComparison& metric, double difference) {
  return metric.higher_is_better ? difference < 0 : difference > 0;
}

std::string number_text(FigureKind kind, double value) {
  const double shown = kind == FigureKind::kNumber ? value : 100 * value;
  if (kind == FigureKind::kNumber) return fmt::format("{:.4f}", shown);
  // Small differences keep a digit that is not zero.
  return std::fabs(shown) < 0.1 && shown != 0 ? fmt::format("{:.2f}", shown)
                                              : fmt::format("{:.1f}", shown);
}

std::string unit_of(FigureKind kind, double value) {
  if (kind == FigureKind::kShare) {
    return number_text(kind, std::fabs(value)) == "1.0" ? " point" : " points";
  }
  return kind == FigureKind::kPerplexity ? " %" : "";
}

// The interval of how much worse (or better), low end first.
std::string sized_interval(const MetricComparison& metric, const PairedEstimate& e, bool flip,
                           double alpha) {
  if (!e.interval) return "";
  double low = flip ? -e.interval->high : e.interval->low;
  double high = flip ? -e.interval->low : e.interval->high;
  return fmt::format(" ({:g} %: {} to {})", 100 * (1 - alpha), number_text(metric.kind, low),
                     number_text(metric.kind, high));
}

std::string margin_text(const MetricComparison& metric, double margin) {
  if (metric.kind == FigureKind::kShare) {
    return fmt::format("{:g} point{}", margin, margin == 1 ? "" : "s");
  }
  return fmt::format("{:g}{}", margin, metric.kind == FigureKind::kPerplexity ? " %" : "");
}

std::string place_of(const TaskComparison& task) {
  if (task.name.empty()) return "all tasks together";
  return task.name;
}

struct Writer {
  const std::string& base;
  const std::string& other;
  const CompareOptions& options;

  std::string detected(const TaskComparison& task, const MetricComparison& metric,
                       const PairedEstimate& e) const {
    const bool worse = is_worse(metric, e.difference);
    const std::string how =
        metric.kind == FigureKind::kPerplexity
            ? fmt::format("a perplexity {} {}", size_text(metric.kind, e.difference),
                          e.difference > 0 ? "higher" : "lower")
            : size_text(metric.kind, e.difference);
    return fmt::format("{} is {} than {} on {} by {}{}", other, worse ? "worse" : "better", base,
                       place_of(task), how,
                       sized_interval(metric, e, e.difference < 0, options.alpha));
  }

  std::string could_have_seen(const MetricComparison& metric, const PairedEstimate& e) const {
    if (!e.detectable) {
      return fmt::format("{} items are too few to see any", e.n);
    }
    return fmt::format("this run could have seen {} or more",
                       size_text(metric.kind, *e.detectable));
  }

  std::string nothing(const TaskComparison& task, const MetricComparison& metric,
                      const PairedEstimate& e) const {
    std::string text = fmt::format("no difference detected on {}", place_of(task));
    const bool excludes_zero = e.interval && (e.interval->low > 0 || e.interval->high < 0);
    if (excludes_zero && e.p_value && task.claim->adjusted_p) {
      text += fmt::format(" that holds for several claims (p {:.2g}, corrected {:.2g})", *e.p_value,
                          *task.claim->adjusted_p);
    }
    return text + "; " + could_have_seen(metric, e);
  }

  std::string within(const TaskComparison& task, const MetricComparison& metric,
                     const PairedEstimate& e, bool worse) const {
    const std::string limit = margin_text(metric, *options.margin);
    if (worse) return detected(task, metric, e) + fmt::format(", but by less than {}", limit);
    return fmt::format("{} is not worse than {} by more than {} on {} ({:g} %)", other, base, limit,
                       place_of(task), 100 * (1 - options.alpha));
  }

  std::string undecided(const TaskComparison& task, const MetricComparison& metric,
                        const PairedEstimate& e) const {
    std::string text = fmt::format("undecided on {}: a loss of {} is not excluded", place_of(task),
                                   margin_text(metric, *options.margin));
    if (e.interval) {
      text +=
          fmt::format(" (difference {}, {:g} %: {} to {})", signed_text(metric.kind, e.difference),
                      100 * (1 - options.alpha), signed_text(metric.kind, e.interval->low),
                      signed_text(metric.kind, e.interval->high));
    }
    return text + "; " + could_have_seen(metric, e);
  }
};

std::string reason_of(const TaskComparison& task) {
  if (!task.refused.empty()) return task.refused;
  const MetricComparison* metric = task.headline();
  if (metric == nullptr) return "no figure in common";
  if (const auto* failed = std::get_if<Failed>(&metric->paired)) return failed->reason;
  if (const auto* not_run = std::get_if<NotRun>(&metric->paired)) return not_run->reason;
  return "";
}

std::vector<TaskComparison*> claimed_lines(PairComparison& pair) {
  std::vector<TaskComparison*> lines;
  for (TaskComparison& task : pair.tasks) {
    if (task.claim) lines.push_back(&task);
  }
  if (pair.overall && pair.overall->claim) lines.push_back(&*pair.overall);
  return lines;
}

const PairedEstimate* figure_of(const TaskComparison& task) {
  const MetricComparison* metric = task.headline();
  return metric == nullptr || !task.refused.empty() ? nullptr : as_paired(metric->paired);
}

void decide(TaskComparison& task, const Writer& writer) {
  const MetricComparison* metric = task.headline();
  const PairedEstimate* e = figure_of(task);
  Claim& claim = *task.claim;
  if (e == nullptr) {
    claim.verdict = Verdict::kNotCompared;
    claim.sentence = fmt::format("not compared on {}: {}", place_of(task), reason_of(task));
    return;
  }
  const bool detected = claim.adjusted_p && *claim.adjusted_p <= writer.options.alpha;
  const bool worse = detected && is_worse(*metric, e->difference);
  if (claim.within_margin && !(detected && !worse)) {
    claim.verdict = Verdict::kNotWorse;
    claim.sentence = writer.within(task, *metric, *e, worse);
  } else if (detected) {
    claim.verdict = worse ? Verdict::kWorse : Verdict::kBetter;
    claim.sentence = writer.detected(task, *metric, *e);
  } else if (writer.options.margin) {
    claim.verdict = Verdict::kUndecided;
    claim.sentence = writer.undecided(task, *metric, *e);
  } else {
    claim.verdict = Verdict::kNoDifference;
    claim.sentence = writer.nothing(task, *metric, *e);
  }
}

bool acceptable(const PairComparison& pair) {
  bool compared = false;
  const auto fine = [&](const TaskComparison& task) {
    if (!task.claim) return true;
    const Verdict v = task.claim->verdict;
    compared = compared || v != Verdict::kNotCompared;
    const bool missing = v == Verdict::kNotCompared && !task.neither;
    return !missing && v != Verdict::kWorse && v != Verdict::kUndecided;
  };
  const bool all = std::all_of(pair.tasks.begin(), pair.tasks.end(), fine) &&
                   (!pair.overall || fine(*pair.overall));
  return all && compared && pair.other.failed.empty();
}

std::string smallest_sentence(const Comparison& comparison) {
  const ComparedRun* smallest = &comparison.base;
  if (comparison.others.size() < 2 || !comparison.base.cost.file_bytes) return "";
  for (const PairComparison& pair : comparison.others) {
    if (!pair.other.cost.file_bytes || !acceptable(pair)) continue;
    if (*pair.other.cost.file_bytes < *smallest->cost.file_bytes) smallest = &pair.other;
  }
  const std::string what = comparison.options.margin
                               ? fmt::format("smallest file that is not worse by more than {:g}",
                                             *comparison.options.margin)
                               : std::string("smallest file not found to be worse");
  if (smallest == &comparison.base) {
    return fmt::format("{}: none is smaller than {} itself", what, comparison.base.label);
  }
  return fmt::format("{}: {}", what, smallest->label);
}

}  // namespace

std::string size_text(FigureKind kind, double difference) {
  return number_text(kind, std::fabs(difference)) + unit_of(kind, difference);
}

std::string signed_text(FigureKind kind, double difference) {
  const std::string number = number_text(kind, difference);
  const std::string sign = !number.starts_with('-') ? "+" : "";
  return sign + number + (kind == FigureKind::kPerplexity ? " %" : "");
}

void decide_claims(PairComparison& pair, const std::string& base_label,
                   const CompareOptions& options) {
  const std::vector<TaskComparison*> lines = claimed_lines(pair);
  std::vector<TaskComparison*> tested;
  std::vector<double> p_values;
  std::vector<double> tolerable;
  for (TaskComparison* line : lines) {
    const PairedEstimate* e = figure_of(*line);
    if (e == nullptr) continue;
    tested.push_back(line);
    p_values.push_back(e->p_value.value_or(1.0));
    tolerable.push_back(e->p_tolerable.value_or(1.0));
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  const std::vector<double> excluded = holm_adjusted(tolerable);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    tested[i]->claim->adjusted_p = adjusted[i];
    tested[i]->claim->within_margin = options.margin && excluded[i] <= options.alpha;
  }
  const Writer writer{base_label, pair.other.label, options};
  for (TaskComparison* line : lines) decide(*line, writer);
}

void conclude(Comparison& comparison) {
  std::vector<std::string> worse, undecided, refused, missing;
  bool could_see = false;
  bool compared = false;
  for (PairComparison& pair : comparison.others) {
    const std::string& label = pair.other.label;
    if (!pair.other.failed.empty()) refused.push_back(label);
    for (const TaskComparison* line : claimed_lines(pair)) {
      const std::string name = fmt::format("{} on {}", label, place_of(*line));
      if (!line->refused.empty()) refused.push_back(name);
      const Verdict v = line->claim->verdict;
      if (v == Verdict::kWorse) worse.push_back(name);
      if (v == Verdict::kUndecided) undecided.push_back(name);
      if (v == Verdict::kNotCompared && line->refused.empty() && !line->neither)
        missing.push_back(name);
      if (v == Verdict::kNotCompared) continue;
      compared = true;
      const PairedEstimate* e = figure_of(*line);
      could_see = could_see || v != Verdict::kNoDifference || (e != nullptr && e->detectable);
    }
  }
  const auto say = [&](Outcome outcome, std::string reason) {
    comparison.outcome = outcome;
    comparison.outcome_reason = std::move(reason);
  };
  if (!refused.empty()) {
    say(Outcome::kRefused, fmt::format("refused: {}", fmt::join(refused, ", ")));
  } else if (!worse.empty()) {
    say(Outcome::kRegression, fmt::format("worse: {}", fmt::join(worse, ", ")));
  } else if (!compared) {
    say(Outcome::kInconclusive, "inconclusive: no task has a figure in both runs");
  } else if (!missing.empty()) {
    say(Outcome::kInconclusive,
        fmt::format("inconclusive: not compared: {}", fmt::join(missing, ", ")));
  } else if (!undecided.empty()) {
    say(Outcome::kInconclusive,
        fmt::format("inconclusive: a loss beyond the margin is not excluded: {}",
                    fmt::join(undecided, ", ")));
  } else if (!could_see) {
    say(Outcome::kInconclusive, "inconclusive: too few items to see any difference");
  } else {
    say(Outcome::kNoRegression,
        comparison.options.margin ? "not worse by more than the margin" : "no regression detected");
  }
  comparison.smallest = smallest_sentence(comparison);
}

}  // namespace assay
