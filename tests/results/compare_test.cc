// Comparisons of runs: every figure against an independent computation from the run folders' own
// files, what is refused and how, and what is claimed.
#include "results/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "results/claims.h"
#include "results/comparability.h"
#include "results/compared_run.h"
#include "results/comparison_json.h"
#include "results/comparison_text.h"
#include "results/paired_metric.h"
#include "scorers/paired_proportions.h"
#include "tests/approval/approval.h"
#include "tests/results/pair_fixture.h"
#include "tests/results/sample_comparison.h"
#include "tests/support/independent_pairs.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using testing::figures_by_hand;
using ::testing::HasSubstr;
using testing::IndependentFigures;
using ::testing::Not;
using testing::PairRuns;
using testing::pairs_in;
using testing::SkilledModel;

Comparison compare(const RunFolder& base, const RunFolder& other,
                   const CompareOptions& options = {}) {
  const expected<Comparison> c = compare_runs(base, std::span(&other, 1), options);
  EXPECT_TRUE(c) << c.error().message;
  return c ? *c : Comparison{};
}

const TaskComparison& task_in(const Comparison& c, const std::string& name) {
  for (const TaskComparison& task : c.others.front().tasks) {
    if (task.name == name) return task;
  }
  ADD_FAILURE() << "no task " << name;
  return c.others.front().tasks.front();
}

const PairedEstimate& headline_of(const TaskComparison& task) {
  return *as_paired(task.headline()->paired);
}

TEST(Compare, EveryTaskEqualsAnIndependentComputation) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path());
  const RunFolder base = runs.go("m-F16", 0.7, "a");
  const RunFolder other = runs.go("m-Q2", 0.45, "b");
  const Comparison c = compare(base, other);
  std::size_t checked = 0;
  for (const TaskComparison& task : c.others.front().tasks) {
    for (const MetricComparison& m : task.metrics) {
      const auto pairs = pairs_in(base.path, other.path, task.name, m.metric, m.filter);
      ASSERT_FALSE(pairs.empty()) << task.name;
      const PairedEstimate& e = *as_paired(m.paired);
      EXPECT_EQ(e.n, pairs.size());
      if (m.kind != FigureKind::kShare) continue;
      const IndependentFigures f = figures_by_hand(pairs);
      EXPECT_NEAR(e.base, static_cast<double>(f.base), 1e-12);
      EXPECT_NEAR(e.other, static_cast<double>(f.other), 1e-12);
      EXPECT_NEAR(e.difference, static_cast<double>(f.difference), 1e-12);
      EXPECT_NEAR(*m.mcnemar_p, static_cast<double>(f.mcnemar), 1e-12) << task.name;
      if (m.headline) {
        EXPECT_EQ(task.flips->lost, f.lost);
        EXPECT_EQ(task.flips->gained, f.gained);
        EXPECT_EQ(task.flips->items, f.n);
      }
      if (e.clusters == e.n) {
        EXPECT_NEAR(e.interval->low, static_cast<double>(f.low), 1e-12) << task.name;
        EXPECT_NEAR(e.interval->high, static_cast<double>(f.high), 1e-12) << task.name;
        EXPECT_NEAR(*e.std_error, static_cast<double>(f.mean_error), 1e-12);
        EXPECT_NEAR(*e.p_value, static_cast<double>(f.mcnemar), 1e-12);
      }
      ++checked;
    }
  }
  EXPECT_EQ(checked, 6U) << "arc_easy 2, boolq 1, gsm8k 2, lambada 1";
  // The pooled line: the sum of the parts.
  const FlipCounts& all = *c.others.front().overall->flips;
  std::size_t lost = 0;
  for (const char* name : {"arc_easy", "boolq", "gsm8k", "lambada_openai"}) {
    lost += task_in(c, name).flips->lost;
  }
  EXPECT_EQ(all.lost, lost);
  EXPECT_EQ(all.items, 200U + 120 + 60 + 60);
}

