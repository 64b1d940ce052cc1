// Scores are pure functions of the evidence: a Scorer looks at one item and one response and says
// what it extracted, by which rule, and what that is worth. Metrics then aggregate judgements.
//
// Filters and metrics are data (names with JSON arguments) so that a declarative task can state
// them; scorers/ turns the names into functions and refuses unknown ones.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "assay/code_executor.h"
#include "assay/item.h"
#include "assay/json.h"
#include "assay/response.h"

namespace assay {

// One step of a filter pipeline: protocols.md section 7 ("regex", "take_first", "majority_vote",
// …).
struct FilterStep {
  std::string function;
  Json args = Json::object();
};

// Maps the samples of one item to what is scored. The name is part of the metric's key
// ("exact_match,strict-match"). No pipeline = {"none", {take_first}}.
struct FilterPipeline {
  std::string name;
  std::vector<FilterStep> steps;
};

struct MetricSpec {
  std::string name;  // "acc", "acc_norm", "exact_match", "pass@k", "perplexity", …
  std::string aggregation = "mean";  // "mean", "perplexity", "weighted_perplexity", …
  bool higher_is_better = true;
  Json args = Json::object();  // exact_match: ignore_case, regexes_to_ignore …; pass@k: {"k":[1]}
};

// One number for one item. `weight` is the denominator of weighted aggregations (words, bytes);
// metrics that are plain means leave it at 1.
struct MetricValue {
  std::string metric;  // as reported: "acc", "pass@1"
  double value;
  double weight = 1.0;
};

// How the program made of one sample ended. kDidNotStart: it was not measured, `detail` says why.
struct ProgramOutcome {
  CodeOutcome kind = CodeOutcome::kDidNotStart;
  std::string detail;  // as in CodeVerdict: the exception, the limit, the rule
};

// The verdict on one item under one filter pipeline.
struct Judgement {
  std::string filter;               // pipeline name, "none" without one
  std::vector<MetricValue> values;  // empty when `not_run` says why nothing could be measured
  Json filtered;                    // what the pipeline left: string, [ll, greedy] pairs, programs
  std::string extracted;            // the answer read out of the response, for people
  std::string rule;                 // which rule produced it: "argmax", "regex #2 last match"
  std::string why;                  // one short sentence: "picked B, gold C"
  std::string not_run;              // e.g. "no sandbox"; then there is no score, rather than 0
  // Code tasks: how each sample's program ended, in sample order (none when no code was run), and
  // how many of the programs are different ones (scorers/code_judgement.h says what is the same).
  std::vector<ProgramOutcome> programs = {};
  std::size_t distinct_programs = 0;
};

// What a plug-in can add under a name of its own (plugin.h) follows. All are called from several
// threads at once, must be pure, and may throw std::exception: then the item in hand is an item
// error.

// A step of a filter pipeline: the texts of one item in, what is left of them out (at least one).
// `args` is FilterStep::args, `doc` the item's document.
using Filter = std::function<std::vector<std::string>(const std::vector<std::string>& texts,
                                                      const Json& args, const Json& doc)>;

// What a metric sees of one item.
struct MetricInput {
  const Json& doc;
  const Json& args;                     // MetricSpec::args
  std::string text;                     // generated answers: what the filter pipeline left
  std::vector<std::string> references;  // generated answers: all acceptable ones
  std::vector<std::string> choices;     // multiple choice: the choices as the task writes them,
  std::vector<double> loglikelihoods;   //   the log-likelihood of each (nats),
  std::vector<std::size_t> golds;       //   and the positions of the right ones
};

// The worth of one item, a finite number.
using Metric = std::function<double(const MetricInput& input)>;

// One figure out of the values of all items, in data set order; the values may be reordered in
// place. Its standard error and interval come from a bootstrap over items. REQUIRES: not empty
using Aggregation = std::function<double(std::span<double> values)>;

// The whole verdict on an item: values, extracted, rule and why of a Judgement (the rest is filled
// in). Texts have passed the task's filter pipeline before. `args` is Task::scorer_args.
using Scorer =
    std::function<Judgement(const Item& item, const Response& response, const Json& args)>;

}  // namespace assay
