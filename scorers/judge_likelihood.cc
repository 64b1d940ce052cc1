// Judging by log-likelihood: multiple choice, single continuations, whole texts. And tasks that
// compute their values themselves.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "assay/text.h"
#include "scorers/added.h"
#include "scorers/choice_metrics.h"
#include "scorers/filters.h"
#include "scorers/judge_parts.h"
#include "scorers/python_format.h"

namespace assay {
namespace {

// "A", "B", …, then "choice 27".
std::string choice_name(std::size_t index) {
  if (index < 26) return std::string(1, static_cast<char>('A' + index));
  return fmt::format("choice {}", index + 1);
}

std::string gold_names(const std::vector<std::size_t>& golds) {
  std::string out;
  for (const std::size_t g : golds) out += (out.empty() ? "" : " or ") + choice_name(g);
  return out.empty() ? "none of the choices" : out;
}

Error unknown_metric(const MetricSpec& metric, std::string_view known) {
  return usage_error(fmt::format("there is no metric \"{}\" for this kind of answer; known are {}.",
                                 metric.name, known));
}

// A plug-in's words for people: valid UTF-8 on one line.
std::string to_one_line(const std::string& text) {
  std::string out = sanitise_utf8(text);
  for (char& c : out) c = c == '\n' || c == '\r' ? ' ' : c;
  return out;
}

// The name under which a judgement without a pipeline of its own is filed.
std::string first_filter_name(const Task& task) {
  return task.filters.empty() ? "none" : task.filters.front().name;
}

}  // namespace

Judgements judge_choices(const Task& task, const Item& item,
                         const std::vector<ChoiceScore>& scores) {
  const std::vector<std::string> choices = task.choices(item.doc);
  const std::size_t n = choices.size();
  // acc_mutual_info asks each choice a second time, after an empty context.
  const bool unconditional = n > 0 && scores.size() == 2 * n;
  if (n == 0 || (scores.size() != n && !unconditional)) {
    return internal_error(fmt::format("{} choices got {} answers.", n, scores.size()));
  }
  std::vector<double> lls;
  std::vector<double> gains;
  Judgement j;
  j.filter = first_filter_name(task);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i].loglikelihood)) {
      return data_error(fmt::format("the log-likelihood of choice {} is not a finite number.", i));
    }
    if (i < n) lls.push_back(scores[i].loglikelihood);
    if (i >= n) gains.push_back(lls[i - n] - scores[i].loglikelihood);
    j.filtered.push_back(score_pair(scores[i]));
  }
  const std::vector<std::size_t> golds =
      task.gold_of_contexts ? gold_indices(Target(task.gold_of_contexts(item.doc)), choices)
                            : gold_indices(task.target(item.doc), choices);
  const auto is_gold = [&](std::size_t index) {
    return std::find(golds.begin(), golds.end(), index) != golds.end() ? 1.0 : 0.0;
  };
  const std::size_t picked = argmax(lls);

  for (const MetricSpec& metric : effective_metrics(task)) {
    double value = 0.0;
    if (metric.name == "acc") {
      value = is_gold(picked);
    } else if (metric.name == "acc_norm") {
      value = is_gold(argmax(per_code_point(lls, choices)));
    } else if (metric.name == "acc_bytes") {
      value = is_gold(argmax(per_byte(lls, choices)));
    } else if (metric.name == "exact_match") {
      for (const std::size_t g : golds) value = scores[g].is_greedy ? 1.0 : value;
    } else if (metric.name == "acc_mutual_info") {
      if (!unconditional) return internal_error("acc_mutual_info lacks the second set of answers.");
      value = is_gold(argmax(gains));
    } else if (metric.name == "brier_score") {
      if (golds.empty()) return data_error("the gold answer is not among the choices.");
      value = brier(lls, golds.front());
    } else if (const Metric* added = added_metrics().find(metric.name); added != nullptr) {
      value = (*added)({item.doc, metric.args, "", {}, choices, lls, golds});
    } else {
      return unknown_metric(metric,
                            "acc, acc_norm, acc_bytes, exact_match, acc_mutual_info, brier_score");
    }
    j.values.push_back({metric.name, value});
  }
  j.extracted = choices[picked];
  j.rule = "argmax of log-likelihood";
  const auto ties = std::count(lls.begin(), lls.end(), lls[picked]);
  if (ties > 1) j.rule += fmt::format(", first of {} equal", ties);
  j.why = fmt::format("picked {}, gold {}", choice_name(picked), gold_names(golds));
  return std::vector<Judgement>{std::move(j)};
}

