// Values and aggregates against the original's numbers, to 1e-12 relative.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "scorers/aggregate.h"
#include "scorers/choice_metrics.h"
#include "scorers/judge.h"
#include "scorers/pass_at_k.h"
#include "scorers/statistics.h"
#include "tests/scorers/golden.h"
#include "tests/scorers/tasks.h"

namespace assay {
namespace {

using testing::close;

std::vector<double> numbers(const Json& list) {
  std::vector<double> out;
  for (const Json& x : list) out.push_back(testing::number(x));
  return out;
}

std::vector<MetricValue> metric_values(const std::vector<double>& xs) {
  std::vector<MetricValue> out;
  for (const double x : xs) out.push_back({"m", x});
  return out;
}

Estimate estimate(const MetricSpec& metric, const std::vector<MetricValue>& values,
                  const AggregateOptions& options = {}) {
  const auto m = aggregate(metric, values, options);
  if (!m || as_estimate(*m) == nullptr) {
    ADD_FAILURE() << "no estimate for " << metric.aggregation;
    return {};
  }
  return *as_estimate(*m);
}

// Compares with a number or "N/A".
void expect_stderr(const std::optional<double>& got, const Json& wanted) {
  ASSERT_EQ(got.has_value(), wanted.is_number()) << wanted;
  if (!got) return;
  EXPECT_TRUE(close(*got, wanted.get<double>())) << wanted;
}

TEST(MetricVectors, MultipleChoiceItems) {
  ASSAY_NEEDS_GOLDEN("metric_mc_items.jsonl");
  std::size_t judged_lines = 0;
  for (const Json& line : testing::golden_lines("metric_mc_items.jsonl")) {
    const std::vector<double> lls = numbers(line.at("lls"));
    const auto choices = line.at("choices").get<std::vector<std::string>>();
    EXPECT_EQ(argmax(lls), line.at("pred")) << line;
    EXPECT_EQ(argmax(per_code_point(lls, choices)), line.at("pred_norm")) << line;
    EXPECT_EQ(argmax(per_byte(lls, choices)), line.at("pred_bytes")) << line;
    const std::vector<double> p = softmax(lls);
    for (std::size_t i = 0; i < p.size(); ++i) {
      EXPECT_TRUE(close(p[i], testing::number(line.at("softmax")[i]))) << line;
    }
    const bool finite =
        std::all_of(lls.begin(), lls.end(), [](double x) { return std::isfinite(x); });
    const Task task = testing::choice_task({{"acc"}, {"acc_norm"}, {"acc_bytes"}, {"exact_match"}});
    const auto judged =
        judge(task, {"0", "", 0, line},
              testing::scores(lls, line.at("is_greedy").get<std::vector<bool>>()), nullptr);
    ASSERT_EQ(judged.has_value(), finite);
    if (!finite) continue;
    ++judged_lines;
    for (const MetricValue& v : judged->at(0).values) {
      EXPECT_EQ(v.value, line.at(v.metric).get<double>()) << v.metric << " of " << line;
    }
  }
  EXPECT_GT(judged_lines, 50U);
}

TEST(MetricVectors, MutualInformation) {
  ASSAY_NEEDS_GOLDEN("metric_acc_mutual_info.jsonl");
  for (const Json& line : testing::golden_lines("metric_acc_mutual_info.jsonl")) {
    std::vector<double> lls = numbers(line.at("conditional"));
    const std::vector<double> alone = numbers(line.at("unconditional"));
    lls.insert(lls.end(), alone.begin(), alone.end());
    const auto judged = judge(testing::choice_task({{"acc"}, {"acc_mutual_info"}}),
                              {"0", "", 0, line}, testing::scores(lls), nullptr);
    ASSERT_TRUE(judged) << judged.error().message;
    for (const MetricValue& v : judged->at(0).values) {
      EXPECT_EQ(v.value, line.at(v.metric).get<double>()) << line;
    }
  }
}

TEST(MetricVectors, TruthfulQaMc2) {
  ASSAY_NEEDS_GOLDEN("metric_truthfulqa_mc2.jsonl");
  for (const Json& line : testing::golden_lines("metric_truthfulqa_mc2.jsonl")) {
    const double got =
        truthfulqa_mc2(numbers(line.at("lls")), line.at("labels").get<std::vector<int>>());
    EXPECT_TRUE(close(got, line.at("acc").get<double>())) << line;
  }
}

TEST(MetricVectors, Winogrande) {
  ASSAY_NEEDS_GOLDEN("metric_winogrande.jsonl");
  Task task = testing::choice_task({{"acc"}});
  task.choices = [](const Json& doc) {
    const std::string sentence = doc.at("sentence");
    const std::string prefix = sentence.substr(0, sentence.find('_'));
    return std::vector<std::string>{prefix + doc.at("option1").get<std::string>(),
                                    prefix + doc.at("option2").get<std::string>()};
  };
  task.target = [](const Json&) -> Target { return std::string(" the rest"); };
  task.gold_of_contexts = [](const Json& doc) { return doc.at("answer") == "1" ? 0 : 1; };
  for (const Json& line : testing::golden_lines("metric_winogrande.jsonl")) {
    const auto judged = judge(task, {"0", "", 0, line.at("doc")},
                              testing::scores(numbers(line.at("lls"))), nullptr);
    ASSERT_TRUE(judged) << judged.error().message;
    EXPECT_EQ(judged->at(0).values.at(0).value, line.at("acc").get<double>()) << line;
  }
}

TEST(MetricVectors, PassAtK) {
  ASSAY_NEEDS_GOLDEN("pass_at_k.jsonl");
  for (const Json& line : testing::golden_lines("pass_at_k.jsonl")) {
    EXPECT_TRUE(close(pass_at_k(line.at("n"), line.at("c"), line.at("k")),
                      line.at("pass_at_k").get<double>()))
        << line;
  }
}

TEST(MetricVectors, MeanAndStandardError) {
  ASSAY_NEEDS_GOLDEN("metric_mean_stderr.jsonl");
  std::size_t compared = 0;
  for (const Json& line : testing::golden_lines("metric_mean_stderr.jsonl")) {
    const auto n = line.at("n").get<std::size_t>();
    std::vector<double> xs;
    if (line.contains("values")) {
      xs = numbers(line.at("values"));
    } else {
      // Sums of zeros and ones do not depend on their order.
      const double ones = line.contains("ones")
                              ? line.at("ones").get<double>()
                              : std::round(line.at("mean").get<double>() * static_cast<double>(n));
      for (std::size_t i = 0; i < n; ++i) xs.push_back(static_cast<double>(i) < ones ? 1.0 : 0.0);
    }
    ASSERT_EQ(xs.size(), n);
    const Estimate e = estimate({"acc"}, metric_values(xs));
    EXPECT_TRUE(close(e.value, line.at("mean").get<double>())) << line;
    expect_stderr(e.std_error, line.at("stderr"));
    EXPECT_EQ(e.n, n);
    ++compared;
  }
  EXPECT_GT(compared, 0U);
}

TEST(MetricVectors, Perplexities) {
  ASSAY_NEEDS_GOLDEN("metric_perplexity.jsonl");
  for (const Json& line : testing::golden_lines("metric_perplexity.jsonl")) {
    if (line.contains("lls")) {
      const Estimate e = estimate({"perplexity", "perplexity", false},
                                  metric_values(numbers(line.at("lls"))), {0});
      EXPECT_TRUE(close(e.value, line.at("perplexity").get<double>())) << line;
      EXPECT_FALSE(e.std_error);
      continue;
    }
    std::vector<MetricValue> values;
    for (const Json& pair : line.at("loglik_and_weight")) values.push_back({"m", pair[0], pair[1]});
    for (const char* how : {"weighted_perplexity", "bits_per_byte"}) {
      const Estimate e = estimate({"m", how, false}, values);
      EXPECT_TRUE(close(e.value, line.at(how).get<double>())) << line;
      EXPECT_FALSE(e.std_error);
      ASSERT_TRUE(e.interval);
      EXPECT_LT(e.interval->low, e.value);
      EXPECT_GT(e.interval->high, e.value);
    }
  }
}

TEST(MetricVectors, BootstrapStandardErrors) {
  ASSAY_NEEDS_GOLDEN("metric_bootstrap.jsonl");
  for (const Json& line : testing::golden_lines("metric_bootstrap.jsonl")) {
    const Estimate e =
        estimate({"m", line.at("statistic")}, metric_values(numbers(line.at("values"))),
                 {line.at("bootstrap_iters").get<std::size_t>()});
    expect_stderr(e.std_error, line.at("stderr"));
    EXPECT_EQ(e.interval_method, "bootstrap");
  }
}

TEST(MetricVectors, Groups) {
  ASSAY_NEEDS_GOLDEN("metric_groups.jsonl");
  for (const Json& line : testing::golden_lines("metric_groups.jsonl")) {
    std::vector<GroupPart> parts;
    for (std::size_t i = 0; i < line.at("sizes").size(); ++i) {
      const auto n = line.at("sizes")[i].get<std::size_t>();
      const Json& se = line.at("stderrs")[i];
      const auto std_error =
          se.is_number() ? std::optional<double>(se.get<double>()) : std::optional<double>();
      parts.push_back({Estimate{line.at("accs")[i], n, std_error, std::nullopt, ""}, n});
    }
    const Measurement m = aggregate_group(parts, line.at("weight_by_size"));
    ASSERT_NE(as_estimate(m), nullptr) << line;
    EXPECT_TRUE(close(as_estimate(m)->value, line.at("group_value").get<double>())) << line;
    expect_stderr(as_estimate(m)->std_error, line.at("group_stderr"));
  }
}

}  // namespace
}  // namespace assay
