// Judging texts that the model wrote by comparing them with references. Programs, which are run,
// are judged in judge_programs.cc.
#include <fmt/format.h>

#include <algorithm>

#include "scorers/added.h"
#include "scorers/exact_match.h"
#include "scorers/filters.h"
#include "scorers/judge_parts.h"
#include "scorers/python_format.h"

namespace assay {
namespace {

// The acceptable answers as texts; an index stands for the choice it names.
std::vector<std::string> references(const Task& task, const Json& doc) {
  const Target target = task.target(doc);
  const std::vector<std::string> choices =
      task.choices ? task.choices(doc) : std::vector<std::string>{};
  const auto of_index = [&](int i) {
    if (choices.empty()) return std::to_string(i);
    return choices.at(static_cast<std::size_t>(i));
  };
  if (const auto* index = std::get_if<int>(&target)) return {of_index(*index)};
  if (const auto* text = std::get_if<std::string>(&target)) return {*text};
  if (const auto* texts = std::get_if<std::vector<std::string>>(&target)) return *texts;
  std::vector<std::string> out;
  for (const int index : std::get<std::vector<int>>(target)) out.push_back(of_index(index));
  return out;
}

struct Comparison {
  bool equal = false;
  std::string why;
};

expected<Comparison> compare(const MetricSpec& metric, const std::string& answer,
                             const std::vector<std::string>& accepted) {
  const auto rule = ExactMatch::compile(metric.args);
  if (!rule) return rule.error();
  const auto left = rule->normalise(answer);
  if (!left) return left.error();
  std::string wanted;
  for (const std::string& reference : accepted) {
    const auto right = rule->normalise(reference);
    if (!right) return right.error();
    if (*left == *right) {
      return Comparison{true, fmt::format("\"{}\" is the reference", excerpt(*left))};
    }
    wanted += fmt::format("{}\"{}\"", wanted.empty() ? "" : " or ", excerpt(*right));
  }
  return Comparison{false, fmt::format("\"{}\" is not {}", excerpt(*left), wanted)};
}

}  // namespace

Judgements judge_texts(const Task& task, const Item& item, const std::vector<std::string>& texts) {
  const std::vector<std::string> accepted = references(task, item.doc);
  std::vector<Judgement> out;
  for (const FilterPipeline& filter : effective_filters(task)) {
    const auto pipeline = CompiledPipeline::compile(filter);
    if (!pipeline) return pipeline.error();
    const auto filtered = pipeline->apply(texts, {item.doc, task.build_program});
    if (!filtered) return filtered.error();
    if (filtered->values.size() != 1) {
      return usage_error(
          fmt::format("the pipeline {} leaves {} answers where one is compared; end "
                      "it with take_first.",
                      filter.name, filtered->values.size()));
    }
    const FilteredValue& answer = filtered->values.front();
    Judgement j;
    j.filter = filter.name;
    j.filtered = as_logged(Json::array({answer.value}), filtered->single);
    j.extracted = python_str(answer.value);
    j.rule = answer.rule.empty() ? "whole response" : answer.rule;
    for (const MetricSpec& metric : effective_metrics(task)) {
      if (const Metric* added = added_metrics().find(metric.name); added != nullptr) {
        const double value = (*added)({item.doc, metric.args, j.extracted, accepted, {}, {}, {}});
        j.values.push_back({metric.name, value});
        j.why = fmt::format("{} = {:.6g}", metric.name, value);
        continue;
      }
      if (metric.name != "exact_match") {
        return usage_error(
            fmt::format("there is no metric \"{}\" for generated text; known are exact_match and, "
                        "for code, pass@k.",
                        metric.name));
      }
      const auto comparison = compare(metric, j.extracted, accepted);
      if (!comparison) return comparison.error();
      j.values.push_back({metric.name, comparison->equal ? 1.0 : 0.0});
      j.why = comparison->why;
    }
    out.push_back(std::move(j));
  }
  return out;
}

}  // namespace assay
