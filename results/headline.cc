// See the header.
#include "results/headline.h"

#include <algorithm>

namespace assay {
namespace {

bool is_share(const MetricSpec& metric) {
  const bool mean = metric.aggregation == "mean" || metric.aggregation == "nanmean";
  return mean && metric.name != "brier_score";
}

}  // namespace

bool is_score(const MetricSpec& metric) { return is_share(metric) && metric.higher_is_better; }

const MetricSpec* headline_metric(const std::vector<MetricSpec>& metrics) {
  const auto first = [&](const auto& fits) -> const MetricSpec* {
    const auto found = std::find_if(metrics.begin(), metrics.end(), fits);
    return found == metrics.end() ? nullptr : &*found;
  };
  const auto is_acc_norm = [](const MetricSpec& m) { return m.name == "acc_norm"; };
  if (const MetricSpec* chosen = first(is_acc_norm)) return chosen;
  if (const MetricSpec* chosen = first(is_score)) return chosen;
  if (const MetricSpec* chosen = first(is_share)) return chosen;
  return metrics.empty() ? nullptr : &metrics.front();
}

}  // namespace assay
