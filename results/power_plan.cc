// See power_plan.h.
#include "results/power_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "results/headline.h"
#include "runtime/journal.h"
#include "runtime/machine.h"
#include "scorers/judge.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

// What an earlier run measured of one task.
struct MeasuredCost {
  double seconds = 0;
  std::size_t requests = 0;  // texts generated, or items
  std::size_t prompt_tokens = 0;
  std::size_t generated_tokens = 0;

  std::size_t tokens() const { return prompt_tokens + generated_tokens; }
  bool usable() const { return tokens() > 0 && requests > 0 && seconds > 0; }
  void add(const MeasuredCost& other) {
    seconds += other.seconds;
    requests += other.requests;
    prompt_tokens += other.prompt_tokens;
    generated_tokens += other.generated_tokens;
  }
};

std::string label(const RunFolder& run) {
  return fmt::format("{} ({})", run.path, run.manifest.at("model").value("name", ""));
}

bool of_this_machine(const RunFolder& run) {
  const Json here = describe_machine();
  const Json there = run.manifest.value("machine", Json::object());
  return here.value("cpu", Json()) == there.value("cpu", Json()) &&
         here.value("cores", Json()) == there.value("cores", Json());
}

// Engine seconds and tokens of each task, from the journal.
expected<std::map<std::string, MeasuredCost>> measured_costs(const RunFolder& run) {
  const expected<JournalContents> journal = read_journal(run.path + "/journal.jsonl");
  if (!journal) return journal.error();
  std::map<std::string, MeasuredCost> costs;
  for (const JournalUnit& unit : journal->units) {
    if (unit.records.empty()) continue;
    MeasuredCost& cost = costs[unit.records.front().task];
    cost.seconds += unit.seconds;
    for (const JournalRecord& record : unit.records) {
      if (!record.evidence.answer) continue;
      const Response& response = *record.evidence.answer;
      cost.prompt_tokens += static_cast<std::size_t>(response.prompt_tokens);
      const auto* texts = std::get_if<std::vector<Generation>>(&response.answer);
      cost.requests += texts != nullptr ? texts->size() : 1;
      if (texts == nullptr) continue;
      for (const Generation& text : *texts) {
        cost.generated_tokens += static_cast<std::size_t>(text.tokens);
      }
    }
  }
  return costs;
}

const TaskRecord* record_of(const RunFolder* run, const std::string& task) {
  if (run == nullptr) return nullptr;
  for (const TaskRecord& record : run->tasks) {
    if (record.name == task) return &record;
  }
  return nullptr;
}

// Scores of the task's headline by item id.
std::map<std::string, double> headline_values(const Task& task, const TaskRecord& record) {
  std::map<std::string, double> values;
  const std::vector<MetricSpec> metrics = reported_metrics(task);
  const MetricSpec* headline = headline_metric(metrics);
  if (headline == nullptr || !is_score(*headline)) return values;
  for (const ItemRecord& item : record.items) {
    if (item.judged.judgements.empty()) continue;
    for (const MetricValue& value : item.judged.judgements.front().values) {
      if (value.metric == headline->name) values.emplace(item.item.id, value.value);
    }
  }
  return values;
}

struct Disagreement {
  std::size_t items = 0;
  double squares = 0;  // of the differences; for right or wrong the number of disagreements
};

Disagreement disagreement_of(const Task& task, const PowerQuestion& question) {
  Disagreement found;
  const TaskRecord* base = record_of(question.base, task.name);
  const TaskRecord* pilot = record_of(question.pilot, task.name);
  if (base == nullptr || pilot == nullptr) return found;
  const std::map<std::string, double> there = headline_values(task, *base);
  for (const auto& [id, value] : headline_values(task, *pilot)) {
    const auto twin = there.find(id);
    if (twin == there.end()) continue;
    ++found.items;
    found.squares += (value - twin->second) * (value - twin->second);
  }
  return found;
}

class Planner {
 public:
  Planner(const Plan& plan, const Model* model, const PowerQuestion& question)
      : plan_(plan), model_(model), question_(question) {}

