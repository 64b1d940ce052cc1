// Which part judges an item, and what all parts share.
#include "scorers/judge.h"

#include <fmt/format.h>

#include <cmath>

#include "assay/text.h"
#include "scorers/judge_parts.h"
#include "scorers/python_format.h"

namespace assay {
namespace {

std::vector<std::string> texts_of(const std::vector<Generation>& generations) {
  std::vector<std::string> texts;
  for (const Generation& g : generations) texts.push_back(g.text);
  return texts;
}

Judgements by_kind(const Task& task, const Item& item, const Response& response,
                   CodeExecutor* executor) {
  if (task.process_results || !task.scorer.empty()) return judge_by_task(task, item, response);
  const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response.answer);
  const auto* generations = std::get_if<std::vector<Generation>>(&response.answer);
  const auto* rolling = std::get_if<RollingScore>(&response.answer);
  switch (task.output) {
    case OutputType::kMultipleChoice:
      if (scores != nullptr) return judge_choices(task, item, *scores);
      break;
    case OutputType::kLoglikelihood:
      if (scores != nullptr && scores->size() == 1) {
        return judge_loglikelihood(task, scores->front());
      }
      break;
    case OutputType::kRolling:
      if (rolling != nullptr) return judge_rolling(task, item, *rolling);
      break;
    case OutputType::kGenerate:
      if (generations == nullptr) break;
      if (task.build_program) {
        return judge_programs(task, item, texts_of(*generations), executor);
      }
      return judge_texts(task, item, texts_of(*generations));
  }
  return internal_error("the response is not of the kind that the task asks for");
}

// No value that is not a number leaves this layer.
expected<void> all_finite(const std::vector<Judgement>& judgements) {
  for (const Judgement& j : judgements) {
    for (const MetricValue& v : j.values) {
      if (std::isfinite(v.value) && std::isfinite(v.weight)) continue;
      return data_error(fmt::format("the metric {} is not a number", v.metric));
    }
  }
  return {};
}

}  // namespace

Json score_pair(const ChoiceScore& score) {
  return Json::array({python_float(score.loglikelihood), score.is_greedy ? "True" : "False"});
}

Json as_logged(Json values, bool single) {
  return single ? std::move(values) : Json::array({std::move(values)});
}

std::string excerpt(std::string_view text, std::size_t limit) {
  const std::string_view head = first_code_points(text, limit);
  std::string out(head);
  for (char& c : out) c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  return head.size() == text.size() ? out : out + "…";
}

std::vector<MetricSpec> effective_metrics(const Task& task) {
  if (!task.metrics.empty()) return task.metrics;
  switch (task.output) {
    case OutputType::kMultipleChoice:
      return {{"acc"}, {"acc_norm"}};
    case OutputType::kLoglikelihood:
      return {{"perplexity", "perplexity", false}, {"acc"}};
    case OutputType::kRolling:
      return {{"word_perplexity", "weighted_perplexity", false},
              {"byte_perplexity", "weighted_perplexity", false},
              {"bits_per_byte", "bits_per_byte", false}};
    case OutputType::kGenerate:
      break;
  }
  if (task.build_program) return {{"pass@k", "mean", true, {{"k", 1}}}};
  return {{"exact_match"}};
}

std::vector<FilterPipeline> effective_filters(const Task& task) {
  if (!task.filters.empty()) return task.filters;
  if (task.build_program) return {{"none", {}}};
  return {{"none", {{"take_first"}}}};
}

std::vector<PassMetric> pass_metrics(const MetricSpec& metric) {
  std::vector<std::size_t> ks;
  if (const auto k = metric.args.find("k"); k != metric.args.end()) {
    if (k->is_array()) ks = k->get<std::vector<std::size_t>>();
    if (k->is_number()) ks.push_back(k->get<std::size_t>());
  }
  std::erase(ks, std::size_t{0});
  const bool at = metric.name.starts_with("pass@");
  if (!at && !metric.name.starts_with("pass_at_")) return {};
  const std::string suffix = metric.name.substr(at ? 5 : 8);
  if (suffix == "k") {
    if (ks.empty()) ks.push_back(1);
    std::vector<PassMetric> out;
    const std::string stem = metric.name.substr(0, metric.name.size() - 1);
    for (const std::size_t k : ks) out.push_back({stem + std::to_string(k), k});
    return out;
  }
  const bool number = !suffix.empty() && suffix.size() < 9 &&
                      suffix.find_first_not_of("0123456789") == std::string::npos;
  if (ks.empty() && number && suffix != "0") ks.push_back(std::stoul(suffix));
  if (ks.size() != 1) return {};
  return {{metric.name, ks.front()}};
}

expected<std::vector<Judgement>> judge(const Task& task, const Item& item, const Response& response,
                                       CodeExecutor* executor) {
  const auto located = [&](Error error) {
    error.message = fmt::format("Task {}, item {}: {}", task.name, item.id, error.message);
    return error;
  };
  try {
    Judgements judgements = by_kind(task, item, response, executor);
    if (!judgements) return located(judgements.error());
    if (auto finite = all_finite(*judgements); !finite) return located(finite.error());
    return judgements;
  } catch (const std::exception& e) {
    return located(data_error(fmt::format("it cannot be scored ({}).", e.what())));
  }
}

std::vector<MetricSpec> reported_metrics(const Task& task) {
  std::vector<MetricSpec> out;
  for (const MetricSpec& metric : effective_metrics(task)) {
    const std::vector<PassMetric> passes = pass_metrics(metric);
    if (passes.empty()) out.push_back(metric);
    for (const PassMetric& pass : passes) {
      MetricSpec one = metric;
      one.name = pass.name;
      one.args["k"] = pass.k;
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace assay
