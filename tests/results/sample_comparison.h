// A comparison made up by hand that has every kind of line: a regression, nothing detected, a
// refused task, a group, a figure that was not run, a perplexity, generated texts, differences of
// settings, a run that failed. For texts and reports.
#pragma once

#include <string>
#include <utility>

#include "results/comparison.h"

namespace assay::test {

inline MetricComparison share_metric(const std::string& metric, double base, double other,
                                     Interval interval, std::size_t n, double p,
                                     double detectable) {
  MetricComparison m;
  m.metric = metric;
  m.filter = "none";
  m.headline = true;
  m.paired = PairedEstimate{base,    other, other - base,    n,          n, 0.012, interval,
                            "Tango", p,     "exact McNemar", detectable, {}};
  m.mcnemar_p = p;
  return m;
}

inline Comparison sample_comparison(bool ladder) {
  Comparison c;
  c.base = {"F16", "runs/starter-F16", "m-F16.gguf", "aa", "", {}};
  c.base.cost.file_bytes = 2470000000;
  c.base.cost.bits_per_weight = 16.01;
  c.base.cost.load_seconds = 1.2;
  c.base.cost.prompt_tokens_per_second = 812;
  c.base.cost.generation_tokens_per_second = 61;
  c.base.cost.peak_memory_bytes = 3100000000;
  PairComparison pair;
  pair.other = {"Q4_K_M", "runs/starter-Q4_K_M", "m-Q4_K_M.gguf", "bb", "", {}};
  pair.other.cost.file_bytes = 810000000;
  pair.other.cost.bits_per_weight = 4.85;
  pair.other.cost.prompt_tokens_per_second = 1320;
  pair.other.cost.peak_memory_bytes = 1400000000;

  TaskComparison mmlu;
  mmlu.name = "mmlu";
  mmlu.is_group = true;
  mmlu.base_items = mmlu.other_items = mmlu.common = mmlu.paired = 1000;
  mmlu.metrics = {share_metric("acc", 0.612, 0.606, {-0.021, 0.009}, 1000, 0.43, 0.024)};
  mmlu.flips = FlipCounts{1000, 560, 52, 46, 300, 42, 0};
  mmlu.agreement = 0.86;
  mmlu.choices =
      ChoiceShift{{0.0312, 1000, Interval{0.028, 0.034}}, {0.0621, 1000, Interval{0.058, 0.066}}};
  mmlu.next_token = NextTokenShift{MeanFigure{0.0121, 1000, Interval{0.0112, 0.013}},
                                   0.0274,
                                   {0.0306, 1000, Interval{0.029, 0.0322}},
                                   0.0331,
                                   0.996,
                                   1000,
                                   0,
                                   0};
  mmlu.calibration =
      Calibration{0.041, 0.058, {0.002, 0.031}, 0.512, 0.521, Interval{0.002, 0.016}, 1000};
  mmlu.claim = Claim{Verdict::kNoDifference, 0.86, false,
                     "no difference detected on mmlu; this run could have seen 2.4 points or more"};
  pair.tasks.push_back(mmlu);
  TaskComparison anatomy = mmlu;
  anatomy.name = "mmlu_anatomy";
  anatomy.alias = "anatomy";
  anatomy.is_group = false;
  anatomy.depth = 1;
  anatomy.base_items = anatomy.other_items = anatomy.common = anatomy.paired = 135;
  anatomy.metrics = {share_metric("acc", 0.533, 0.526, {-0.06, 0.045}, 135, 1.0, 0.07)};
  anatomy.flips = FlipCounts{135, 68, 4, 3, 50, 10, 0};
  anatomy.claim.reset();
  pair.tasks.push_back(anatomy);

  TaskComparison gsm8k;
  gsm8k.name = "gsm8k";
  gsm8k.base_items = gsm8k.other_items = gsm8k.common = 1319;
  gsm8k.paired = 1310;
  gsm8k.base_errors = 4;
  gsm8k.other_errors = 9;
  gsm8k.metrics = {
      share_metric("exact_match", 0.402, 0.371, {-0.050, -0.012}, 1310, 0.0012, 0.027)};
  gsm8k.metrics.front().filter = "strict-match";
  gsm8k.flips = FlipCounts{1310, 430, 97, 56, 500, 227, 0};
  gsm8k.agreement = 0.71;
  gsm8k.divergence = Divergence{1310, 520, 148, 37, 790};
  NextTokenShift texts;
  texts.kl = MeanFigure{0.0213, 1310, Interval{0.0204, 0.0222}};
  texts.kl_at_most = 0.648;
  texts.variation = {0.0487, 1310, Interval{0.0471, 0.0503}};
  texts.variation_at_most = 0.0914;
  texts.covered = 0.951;
  texts.positions = 14310;
  texts.unlike = 6650;
  gsm8k.next_token = texts;
  gsm8k.claim = Claim{Verdict::kWorse, 0.0048, false,
                      "Q4_K_M is worse than F16 on gsm8k by 3.1 points (95 %: 1.2 to 5.0)"};
  gsm8k.notes = {
      "1310 of 1319 items compared; the others are item errors (base 4, other 9; 5 in one "
      "run only)"};
  pair.tasks.push_back(gsm8k);

  TaskComparison code;
  code.name = "humaneval";
  code.base_items = code.other_items = code.common = code.paired = 164;
  MetricComparison not_run;
  not_run.metric = "pass@1";
  not_run.filter = "create_test";
  not_run.headline = true;
  not_run.paired = NotRun{"not run in the base: no sandbox"};
  code.metrics = {not_run};
  code.claim = Claim{Verdict::kNotCompared,
                     {},
                     false,
                     "not compared on humaneval: not run in the base: no sandbox"};
  pair.tasks.push_back(code);

  TaskComparison wiki;
  wiki.name = "wikitext";
  wiki.base_items = wiki.other_items = wiki.common = wiki.paired = 62;
  MetricComparison ppl;
  ppl.metric = "word_perplexity";
  ppl.filter = "none";
  ppl.higher_is_better = false;
  ppl.kind = FigureKind::kPerplexity;
  ppl.headline = true;
  ppl.paired = PairedEstimate{
      12.41,   12.78,      0.0298, 62, 62, 0.0012, Interval{0.0274, 0.0322}, "paired, logarithm",
      0.00001, "paired t", 0.004,  {}};
  wiki.metrics = {ppl};
  wiki.claim = Claim{Verdict::kWorse, 0.00004, false,
                     "Q4_K_M is worse than F16 on wikitext by a perplexity 3.0 % higher (95 %: 2.7 "
                     "to 3.2)"};
  pair.tasks.push_back(wiki);

  TaskComparison needle;
  needle.name = "needle";
  needle.base_items = needle.other_items = needle.common = 100;
  needle.paired = 90;
  needle.refused =
      "10 of 100 items (10.0 %) were measured in one run only (item errors: base 0, other 10), "
      "more "
      "than the 5 % that are accepted (--max-errors)";
  needle.claim =
      Claim{Verdict::kNotCompared, {}, false, "not compared on needle: " + needle.refused};
  pair.tasks.push_back(needle);

  pair.only_base = {"mbpp"};
  pair.differences = {{"model.threads", "4", "8",
                       "can change the last digits of a log-likelihood, rarely a pick", false}};
  pair.flips = {
      {"gsm8k", "00012", "", Flip::Kind::kLost, "Q: What is 2 plus 2?\nA:", "4", "4", "5", {}, {}},
      {"mmlu_anatomy", "00003", "anatomy", Flip::Kind::kOtherWrong,
       "Which bone is longest?\nA. Ulna\nB. Femur\nAnswer:", "B", "A", "C", 0.412, 0.377}};
  c.others.push_back(pair);
  if (ladder) {
    PairComparison small = pair;
    small.other.label = "Q8_0";
    small.other.folder = "runs/starter-Q8_0";
    small.other.cost.file_bytes = 1300000000;
    small.other.cost.bits_per_weight = 8.5;
    small.tasks.resize(1);
    small.only_base.clear();
    small.differences.clear();
    small.flips.clear();
    c.others.push_back(small);
    PairComparison broken;
    broken.other.label = "Q2_K";
    broken.other.failed = "the file ends in the middle of a tensor";
    c.others.push_back(broken);
    c.smallest = "smallest file not found to be worse: Q8_0";
  }
  c.outcome = Outcome::kRefused;
  c.outcome_reason = "refused: Q4_K_M on needle";
  return c;
}

}  // namespace assay::test
