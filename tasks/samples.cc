// See samples.h.
#include "tasks/samples.h"

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

}  // namespace assay
