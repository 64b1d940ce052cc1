// See samples.h.
#include "tasks/samples.h"

#include <map>
#include <mutex>
#include <string>
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
    const auto own = metric.args.find("k");
    if (metric.name != "pass@k" || own == metric.args.end() || !own->is_array()) continue;
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
  static std::map<std::pair<std::string, int>, Task> made;
  const std::lock_guard lock(mutex);
  const auto key = std::make_pair(task.name, samples);
  const auto found = made.find(key);
  if (found != made.end()) return &found->second;
  return &made.emplace(key, with_samples(task, samples)).first->second;
}

}  // namespace assay
