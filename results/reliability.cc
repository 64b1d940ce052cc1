// See reliability.h.
#include "results/reliability.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

#include "scorers/choice_metrics.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

std::vector<std::size_t> golds_of(const Task& task, const Item& item,
                                  const std::vector<std::string>& choices) {
  try {
    return task.gold_of_contexts ? gold_indices(Target(task.gold_of_contexts(item.doc)), choices)
                                 : gold_indices(task.target(item.doc), choices);
  } catch (const std::exception&) {
    return {};  // a document without its gold is an item error elsewhere; here it is left out
  }
}

}  // namespace

std::vector<ConfidentAnswer> confident_answers(const TaskRecord& record) {
  std::vector<ConfidentAnswer> answers;
  const Task* task = task_of(record);
  if (task == nullptr || task->output != OutputType::kMultipleChoice || task->process_results) {
    return answers;
  }
  for (const ItemRecord& item : record.items) {
    if (item.judged.error || !item.evidence.answer) continue;
    const auto* scores = std::get_if<std::vector<ChoiceScore>>(&item.evidence.answer->answer);
    const auto* asked =
        item.evidence.request ? std::get_if<Choices>(&*item.evidence.request) : nullptr;
    if (scores == nullptr || asked == nullptr) continue;
    const std::vector<std::string> choices = task->choices(item.item.doc);
    if (choices.size() < 2 || scores->size() < choices.size()) continue;
    const std::vector<std::size_t> golds = golds_of(*task, item.item, choices);
    if (golds.size() != 1) continue;
    std::vector<double> lls;
    for (std::size_t i = 0; i < choices.size(); ++i) lls.push_back((*scores)[i].loglikelihood);
    const std::size_t picked = argmax(lls);
    answers.push_back({softmax(lls)[picked], picked == golds.front(), brier(lls, golds.front())});
  }
  return answers;
}

ReliabilityDiagram reliability_diagram(std::span<const ConfidentAnswer> answers) {
  ReliabilityDiagram found;
  found.n = answers.size();
  found.ece = NotRun{"no items"};
  found.brier = NotRun{"no items"};
  if (answers.empty()) return found;
  const std::size_t n = answers.size();

  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return answers[a].confidence < answers[b].confidence;
  });
  const std::size_t bins = std::min(kReliabilityBins, n);
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t from = b * n / bins;
    const std::size_t to = (b + 1) * n / bins;
    ReliabilityBin bin;
    bin.low = answers[order[from]].confidence;
    bin.high = answers[order[to - 1]].confidence;
    std::size_t right = 0;
    for (std::size_t k = from; k < to; ++k) {
      bin.confidence += answers[order[k]].confidence;
      right += answers[order[k]].right ? 1 : 0;
    }
    const std::size_t size = to - from;
    bin.confidence /= static_cast<double>(size);
    bin.accuracy = Estimate{static_cast<double>(right) / static_cast<double>(size), size,
                            std::nullopt, wilson_interval(right, size), "wilson"};
    found.bins.push_back(std::move(bin));
  }

  double gaps = 0;
  for (std::size_t b = 0; b < bins; ++b) {
    double gap = 0;
    for (std::size_t k = b * n / bins; k < (b + 1) * n / bins; ++k) {
      gap += (answers[order[k]].right ? 1.0 : 0.0) - answers[order[k]].confidence;
    }
    gaps += std::fabs(gap);
  }
  found.ece = Estimate{gaps / static_cast<double>(n), n, std::nullopt, std::nullopt, ""};
  std::vector<double> briers;
  for (const ConfidentAnswer& answer : answers) briers.push_back(answer.brier);
  Estimate brier{mean(briers), n, standard_error(briers), std::nullopt, ""};
  if (brier.std_error) {
    brier.interval = normal_interval(brier.value, *brier.std_error);
    brier.interval_method = "normal";
  }
  found.brier = std::move(brier);
  return found;
}

}  // namespace assay