// BoolQ's questions share passages, four to each: the pair sum, written out.
TEST(Compare, QuestionsOfOnePassageAreACluster) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path(), 10);
  const Comparison c = compare(runs.go("m-F16", 0.7, "a"), runs.go("m-Q2", 0.5, "b"));
  const PairedEstimate& e = headline_of(task_in(c, "boolq"));
  EXPECT_EQ(e.n, 120U);
  EXPECT_EQ(e.clusters, 30U);
  EXPECT_EQ(e.interval_method, "clustered and Tango, the wider");
  const auto pairs = pairs_in(runs.root + "/m-F16", runs.root + "/m-Q2", "boolq", "acc", "none");
  const IndependentFigures f = figures_by_hand(pairs);
  long double sum = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    for (std::size_t j = 0; j < pairs.size(); ++j) {
      if (i / 4 != j / 4) continue;
      sum += (pairs[i].other - pairs[i].base - f.difference) *
             (pairs[j].other - pairs[j].base - f.difference);
    }
  }
  const double se = std::sqrt(static_cast<double>(sum) * 30 / 29) / 120;
  EXPECT_NEAR(*e.std_error, se, 1e-12);
  const double clustered = static_cast<double>(f.difference) - 2.045229642132703 * se;
  const FlipCounts& flips = *task_in(c, "boolq").flips;
  const Interval alone = tango_interval({flips.lost, flips.gained}, 120, 0.95);
  EXPECT_NEAR(e.interval->low, std::min(clustered, alone.low), 1e-9);
  EXPECT_GE(*e.p_value, static_cast<double>(f.mcnemar) - 1e-12) << "both tests have to see it";
}

// Answers that all stay the same say how rare a change is, not that there is none.
TEST(Compare, ClustersWithoutAFlipKeepAnInterval) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path(), 10);
  CompareOptions options;
  options.margin = 1.0;
  const Comparison c = compare(runs.go("m-F16", 0.7, "a"), runs.go("m-copy", 0.7, "a"), options);
  const PairedEstimate& e = headline_of(task_in(c, "boolq"));
  ASSERT_EQ(task_in(c, "boolq").flips->lost + task_in(c, "boolq").flips->gained, 0U);
  const Interval alone = tango_interval({0, 0}, 120, 0.95);
  EXPECT_DOUBLE_EQ(e.interval->low, alone.low);
  EXPECT_DOUBLE_EQ(e.interval->high, alone.high);
  EXPECT_LT(e.interval->low, -0.01) << "120 items cannot exclude a loss of one point";
  EXPECT_GT(e.p_tolerable.value_or(0.0), 0.05);
}

TEST(Compare, PerplexitiesAreComparedAsARatio) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path(), 10);
  const Comparison c = compare(runs.go("m-F16", 0.7, "a"), runs.go("m-Q2", 0.6, "b"));
  const PairedEstimate& e = headline_of(task_in(c, "wikitext"));
  EXPECT_NEAR(e.difference, e.other / e.base - 1, 1e-12);
  EXPECT_GT(e.difference, 0.0);
  EXPECT_LT(e.interval->low, e.difference);
  EXPECT_GT(e.interval->low, 0.0) << "a shift of every page is seen at once";
  EXPECT_EQ(task_in(c, "wikitext").claim->verdict, Verdict::kWorse);
  EXPECT_THAT(task_in(c, "wikitext").claim->sentence, HasSubstr("higher"));
  EXPECT_FALSE(task_in(c, "wikitext").flips) << "a text is not right or wrong";
}

TEST(Compare, ARegressionIsFoundAndNamed) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path());
  const RunFolder base = runs.go("m-F16", 0.7, "a");
  const RunFolder other = runs.go("m-Q2", 0.3, "b");
  const Comparison c = compare(base, other);
  EXPECT_EQ(c.outcome, Outcome::kRegression);
  EXPECT_THAT(c.outcome_reason, HasSubstr("Q2 on arc_easy"));
  const Claim& claim = *task_in(c, "arc_easy").claim;
  EXPECT_EQ(claim.verdict, Verdict::kWorse);
  EXPECT_THAT(claim.sentence, HasSubstr("Q2 is worse than F16 on arc_easy by "));
  EXPECT_THAT(claim.sentence, HasSubstr("points (95 %: "));
  // The other way round it is an improvement, and no regression.
  const Comparison back = compare(other, base);
  EXPECT_EQ(task_in(back, "arc_easy").claim->verdict, Verdict::kBetter);
  EXPECT_EQ(back.outcome, Outcome::kNoRegression);
  EXPECT_NEAR(headline_of(task_in(back, "arc_easy")).interval->low,
              -headline_of(task_in(c, "arc_easy")).interval->high, 1e-12);
}