  expected<PowerPlan> make() {
    // The rate of the model in question if there is one, else of the pilot, else of the base.
    for (const RunFolder* run : {question_.trial, question_.pilot, question_.base}) {
      if (run == nullptr) continue;
      const bool same =
          run == question_.trial ||
          (model_ != nullptr && run->manifest.at("model").value("name", "") == model_->info().name);
      if (rates_ == nullptr || (same && !same_model_)) {
        rates_ = run;
        same_model_ = same;
      }
    }
    if (rates_ != nullptr) {
      expected<std::map<std::string, MeasuredCost>> costs = measured_costs(*rates_);
      if (!costs) return costs.error();
      costs_ = std::move(*costs);
    }
    PowerPlan out;
    out.question = question_;
    out.question.base = out.question.pilot = out.question.trial = nullptr;
    const std::vector<TaskEstimate> estimates = estimate(plan_, model_);
    const std::vector<Family> families = families_of(plan_);
    Disagreement all_found;
    std::vector<std::size_t> all_tasks;
    for (const Family& family : families) {
      const double alpha = question_.alpha / static_cast<double>(families.size());
      out.rows.push_back(row_of(family.name, family.tasks, estimates, alpha));
      all_tasks.insert(all_tasks.end(), family.tasks.begin(), family.tasks.end());
    }
    if (families.size() > 1) {
      PowerRow all = row_of("all", all_tasks, estimates, question_.alpha);
      add_up_time(out.rows, all);
      out.rows.push_back(std::move(all));
    }
    describe_model(out);
    return out;
  }

 private:
  PowerRow row_of(const std::string& name, const std::vector<std::size_t>& tasks,
                  const std::vector<TaskEstimate>& estimates, double alpha) {
    PowerRow row;
    row.name = name;
    row.cost.task = name;
    row.alpha = alpha;
    for (const std::size_t t : tasks) {
      const TaskEstimate& task = estimates[t];
      row.cost.items += task.items;
      row.cost.available += task.available;
      row.cost.requests += task.requests;
      row.cost.prompt_tokens += task.prompt_tokens;
      row.cost.max_new_tokens += task.max_new_tokens;
      row.cost.errors += task.errors;
    }
    set_discordance(tasks, row);
    set_power(tasks, row);
    set_time(tasks, estimates, row);
    return row;
  }

  void set_discordance(const std::vector<std::size_t>& tasks, PowerRow& row) const {
    Disagreement found;
    for (const std::size_t t : tasks) {
      const Disagreement task = disagreement_of(*plan_.tasks[t].loaded.task, question_);
      found.items += task.items;
      found.squares += task.squares;
    }
    if (question_.discordance || found.items == 0) {
      row.discordance = question_.discordance.value_or(kAssumedDiscordance);
      row.discordance_source = "assumed";
      return;
    }
    row.discordance = found.squares / static_cast<double>(found.items);
    row.discordance_source = fmt::format("measured on {} items", found.items);
    if (found.squares > 0) return;
    row.discordance = clopper_pearson(0, found.items).high;
    row.discordance_source = fmt::format("none on {} items: upper limit taken", found.items);
  }

  void set_power(const std::vector<std::size_t>& tasks, PowerRow& row) const {
    row.has_score = std::any_of(tasks.begin(), tasks.end(), [&](std::size_t t) {
      const std::vector<MetricSpec> metrics = reported_metrics(*plan_.tasks[t].loaded.task);
      const MetricSpec* headline = headline_metric(metrics);
      return headline != nullptr && is_score(*headline);
    });
    if (!row.has_score || row.measurable() == 0) return;
    const PowerRule rule{row.alpha, question_.power};
    row.detectable = detectable_difference(row.measurable(), row.discordance, rule);
    row.needed = items_needed(question_.difference, row.discordance, rule);
  }

