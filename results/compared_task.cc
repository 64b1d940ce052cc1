// See the header.
#include "results/compared_task.h"

#include <algorithm>

#include "results/headline.h"
#include "scorers/judge.h"

namespace assay {
namespace {

std::vector<std::string> filters_of(const TaskPairs& pairs) {
  std::vector<std::string> names;
  for (const ItemPair& pair : pairs.measured) {
    for (const Judgement& judgement : pair.base->judged.judgements) {
      if (std::find(names.begin(), names.end(), judgement.filter) == names.end()) {
        names.push_back(judgement.filter);
      }
    }
  }
  return names;
}

}  // namespace

ComparedTask compared_task(const TaskRecord& base, const TaskRecord& other) {
  ComparedTask out;
  out.pairs = pair_task(base, other);
  out.task = task_of(base);
  if (out.task != nullptr) out.metrics = reported_metrics(*out.task);
  out.filters = filters_of(out.pairs);
  const MetricSpec* headline = headline_metric(out.metrics);
  if (headline == nullptr || out.filters.empty()) return out;
  out.metric = headline->name;
  out.filter = out.filters.front();
  out.higher_is_better = headline->higher_is_better;
  out.share = is_score(*headline);
  return out;
}

}  // namespace assay