Judgements judge_loglikelihood(const Task& task, const ChoiceScore& score) {
  Judgement j;
  j.filter = first_filter_name(task);
  j.filtered = Json::array({score_pair(score)});
  for (const MetricSpec& metric : effective_metrics(task)) {
    if (metric.name == "acc") {
      j.values.push_back({metric.name, score.is_greedy ? 1.0 : 0.0});
    } else if (metric.name == "perplexity") {
      j.values.push_back({metric.name, score.loglikelihood});
    } else {
      return unknown_metric(metric, "acc, perplexity");
    }
  }
  j.rule = "greedy continuation";
  j.why = score.is_greedy ? "every token of the target was the most likely one"
                          : "the target is not what the model would have written";
  return std::vector<Judgement>{std::move(j)};
}

Judgements judge_rolling(const Task& task, const Item& item, const RollingScore& score) {
  std::string text;
  if (task.target) {
    text = python_str(task.target(item.doc));
  } else {
    text = task.text(item.doc);
  }
  const auto word_count = static_cast<double>(split_whitespace(text).size());
  const auto byte_count = static_cast<double>(text.size());
  Judgement j;
  j.filter = first_filter_name(task);
  j.filtered = Json::array({python_float(score.loglikelihood)});
  for (const MetricSpec& metric : effective_metrics(task)) {
    const bool by_words = metric.name == "word_perplexity";
    if (!by_words && metric.name != "byte_perplexity" && metric.name != "bits_per_byte") {
      return unknown_metric(metric, "word_perplexity, byte_perplexity, bits_per_byte");
    }
    j.values.push_back({metric.name, score.loglikelihood, by_words ? word_count : byte_count});
  }
  j.rule = "log-likelihood of the whole text";
  j.why = fmt::format("{:.3f} nats over {} tokens", score.loglikelihood, score.tokens);
  return std::vector<Judgement>{std::move(j)};
}

Judgements judge_by_task(const Task& task, const Item& item, const Response& response) {
  std::vector<Judgement> out;
  const Scorer* scorer = task.scorer.empty() ? nullptr : added_scorers().find(task.scorer);
  if (scorer == nullptr && !task.process_results) {
    return unavailable(
        fmt::format("there is no scorer \"{}\"; load the plug-in that brings it.", task.scorer));
  }
  // What a scorer says goes before what is filled in for it.
  const auto verdict = [&](const Response& seen, Judgement& j) {
    if (scorer == nullptr) {
      j.values = task.process_results(item, seen);
      return;
    }
    Judgement own = (*scorer)(item, seen, task.scorer_args);
    j.values = std::move(own.values);
    j.why = to_one_line(own.why);
    if (!own.extracted.empty()) j.extracted = sanitise_utf8(own.extracted);
    if (!own.rule.empty()) j.rule = to_one_line(own.rule);
  };
  const auto describe = [](Judgement& j) {
    if (!j.why.empty()) return;
    for (const MetricValue& v : j.values) {
      j.why += fmt::format("{}{} = {:.6g}", j.why.empty() ? "" : ", ", v.metric, v.value);
    }
  };
  if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response.answer)) {
    Judgement j;
    j.filter = first_filter_name(task);
    for (const ChoiceScore& s : *scores) j.filtered.push_back(score_pair(s));
    j.rule = "the task's own rule";
    verdict(response, j);
    describe(j);
    out.push_back(std::move(j));
    return out;
  }
  if (const auto* rolling = std::get_if<RollingScore>(&response.answer)) {
    Judgement j;
    j.filter = first_filter_name(task);
    j.filtered = Json::array({python_float(rolling->loglikelihood)});
    j.rule = "the task's own rule";
    verdict(response, j);
    describe(j);
    out.push_back(std::move(j));
    return out;
  }
  // Texts pass the pipelines first; the task then sees what they left.
  const auto& generations = std::get<std::vector<Generation>>(response.answer);
  std::vector<std::string> texts;
  for (const Generation& g : generations) texts.push_back(g.text);
  for (const FilterPipeline& filter : effective_filters(task)) {
    const auto pipeline = CompiledPipeline::compile(filter);
    if (!pipeline) return pipeline.error();
    const auto filtered = pipeline->apply(texts, {item.doc, task.build_program});
    if (!filtered) return filtered.error();
    Response seen = response;
    std::vector<Generation> left;
    Json values = Json::array();
    Judgement j;
    j.filter = filter.name;
    for (std::size_t i = 0; i < filtered->values.size(); ++i) {
      Generation g = generations[std::min(i, generations.size() - 1)];
      g.text = python_str(filtered->values[i].value);
      left.push_back(std::move(g));
      values.push_back(filtered->values[i].value);
    }
    j.filtered = as_logged(std::move(values), filtered->single);
    if (!left.empty()) j.extracted = strip(left.front().text);
    seen.answer = std::move(left);
    j.rule = filtered->values.empty() || filtered->values.front().rule.empty()
                 ? "the task's own rule"
                 : filtered->values.front().rule;
    verdict(seen, j);
    describe(j);
    out.push_back(std::move(j));
  }
  return out;
}

}  // namespace assay
