// See the header.
#include "results/paired_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <variant>

#include "assay/text.h"
#include "scorers/calibration.h"
#include "scorers/choice_metrics.h"
#include "scorers/distribution_distance.h"
#include "scorers/paired_mean.h"

namespace assay {
namespace {

std::string letter(std::size_t index) {
  if (index < 26) return std::string(1, static_cast<char>('A' + index));
  return std::to_string(index + 1);
}

// "B: Paris"; where the choices are letters themselves, "B".
std::string choice_text(std::size_t index, const std::string& choice) {
  return letter(index) == choice ? choice : fmt::format("{}: {}", letter(index), choice);
}

// A multiple-choice item's choices with their log-likelihoods and the gold ones.
struct Chosen {
  std::vector<std::string> choices;
  std::vector<double> lls;
  std::vector<std::size_t> golds;
};

std::optional<Chosen> chosen_of(const Task& task, const ItemRecord& record) {
  if (task.output != OutputType::kMultipleChoice || !task.choices || !record.evidence.answer) {
    return std::nullopt;
  }
  const auto* scores = std::get_if<std::vector<ChoiceScore>>(&record.evidence.answer->answer);
  if (scores == nullptr) return std::nullopt;
  try {
    Chosen chosen;
    chosen.choices = task.choices(record.item.doc);
    const std::size_t n = chosen.choices.size();
    if (n == 0 || (scores->size() != n && scores->size() != 2 * n)) return std::nullopt;
    for (std::size_t i = 0; i < n; ++i) chosen.lls.push_back((*scores)[i].loglikelihood);
    if (task.gold_of_contexts) {
      chosen.golds = gold_indices(Target(task.gold_of_contexts(record.item.doc)), chosen.choices);
    } else if (task.target) {
      chosen.golds = gold_indices(task.target(record.item.doc), chosen.choices);
    }
    return chosen;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// The values by which the metric picks; empty when it does not pick.
std::vector<double> ranking_of(const Chosen& chosen, const std::string& metric) {
  if (metric == "acc") return chosen.lls;
  if (metric == "acc_norm") return per_code_point(chosen.lls, chosen.choices);
  if (metric == "acc_bytes") return per_byte(chosen.lls, chosen.choices);
  return {};
}

std::optional<double> value_of(const ItemRecord& record, const std::string& metric,
                               const std::string& filter) {
  for (const Judgement& judgement : record.judged.judgements) {
    if (judgement.filter != filter) continue;
    for (const MetricValue& value : judgement.values) {
      if (value.metric == metric) return value.value;
    }
  }
  return std::nullopt;
}

std::string prompt_of(const ItemRecord& record) {
  if (!record.evidence.request) return "";
  const Request& request = *record.evidence.request;
  if (const auto* completion = std::get_if<Completion>(&request)) return completion->prompt;
  if (const auto* rolling = std::get_if<Rolling>(&request)) return rolling->text;
  const auto& choices = std::get<Choices>(request);
  if (choices.contexts.size() == 1) return choices.contexts.front();
  std::string all;
  for (std::size_t i = 0; i < choices.contexts.size(); ++i) {
    all += fmt::format("{}{}: {}", i > 0 ? "\n" : "", letter(i), choices.contexts[i]);
  }
  return all;
}

std::string gold_of(const Task& task, const ItemRecord& record) {
  if (const std::optional<Chosen> chosen = chosen_of(task, record)) {
    std::string names;
    for (const std::size_t g : chosen->golds) {
      names += (names.empty() ? "" : " or ") + choice_text(g, chosen->choices[g]);
    }
    return names;
  }
  try {
    if (!task.target) return "";
    const Target target = task.target(record.item.doc);
    if (const auto* text = std::get_if<std::string>(&target)) return *text;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&target)) {
      return texts->empty() ? "" : texts->front();
    }
  } catch (const std::exception&) {
  }
  return "";
}

MeanFigure mean_figure(const std::vector<double>& values, const std::vector<std::size_t>& clusters,
                       double alpha) {
  const PairedMean mean = paired_mean(values, clusters);
  return {mean.value, mean.n, paired_interval(mean, 1 - alpha)};
}

}  // namespace

std::optional<Answer> answer_of(const Task& task, const ItemRecord& record,
                                const std::string& metric, const std::string& filter) {
  if (task.output == OutputType::kMultipleChoice) {
    const std::optional<Chosen> chosen = chosen_of(task, record);
    const std::vector<double> ranking =
        chosen ? ranking_of(*chosen, metric) : std::vector<double>{};
    if (ranking.empty()) return std::nullopt;
    const std::size_t pick = argmax(ranking);
    return Answer{choice_text(pick, chosen->choices[pick]), softmax(ranking)[pick]};
  }
  if (task.output != OutputType::kGenerate || task.build_program) return std::nullopt;
  for (const Judgement& judgement : record.judged.judgements) {
    if (judgement.filter == filter) return Answer{judgement.extracted, std::nullopt};
  }
  return std::nullopt;
}

void AnswerComparison::add_distributions(const Task& task, const ItemPair& pair) {
  const std::optional<Chosen> base = chosen_of(task, *pair.base);
  const std::optional<Chosen> other = chosen_of(task, *pair.other);
  if (!base || !other || base->lls.size() != other->lls.size()) return;
  const std::size_t cluster = cluster_offset_ + pair.cluster;
  const std::vector<double> p = log_softmax(base->lls);
  const std::vector<double> q = log_softmax(other->lls);
  shifts_.push_back({kl_divergence(p, q), total_variation(p, q), cluster});
  // Several choices can be right in some tasks; "how sure of the right one" is then not defined.
  if (base->golds.size() != 1) return;
  const std::size_t gold = base->golds.front();
  const std::size_t a = argmax(base->lls);
  const std::size_t b = argmax(other->lls);
  sure_.push_back({std::exp(p[a]), std::exp(q[b]), a == gold, b == gold, brier(base->lls, gold),
                   brier(other->lls, gold), cluster});
}

void AnswerComparison::add(const Task& task, const TaskPairs& pairs, const std::string& metric,
                           const std::string& filter, bool higher_is_better) {
  std::size_t greatest = 0;
  for (const ItemPair& pair : pairs.measured) {
    greatest = std::max(greatest, pair.cluster);
    add_distributions(task, pair);
    texts_.add(pair, same_tokens_);
    next_tokens_.add(pair, cluster_offset_ + pair.cluster);
    const std::optional<double> a = value_of(*pair.base, metric, filter);
    const std::optional<double> b = value_of(*pair.other, metric, filter);
    if (!a || !b) continue;
    const auto binary = [](double x) { return x == 0.0 || x == 1.0; };
    if (!higher_is_better || !binary(*a) || !binary(*b)) {
      binary_ = false;
      continue;
    }
    const std::optional<Answer> before = answer_of(task, *pair.base, metric, filter);
    const std::optional<Answer> after = answer_of(task, *pair.other, metric, filter);
    const bool known = before && after;
    const bool same = known && before->text == after->text;
    answered_ += known ? 1 : 0;
    agreeing_ += same ? 1 : 0;
    ++counts_.items;
    const bool was = *a == 1.0;
    const bool is = *b == 1.0;
    counts_.both_right += was && is ? 1 : 0;
    counts_.lost += was && !is ? 1 : 0;
    counts_.gained += !was && is ? 1 : 0;
    if (!was && !is)
      ++(!known ? counts_.wrong_unknown : same ? counts_.wrong_same : counts_.wrong_other);
    if (was == is && (was || !known || same)) continue;
    Flip flip;
    flip.task = pairs.base->name;
    flip.item = pair.base->item.id;
    flip.group = pair.base->item.group;
    flip.kind = was && !is   ? Flip::Kind::kLost
                : !was && is ? Flip::Kind::kGained
                             : Flip::Kind::kOtherWrong;
    flip.prompt = prompt_of(*pair.base);
    flip.gold = gold_of(task, *pair.base);
    if (before) flip.base_answer = before->text, flip.base_probability = before->probability;
    if (after) flip.other_answer = after->text, flip.other_probability = after->probability;
    flips_.push_back(std::move(flip));
  }
  cluster_offset_ += greatest + 1;
}

void AnswerComparison::finish(TaskComparison& out) const {
  if (binary_ && counts_.items > 0) out.flips = counts_;
  if (answered_ > 0) {
    out.agreement = static_cast<double>(agreeing_) / static_cast<double>(answered_);
  }
  if (!shifts_.empty()) {
    std::vector<double> kl;
    std::vector<double> variation;
    std::vector<std::size_t> clusters;
    for (const Shift& shift : shifts_) {
      kl.push_back(shift.kl);
      variation.push_back(shift.variation);
      clusters.push_back(shift.cluster);
    }
    out.choices =
        ChoiceShift{mean_figure(kl, clusters, alpha_), mean_figure(variation, clusters, alpha_)};
  }
  if (!sure_.empty()) {
    std::vector<Confidence> base;
    std::vector<Confidence> other;
    std::vector<double> change;
    std::vector<std::size_t> clusters;
    Calibration calibration{0, 0, {0, 0}, 0, 0, {}, sure_.size()};
    for (const Sure& item : sure_) {
      base.push_back({item.base, item.base_right});
      other.push_back({item.other, item.other_right});
      change.push_back(item.other_brier - item.base_brier);
      clusters.push_back(item.cluster);
      calibration.base_brier += item.base_brier / static_cast<double>(sure_.size());
      calibration.other_brier += item.other_brier / static_cast<double>(sure_.size());
    }
    calibration.base_ece = expected_calibration_error(base);
    calibration.other_ece = expected_calibration_error(other);
    calibration.ece_change = calibration_change_interval(base, other);
    calibration.brier_change = paired_interval(paired_mean(change, clusters), 1 - alpha_);
    out.calibration = calibration;
  }
  out.divergence = texts_.result();
  out.next_token = next_tokens_.result(alpha_);
}

}  // namespace assay