TEST(Compare, NoDifferenceSaysWhatCouldHaveBeenSeen) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path());
  const Comparison c = compare(runs.go("m-F16", 0.7, "a"), runs.go("m-Q8", 0.7, "a2"));
  const TaskComparison& arc = task_in(c, "arc_easy");
  EXPECT_EQ(arc.claim->verdict, Verdict::kNoDifference);
  EXPECT_THAT(arc.claim->sentence, HasSubstr("no difference detected on arc_easy; this run could "
                                             "have seen "));
  EXPECT_GT(*headline_of(arc).detectable, std::fabs(headline_of(arc).difference));
  EXPECT_EQ(c.outcome, Outcome::kNoRegression);
}

TEST(Compare, ARunWithItself) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path(), 40);
  const RunFolder base = runs.go("m", 0.7, "a");
  const Comparison c = compare(base, base);
  EXPECT_TRUE(c.others.front().same_file);
  EXPECT_THAT(c.others.front().notes.front(), HasSubstr("same run"));
  EXPECT_TRUE(c.others.front().flips.empty());
  const TaskComparison& arc = task_in(c, "arc_easy");
  EXPECT_EQ(*arc.agreement, 1.0);
  EXPECT_EQ(arc.choices->kl.value, 0.0);
  EXPECT_EQ(arc.choices->variation.value, 0.0);
  EXPECT_EQ(headline_of(arc).difference, 0.0);
  EXPECT_EQ(*headline_of(arc).p_value, 1.0);
  EXPECT_THAT(arc.notes.front(), HasSubstr("no item flipped: with fewer than 6"));
  EXPECT_EQ(task_in(c, "gsm8k").divergence->identical, 60U);
}

TEST(Compare, MarginDecidesNotWorse) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path());
  runs.settings.targets = {"arc_easy"};
  const RunFolder base = runs.go("m-F16", 0.7, "a");
  const RunFolder twin = runs.go("m-Q8", 0.7, "a2");
  CompareOptions options;
  options.margin = 15;
  const Comparison wide = compare(base, twin, options);
  EXPECT_EQ(task_in(wide, "arc_easy").claim->verdict, Verdict::kNotWorse);
  EXPECT_THAT(task_in(wide, "arc_easy").claim->sentence,
              HasSubstr("Q8 is not worse than F16 by more than 15 points on arc_easy (95 %)"));
  EXPECT_EQ(wide.outcome, Outcome::kNoRegression);
  // The claim is made exactly when the interval excludes the margin.
  const Interval i = *headline_of(task_in(wide, "arc_easy")).interval;
  for (const double slack : {-1e-4, 1e-4}) {
    options.margin = 100 * (-i.low + slack);
    const Comparison c = compare(base, twin, options);
    EXPECT_EQ(task_in(c, "arc_easy").claim->verdict == Verdict::kNotWorse, slack > 0);
  }
  options.margin = 0.1;
  const Comparison narrow = compare(base, twin, options);
  EXPECT_EQ(task_in(narrow, "arc_easy").claim->verdict, Verdict::kUndecided);
  EXPECT_EQ(narrow.outcome, Outcome::kInconclusive);
  EXPECT_THAT(task_in(narrow, "arc_easy").claim->sentence,
              HasSubstr("a loss of 0.1 points is not"));
}

TEST(Compare, AnswersThatChangeAreCountedByKind) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path());
  runs.settings.targets = {"arc_easy"};
  const RunFolder base = runs.go("m-F16", 0.35, "a");
  const RunFolder other = runs.go("m-Q2", 0.2, "b");
  const Comparison c = compare(base, other);
  const TaskComparison& arc = task_in(c, "arc_easy");
  EXPECT_EQ(arc.headline()->metric, "acc_norm") << "where the task reports it";
  // By hand from the answers on record: acc_norm divides by the choice's length.
  FlipCounts f;
  std::size_t agreeing = 0;
  for (std::size_t i = 0; i < base.tasks[0].items.size(); ++i) {
    const auto pick = [&](const RunFolder& run) {
      const ItemRecord& record = run.tasks[0].items[i];
      const auto& scores = std::get<std::vector<ChoiceScore>>(record.evidence.answer->answer);
      const Json& texts = record.item.doc["choices"]["text"];
      std::size_t best = 0;
      double greatest = -1e300;
      for (std::size_t k = 0; k < scores.size(); ++k) {
        const double per =
            scores[k].loglikelihood / static_cast<double>(texts[k].get<std::string>().size());
        if (per > greatest) greatest = per, best = k;
      }
      return best;
    };
    const std::size_t a = pick(base);
    const std::size_t b = pick(other);
    agreeing += a == b ? 1 : 0;
    if (a == 0 && b == 0) ++f.both_right;
    if (a == 0 && b != 0) ++f.lost;
    if (a != 0 && b == 0) ++f.gained;
    if (a != 0 && b != 0) ++(a == b ? f.wrong_same : f.wrong_other);
  }
  EXPECT_EQ(arc.flips->both_right, f.both_right);
  EXPECT_EQ(arc.flips->lost, f.lost);
  EXPECT_EQ(arc.flips->gained, f.gained);
  EXPECT_EQ(arc.flips->wrong_same, f.wrong_same);
  EXPECT_EQ(arc.flips->wrong_other, f.wrong_other);
  EXPECT_GT(f.wrong_other, 0U);
  EXPECT_EQ(arc.flips->wrong_unknown, 0U);
  EXPECT_NEAR(*arc.agreement, static_cast<double>(agreeing) / 200, 1e-12);
  EXPECT_EQ(c.others.front().flips.size(), f.lost + f.gained + f.wrong_other);
  const std::string list = flips_text(c, "arc_easy", 3);
  EXPECT_THAT(list, HasSubstr("right → wrong"));
  EXPECT_THAT(list, HasSubstr("(probability 0."));
  EXPECT_THAT(list, HasSubstr("the first 3 are shown"));
}

