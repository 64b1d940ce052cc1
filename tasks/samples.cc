// See samples.h.
#include "tasks/samples.h"

#include <map>
#include <mutex>
#include <utility>

namespace assay {

std::vector<int> pass_at_ks(int samples) {
  std::vector<int> ks;
  for (long long power = 1; power <= samples; power *= 10) {
    ks.push_back(static_cast<int>(power));
    if (5 * power <= samples) ks.push_back(static_cast<int>(5 * power));
  }
  return ks;
}

Task with_samples(const Task& task, int samples) {
  Task out = task;
  out.repeats = samples;
  for (MetricSpec& metric : out.metrics) {
    // MBPP's only metric is the first of pass_at_1, pass_at_5, …
    if (metric.name == "pass_at_1") metric = {"pass_at_k", metric.aggregation, true, {{"k", {1}}}};
    const auto own = metric.args.find("k");
    const bool with_k = metric.name == "pass@k" || metric.name == "pass_at_k";
    if (!with_k || own == metric.args.end() || !own->is_array()) continue;
    std::vector<int> ks;
    for (const Json& k : *own) {
      if (k.get<int>() <= samples) ks.push_back(k.get<int>());
    }
    if (ks.empty() || ks == std::vector<int>{1}) ks = pass_at_ks(samples);
    metric.args["k"] = ks;
  }
  return out;
}

const Task* task_with_samples(const Task& task, int samples) {
  if (samples == task.repeats) return &task;
  static std::mutex mutex;
  static std::map<std::pair<const Task*, int>, Task> made;
  const std::lock_guard lock(mutex);
  const auto key = std::make_pair(&task, samples);
  const auto found = made.find(key);
  if (found != made.end()) return &found->second;
  return &made.emplace(key, with_samples(task, samples)).first->second;
}

const Task* task_in_form(const Task* task, std::string_view compat) {
  return compat == kCompatLmEval && task->original ? task->original.get() : task;
}

}  // namespace assay
