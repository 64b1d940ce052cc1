// Small tasks in the form of the real ones, for tests of the judge.
#pragma once

#include <string>
#include <vector>

#include "assay/task.h"

namespace assay::testing {

inline Response texts(const std::vector<std::string>& samples) {
  std::vector<Generation> generations;
  for (const std::string& s : samples) generations.push_back({s, FinishReason::kStop, 1});
  return {generations, 0, 0};
}

inline Response scores(const std::vector<double>& lls, const std::vector<bool>& greedy = {}) {
  std::vector<ChoiceScore> out;
  for (std::size_t i = 0; i < lls.size(); ++i) {
    out.push_back({lls[i], i < greedy.size() && greedy[i], 1});
  }
  return {out, 0, 0};
}

// Multiple choice over doc.choices with doc.gold as it is (index, text or lists of them).
inline Task choice_task(std::vector<MetricSpec> metrics) {
  Task task;
  task.name = "choice";
  task.choices = [](const Json& doc) { return doc.at("choices").get<std::vector<std::string>>(); };
  task.target = [](const Json& doc) -> Target {
    const Json& gold = doc.at("gold");
    if (gold.is_string()) return gold.get<std::string>();
    if (gold.is_number()) return gold.get<int>();
    if (!gold.empty() && gold[0].is_string()) return gold.get<std::vector<std::string>>();
    return gold.get<std::vector<int>>();
  };
  task.metrics = std::move(metrics);
  return task;
}

// A generating task with doc.target as its reference(s).
inline Task text_task(std::vector<FilterPipeline> filters, const Json& exact_match_args) {
  Task task;
  task.name = "text";
  task.output = OutputType::kGenerate;
  task.target = [](const Json& doc) -> Target {
    const Json& target = doc.at("target");
    if (target.is_array()) return target.get<std::vector<std::string>>();
    return target.get<std::string>();
  };
  task.filters = std::move(filters);
  task.metrics = {{"exact_match", "mean", true, exact_match_args}};
  return task;
}

inline Json gsm8k_arguments() {
  return {{"regexes_to_ignore", {",", "\\$", "(?s).*#### ", "\\.$"}},
          {"ignore_case", true},
          {"ignore_punctuation", false}};
}

// The gsm8k variants by name; without filters when the name is not one of them.
inline Task gsm8k_task(const std::string& name) {
  struct Variant {
    const char* task;
    const char* strict;
    int group;
  };
  constexpr Variant kVariants[] = {
      {"gsm8k", "#### (\\-?[0-9\\.\\,]+)", 0},
      {"gsm8k_cot", "The answer is (\\-?[0-9\\.\\,]+).", 0},
      {"gsm8k_cot_zeroshot", "The answer is (\\-?[0-9\\.\\,]+).", 0},
      {"gsm8k_cot_llama", "The final answer is ((-?[$0-9.,]{2,})|(-?[0-9]+))", -1}};
  const char* const flexible = "(-?[$0-9.,]{2,})|(-?[0-9]+)";
  for (const Variant& v : kVariants) {
    if (name != v.task) continue;
    Task task = text_task(
        {{"strict-match",
          {{"regex", {{"regex_pattern", v.strict}, {"group_select", v.group}}}, {"take_first"}}},
         {"flexible-extract",
          {{"regex", {{"regex_pattern", flexible}, {"group_select", -1}}}, {"take_first"}}}},
        gsm8k_arguments());
    task.name = name;
    return task;
  }
  return {};
}

}  // namespace assay::testing