TEST(Compare, ChoiceDistributionsByHand) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path(), 50);
  runs.settings.targets = {"arc_easy"};
  const RunFolder base = runs.go("m-F16", 0.5, "a");
  const RunFolder other = runs.go("m-Q2", 0.4, "b");
  const TaskComparison arc = task_in(compare(base, other), "arc_easy");
  long double kl = 0, variation = 0, brier_base = 0, brier_other = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    std::vector<long double> p[2];
    for (int side = 0; side < 2; ++side) {
      const RunFolder& run = side == 0 ? base : other;
      long double total = 0;
      for (const ChoiceScore& s :
           std::get<std::vector<ChoiceScore>>(run.tasks[0].items[i].evidence.answer->answer)) {
        p[side].push_back(std::exp(static_cast<long double>(s.loglikelihood)));
        total += p[side].back();
      }
      for (long double& x : p[side]) x /= total;
    }
    for (std::size_t k = 0; k < 4; ++k) {
      kl += p[0][k] * std::log(p[0][k] / p[1][k]) / 50;
      variation += std::fabs(p[0][k] - p[1][k]) / 2 / 50;
      const long double right = k == 0 ? 1 : 0;
      brier_base += (p[0][k] - right) * (p[0][k] - right) / 50;
      brier_other += (p[1][k] - right) * (p[1][k] - right) / 50;
    }
  }
  EXPECT_NEAR(arc.choices->kl.value, static_cast<double>(kl), 1e-12);
  EXPECT_NEAR(arc.choices->variation.value, static_cast<double>(variation), 1e-12);
  EXPECT_NEAR(arc.calibration->base_brier, static_cast<double>(brier_base), 1e-12);
  EXPECT_NEAR(arc.calibration->other_brier, static_cast<double>(brier_other), 1e-12);
}

TEST(Compare, ItemErrorsArePairedAndCounted) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path());
  runs.settings.targets = {"arc_easy"};
  const RunFolder base = runs.go("m-F16", 0.7, "a");
  SkilledModel refusing("m-Q4.gguf", 0.7, "b");
  refusing.refuse = "follows 117?";
  const RunFolder few = runs.go("m-Q4", refusing);
  const Comparison c = compare(base, few);
  const TaskComparison& arc = task_in(c, "arc_easy");
  EXPECT_EQ(arc.common, 200U);
  EXPECT_EQ(arc.paired, 199U);
  EXPECT_EQ(arc.other_errors, 1U);
  EXPECT_EQ(headline_of(arc).n, 199U);
  EXPECT_THAT(arc.notes.back(), HasSubstr("199 of 200 items compared"));
  // Above the share the task is refused, and a refusal is no verdict.
  SkilledModel broken("m-Q3.gguf", 0.7, "b");
  broken.refuse = "follows 1";
  const Comparison refused = compare(base, runs.go("m-Q3", broken));
  EXPECT_EQ(refused.outcome, Outcome::kRefused);
  EXPECT_THAT(task_in(refused, "arc_easy").refused, HasSubstr("more than the 5 %"));
  EXPECT_EQ(task_in(refused, "arc_easy").claim->verdict, Verdict::kNotCompared);
  EXPECT_THAT(comparison_text(refused), HasSubstr("refused: "));
  CompareOptions lenient;
  lenient.max_error_share = 0.9;
  EXPECT_NE(compare(base, runs.go("m-Q3", broken), lenient).outcome, Outcome::kRefused);
}

