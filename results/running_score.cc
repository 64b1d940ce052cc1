// See running_score.h.
#include "results/running_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/figures.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

const MetricValue* first_share(const JudgedItem& judged) {
  if (judged.error || judged.judgements.empty()) return nullptr;
  const Judgement& verdict = judged.judgements.front();
  if (!verdict.not_run.empty()) return nullptr;
  for (const MetricValue& value : verdict.values) {
    if (is_share(value.metric)) return &value;
  }
  return nullptr;
}

}  // namespace

void RunningScore::add(const std::string& task, const JudgedItem& judged) {
  const MetricValue* value = first_share(judged);
  if (value == nullptr) return;
  last_ = task;
  Sums& sums = tasks_[task];
  sums.metric = value->metric;
  ++sums.items;
  sums.sum += value->value;
  sums.squares += value->value * value->value;
  sums.right_or_wrong = sums.right_or_wrong && (value->value == 0.0 || value->value == 1.0);
}

std::string RunningScore::text() const {
  const auto found = tasks_.find(last_);
  if (found == tasks_.end() || found->second.items < kFewestItems) return "";
  const Sums& sums = found->second;
  const auto n = static_cast<double>(sums.items);
  const double mean = sums.sum / n;
  double half = 0;
  if (sums.right_or_wrong) {
    const Interval held =
        wilson_interval(static_cast<std::size_t>(std::llround(sums.sum)), sums.items);
    half = (held.high - held.low) / 2;
  } else {
    const double variance = std::max(0.0, (sums.squares - n * mean * mean) / (n - 1));
    half = kZ95 * std::sqrt(variance / n);
  }
  const int digits = half >= 0.01 || half == 0 ? 2 : half >= 0.001 ? 3 : 4;
  return fmt::format("{} {} {:.{}f} ± {:.{}f}", found->first, sums.metric, mean, digits, half,
                     digits);
}

}  // namespace assay