  void set_time(const std::vector<std::size_t>& tasks, const std::vector<TaskEstimate>& estimates,
                PowerRow& row) const {
    if (rates_ == nullptr) {
      row.time_source = "not measured";
      return;
    }
    if (model_ == nullptr) {
      row.time_source = "tokens are not counted";
      return;
    }
    MeasuredCost together;  // of the row's tasks that were measured, for those that were not
    std::size_t known = 0;
    for (const std::size_t t : tasks) {
      const auto found = costs_.find(estimates[t].task);
      if (found == costs_.end() || !found->second.usable()) continue;
      together.add(found->second);
      ++known;
    }
    if (known == 0) {
      row.time_source = "not measured";
      return;
    }
    double seconds = 0;
    for (const std::size_t t : tasks) {
      const auto found = costs_.find(estimates[t].task);
      const bool own = found != costs_.end() && found->second.usable();
      seconds += seconds_of(estimates[t], own ? found->second : together);
    }
    row.seconds = seconds;
    row.time_source = known == tasks.size()
                          ? "measured"
                          : fmt::format("measured on {} of {} tasks", known, tasks.size());
  }

  // The time of all is known when each row's is.
  static void add_up_time(const std::vector<PowerRow>& rows, PowerRow& all) {
    double seconds = 0;
    std::size_t unknown = 0;
    for (const PowerRow& row : rows) {
      if (row.measurable() == 0) continue;  // nothing is asked
      seconds += row.seconds.value_or(0);
      unknown += row.seconds ? 0 : 1;
    }
    all.seconds.reset();
    if (unknown == 0) {
      all.seconds = seconds;
      all.time_source = "sum of the rows";
    } else if (unknown < rows.size()) {
      all.time_source = fmt::format("not measured for {} of {} tasks", unknown, rows.size());
    } else {
      all.time_source = rows.front().time_source;
    }
  }

  // Tokens to read and to write, at the earlier run's seconds per token of the same task.
  static double seconds_of(const TaskEstimate& task, const MeasuredCost& cost) {
    auto planned = static_cast<double>(task.prompt_tokens);
    if (task.max_new_tokens > 0) {
      planned += static_cast<double>(task.requests) * static_cast<double>(cost.generated_tokens) /
                 static_cast<double>(cost.requests);
    }
    return planned * cost.seconds / static_cast<double>(cost.tokens());
  }

  void describe_model(PowerPlan& out) const {
    if (rates_ != nullptr && rates_ == question_.trial) {
      out.notes.push_back(
          fmt::format("time at the engine seconds per token measured just now on {} items",
                      rates_->summary.items));
    } else if (rates_ != nullptr) {
      out.notes.push_back(fmt::format(
          "time at the engine seconds per token of each task in {}, "
          "made on {}{}",
          label(*rates_), of_this_machine(*rates_) ? "this machine" : "another machine or set-up",
          same_model_ ? "" : ", with another model"));
    }
    if (question_.pilot != nullptr && question_.base != nullptr) {
      out.notes.push_back(fmt::format("discordance between {} and {}", label(*question_.base),
                                      label(*question_.pilot)));
    }
    if (model_ == nullptr) return;
    out.model = model_->info().name;
    const bool writes_texts =
        std::any_of(out.rows.begin(), out.rows.end(),
                    [](const PowerRow& row) { return row.cost.max_new_tokens > 0; });
    out.memory = planned_memory(model_->info().manifest, writes_texts);
    if (same_model_ && rates_->summary.timing.peak_memory_bytes > 0) {
      out.measured_peak_bytes = rates_->summary.timing.peak_memory_bytes;
      out.peak_source = rates_ == question_.trial ? "the trial" : label(*rates_);
    }
  }

  const Plan& plan_;
  const Model* model_;
  const PowerQuestion& question_;
  const RunFolder* rates_ = nullptr;
  bool same_model_ = false;
  std::map<std::string, MeasuredCost> costs_;
};

}  // namespace

expected<PowerPlan> plan_power(const Plan& plan, const Model* model,
                               const PowerQuestion& question) {
  return Planner(plan, model, question).make();
}

}  // namespace assay