TEST(Compare, DifferentSubsetsMeetInTheirCommonItems) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path());
  runs.settings.targets = {"arc_easy", "boolq"};
  const RunFolder base = runs.go("m-F16", 0.7, "a");
  runs.settings.limit = 60;
  runs.settings.targets = {"arc_easy", "gsm8k"};
  const Comparison c = compare(base, runs.go("m-Q4", 0.7, "b"));
  EXPECT_EQ(c.others.front().tasks.size(), 1U);
  EXPECT_EQ(task_in(c, "arc_easy").common, 60U);
  EXPECT_THAT(task_in(c, "arc_easy").notes.back(), HasSubstr("only the 60 items"));
  EXPECT_EQ(c.others.front().only_base, std::vector<std::string>{"boolq"});
  EXPECT_EQ(c.others.front().only_other, std::vector<std::string>{"gsm8k"});
}

TEST(Compare, OtherQuestionsAreRefusedFieldByField) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path(), 40);
  const RunFolder base = runs.go("m-F16", 0.7, "a");
  runs.settings.shots = 2;
  const RunFolder shots = runs.go("shots", 0.7, "b");
  const expected<Comparison> refused = compare_runs(base, std::span(&shots, 1), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_THAT(refused.error().message, HasSubstr("tasks arc_easy.shots: 0 / 2"));
  EXPECT_THAT(refused.error().message, HasSubstr("--shots"));
  CompareOptions despite;
  despite.despite_differences = true;
  const Comparison c = compare(base, shots, despite);
  EXPECT_THAT(comparison_text(c), HasSubstr("differs: tasks arc_easy.shots: 0 → 2"));
  EXPECT_THAT(comparison_text(c), HasSubstr("asked in other words"));
  runs.settings.targets = {"wikitext"};
  runs.settings.shots = 0;
  CompareOptions only;
  only.tasks = {"arc_easy"};
  const RunFolder elsewhere = runs.go("elsewhere", 0.7, "b");
  const expected<Comparison> nothing = compare_runs(base, std::span(&elsewhere, 1), only);
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.error().message, HasSubstr("no task in common"));
}

