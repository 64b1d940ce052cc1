// See sequence_base.h. Settings are compared in the manifests; what was really asked is compared
// item by item, because that is what pairing rests on.
#include "results/sequence_base.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "results/comparability.h"
#include "results/headline.h"
#include "results/pairing.h"
#include "runtime/wire.h"
#include "scorers/judge.h"

namespace assay {
namespace {

constexpr std::size_t kMaxProblems = 8;

class Pairing {
 public:
  Pairing(const RunFolder& base, const Plan& plan, const Json& manifest)
      : base_(base), plan_(plan), manifest_(manifest) {}

  expected<SequenceBase> pair() {
    SequenceBase out;
    out.name = base_.manifest.at("model").value("name", "");
    out.fingerprint = base_.manifest.at("fingerprint").get<std::string>();
    compare_settings();
    for (std::size_t t = 0; t < plan_.tasks.size(); ++t) out.tasks.push_back(pair_task(t));
    if (!problems_.empty()) return refusal();
    leave_out_families_with_errors(out);
    const bool any = std::any_of(out.tasks.begin(), out.tasks.end(),
                                 [](const BaseScores& task) { return task.why_not.empty(); });
    if (any) return out;
    return usage_error(
        fmt::format("Nothing can be compared with {} while it runs: {}. Leave out "
                    "--stop-when-decided, or choose another base.",
                    base_.path, out.tasks.front().why_not));
  }

 private:
  void problem(std::string what) { problems_.push_back(std::move(what)); }

  // The check that finished runs go through, over the tasks that both have.
  void compare_settings() {
    std::vector<std::string> names;
    for (const TaskRecord& task : base_.tasks) names.push_back(task.name);
    for (const SettingDifference& d : setting_differences(base_.manifest, manifest_, names)) {
      if (d.refuses) problem(fmt::format("{}: {} there, {} here", d.field, d.base, d.other));
    }
  }

  Error refusal() const {
    std::string list;
    for (std::size_t i = 0; i < problems_.size() && i < kMaxProblems; ++i) {
      list += (i > 0 ? "; " : "") + problems_[i];
    }
    if (problems_.size() > kMaxProblems) {
      list += fmt::format("; and {} more", problems_.size() - kMaxProblems);
    }
    return usage_error(
        fmt::format("This run cannot be paired with {}: {}. Use the settings and the items of that "
                    "run, or run the base again with these.",
                    base_.path, list));
  }

  BaseScores pair_task(std::size_t t) {
    const PlannedTask& planned = plan_.tasks[t];
    const Task& task = *planned.loaded.task;
    BaseScores scores;
    scores.values.resize(planned.loaded.items.size());
    const auto found = std::find_if(base_.tasks.begin(), base_.tasks.end(),
                                    [&](const TaskRecord& r) { return r.name == task.name; });
    if (found == base_.tasks.end()) {
      problem(fmt::format("task {} is not in that run", task.name));
      return scores;
    }
    const std::vector<MetricSpec> metrics = reported_metrics(task);
    const MetricSpec* metric = headline_metric(metrics);
    if (metric == nullptr || !is_score(*metric)) {
      scores.why_not = "it has no score between 0 and 1";
    } else {
      scores.metric = metric->name;
      scores.filter = first_filter(*found);
    }
    take_values(planned, *found, scores);
    return scores;
  }

  static std::string first_filter(const TaskRecord& record) {
    for (const ItemRecord& item : record.items) {
      if (!item.judged.judgements.empty()) return item.judged.judgements.front().filter;
    }
    return "none";
  }

  void take_values(const PlannedTask& planned, const TaskRecord& record, BaseScores& scores) {
    const std::string& name = record.name;
    std::map<std::string, const ItemRecord*> by_id;
    for (const ItemRecord& item : record.items) by_id.emplace(item.item.id, &item);
    std::size_t missing = 0;
    std::size_t reworded = 0;
    std::string example;
    for (std::size_t i = 0; i < planned.loaded.items.size(); ++i) {
      const LoadedItem& loaded = planned.loaded.items[i];
      const auto found = by_id.find(loaded.item.id);
      if (found == by_id.end()) {
        ++missing;
        continue;
      }
      const ItemRecord& item = *found->second;
      const expected<Request> request = planned_request(plan_, planned, loaded);
      if (request && item.evidence.request &&
          !asked_the_same(to_valid_utf8(*request), *item.evidence.request)) {
        if (reworded++ == 0) example = loaded.item.id;
        continue;
      }
      scores.values[i] = value_of(item, scores);
    }
    if (missing > 0) {
      problem(fmt::format("{} of the {} items of task {} are not in that run", missing,
                          planned.loaded.items.size(), name));
    }
    if (reworded > 0) {
      problem(
          fmt::format("{} items of task {} are asked in other words (prompt, template or "
                      "worked examples), for example {}",
                      reworded, name, example));
    }
  }

  static std::optional<double> value_of(const ItemRecord& item, BaseScores& scores) {
    for (const Judgement& judgement : item.judged.judgements) {
      if (judgement.filter != scores.filter) continue;
      for (const MetricValue& value : judgement.values) {
        if (value.metric != scores.metric) continue;
        if (value.value >= 0 && value.value <= 1) return value.value;
        scores.why_not = fmt::format("{} is not between 0 and 1", scores.metric);
      }
    }
    return std::nullopt;
  }

  void leave_out_families_with_errors(SequenceBase& out) const {
    for (const Family& family : families_of(plan_)) {
      std::size_t items = 0;
      std::size_t unmeasured = 0;
      for (const std::size_t t : family.tasks) {
        items += out.tasks[t].values.size();
        unmeasured += static_cast<std::size_t>(
            std::count(out.tasks[t].values.begin(), out.tasks[t].values.end(), std::nullopt));
      }
      const double share = static_cast<double>(unmeasured) / static_cast<double>(items);
      if (share <= kMaxBaseErrors) continue;
      for (const std::size_t t : family.tasks) {
        if (!out.tasks[t].why_not.empty()) continue;
        out.tasks[t].why_not = fmt::format(
            "{} of {} items have no score in the base run, more than the {:g} % that are accepted",
            unmeasured, items, 100 * kMaxBaseErrors);
      }
    }
  }

  const RunFolder& base_;
  const Plan& plan_;
  const Json& manifest_;
  std::vector<std::string> problems_;
};

}  // namespace

expected<SequenceBase> find_base_scores(const RunFolder& base, const Plan& plan,
                                        const Json& manifest) {
  return Pairing(base, plan, manifest).pair();
}

SequenceRequest sequence_against(const std::string& folder, const SequenceSettings& settings) {
  SequenceRequest request;
  request.settings = settings;
  request.base = [folder](const Plan& plan, const Json& manifest) -> expected<SequenceBase> {
    const expected<RunFolder> base = load_run(folder);
    if (!base) return base.error();
    return find_base_scores(*base, plan, manifest);
  };
  return request;
}

}  // namespace assay