TEST(Compare, SeedsMatterOnlyWhereSomethingIsDrawn) {
  const testing_support::TempFolder folder;
  PairRuns runs(folder.path(), 10);
  runs.settings.targets = {"gsm8k"};
  const RunFolder base = runs.go("m-F16", 0.7, "a");
  runs.settings.seed = 99;
  EXPECT_TRUE(compare_runs(base, std::vector{runs.go("greedy", 0.7, "b")}, {}));
  runs.settings.temperature = 0.8;
  const RunFolder drawn = runs.go("drawn", 0.7, "a");
  runs.settings.seed = 1234;
  const RunFolder other = runs.go("drawn2", 0.7, "b");
  const expected<Comparison> refused = compare_runs(drawn, std::span(&other, 1), {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("generation.sampling.seed: 99 / 1234"));
  const expected<Comparison> hotter = compare_runs(base, std::span(&other, 1), {});
  ASSERT_FALSE(hotter);
  EXPECT_THAT(hotter.error().message, HasSubstr("generation.sampling.temperature: 0.0 / 0.8"));
}

TEST(Comparability, WhatBelongsToTheModelMayDiffer) {
  const Json base = {{"model",
                      {{"engine", "e"},
                       {"settings",
                        {{"file", "a"},
                         {"bytes", 1},
                         {"quantization", "F16"},
                         {"threads", 2},
                         {"kv_type_k", "f16"},
                         {"engine_version", "1"}}}}},
                     {"settings", {{"chat", false}}},
                     {"tasks", Json::array()}};
  Json other = base;
  other["model"]["settings"]["file"] = "b";
  other["model"]["settings"]["bytes"] = 2;
  other["model"]["settings"]["quantization"] = "Q4_0";
  EXPECT_TRUE(setting_differences(base, other, {}).empty());
  other["model"]["settings"]["threads"] = 4;
  other["model"]["settings"]["kv_type_k"] = "q8_0";
  other["model"]["settings"]["something_new"] = true;
  const auto differences = setting_differences(base, other, {});
  ASSERT_EQ(differences.size(), 3U);
  for (const SettingDifference& d : differences) EXPECT_FALSE(d.refuses) << d.field;
  EXPECT_EQ(differences[0].field, "model.threads");
  EXPECT_THAT(differences[1].advice, HasSubstr("together with the model"));
  EXPECT_EQ(differences[2].field, "model.something_new") << "unknown settings are never silent";
  other["settings"]["chat"] = true;
  EXPECT_TRUE(setting_differences(base, other, {}).front().refuses);
}

TEST(ComparedRun, LabelsAreShortAndDifferent) {
  const std::vector<std::string> folders{"r/a", "r/b"};
  EXPECT_EQ(short_labels({"m-1B-F16.gguf", "m-1B-Q4_K_M.gguf"}, folders),
            (std::vector<std::string>{"F16", "Q4_K_M"}));
  EXPECT_EQ(short_labels({"qwen.gguf", "llama.gguf"}, folders),
            (std::vector<std::string>{"qwen", "llama"}));
  EXPECT_EQ(short_labels({"m.gguf", "m.gguf"}, folders),
            (std::vector<std::string>{"m (r/a)", "m (r/b)"}));
  EXPECT_EQ(short_labels({"m-Q4.gguf", "m-Q4-imatrix.gguf"}, folders),
            (std::vector<std::string>{"Q4", "Q4-imatrix"}));
}

TEST(ComparisonText, Approved) {
  test::expect_approved("comparison", comparison_text(test::sample_comparison(false)));
  test::expect_approved("comparison_ladder", comparison_text(test::sample_comparison(true)));
  test::expect_approved("comparison_flips", flips_text(test::sample_comparison(false), "", 0));
}

TEST(ComparisonJson, HoldsEveryFigureUnrounded) {
  const Comparison c = test::sample_comparison(true);
  const Json json = to_json(c);
  EXPECT_EQ(json["format"], "assay-comparison");
  EXPECT_EQ(json["others"].size(), 3U);
  const Json& gsm8k = json["others"][0]["tasks"][2];
  EXPECT_EQ(gsm8k["metrics"][0]["difference"].get<double>(), 0.371 - 0.402);
  EXPECT_EQ(gsm8k["claim"]["verdict"], "worse");
  EXPECT_EQ(gsm8k["flips"]["lost"], 97);
  EXPECT_EQ(json["others"][0]["tasks"][3]["metrics"][0]["not_run"],
            "not run in the base: no sandbox");
  EXPECT_EQ(json["others"][2]["run"]["failed"], "the file ends in the middle of a tensor");
  EXPECT_TRUE(json["others"][0]["run"]["cost"]["load_seconds"].is_null()) << "not measured";
  EXPECT_EQ(json["outcome"], "refused");
}

// Four tasks of two models without a true difference, many times: at most 5 % of the comparisons
// may claim anything.
TEST(Claims, FalseClaimsOfWholeComparisons) {
  constexpr int kTrials = 200;
  int claimed = 0;
  for (int t = 0; t < kTrials; ++t) {
    PairComparison pair;
    pair.other.label = "B";
    for (int task = 0; task < 4; ++task) {
      std::vector<ValuePair> values;
      for (int i = 0; i < 80; ++i) {
        const std::uint64_t h = fnv1a64(fmt::format("{} {} {}", t, task, i));
        const double skill = static_cast<double>(h % 1000) / 1000;
        const auto right = [&](std::uint64_t draw) {
          return static_cast<double>(draw % 1000) / 1000 < skill ? 1.0 : 0.0;
        };
        values.push_back({right((h >> 20) ^ (h >> 3)), right((h >> 40) ^ (h >> 7)), 1.0,
                          static_cast<std::size_t>(i)});
      }
      TaskComparison line;
      line.name = fmt::format("task{}", task);
      line.metrics = {compare_metric({"acc"}, "none", values, {0.05, 0.05 / 4, {}})};
      line.metrics.front().headline = true;
      line.claim = Claim{};
      pair.tasks.push_back(line);
    }
    decide_claims(pair, "A", {});
    claimed += std::any_of(pair.tasks.begin(), pair.tasks.end(), [](const TaskComparison& line) {
      return line.claim->verdict != Verdict::kNoDifference;
    });
  }
  EXPECT_LE(claimed, 0.05 * kTrials + 2 * std::sqrt(0.05 * 0.95 * kTrials));
}

}  // namespace
}  // namespace assay
