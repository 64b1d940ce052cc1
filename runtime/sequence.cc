// The monitor: from judged units to decisions; see sequence.h.
#include "runtime/sequence.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace assay {
namespace {

constexpr std::size_t kFirstLook = 16;  // of the trace; later ones double

// An item's score when it has one that can be compared: 0..1.
std::optional<double> score_of(const JudgedItem& judged, const std::string& metric,
                               const std::string& filter) {
  for (const Judgement& judgement : judged.judgements) {
    if (judgement.filter != filter) continue;
    for (const MetricValue& value : judgement.values) {
      if (value.metric == metric && value.value >= 0 && value.value <= 1) return value.value;
    }
  }
  return std::nullopt;
}

}  // namespace

struct SequenceMonitor::UnitState {
  std::size_t family = 0;
  std::string metric, filter;
  std::vector<std::optional<double>> base;  // by item of the unit
  std::vector<std::optional<double>> here;
  double seconds = 0;
  bool answered = false;
};

struct SequenceMonitor::FamilyState {
  FamilyOutcome outcome;
  std::vector<std::size_t> units;
  std::size_t block = 1;
  std::optional<PairedSequence> sequence;  // none: not compared
  std::atomic<bool> decided{false};
  std::size_t cursor = 0;    // units taken
  std::size_t in_block = 0;  // items of the block in hand
  std::vector<PairedDraw> pending;
  std::size_t next_look = kFirstLook;
  double difference_sum = 0;
  double seconds = 0;
};

SequenceMonitor::SequenceMonitor() = default;
SequenceMonitor::~SequenceMonitor() = default;

expected<std::unique_ptr<SequenceMonitor>> SequenceMonitor::from_manifest(const Json& manifest) {
  try {
    std::unique_ptr<SequenceMonitor> monitor(new SequenceMonitor);
    const Json& sequence = manifest.at("sequence");
    SequenceOutcome& rule = monitor->rule_;
    rule.against = sequence.at("against").at("model").get<std::string>();
    rule.alpha = sequence.at("alpha").get<double>();
    rule.margin = sequence.at("margin").get<double>();
    rule.order_seed = sequence.at("order_seed").get<std::uint64_t>();
    std::map<std::size_t, std::size_t> family_of_task;
    for (const Json& entry : sequence.at("families")) {
      auto family = std::make_unique<FamilyState>();
      family->outcome.name = entry.at("name").get<std::string>();
      family->outcome.items = entry.at("items").get<std::size_t>();
      family->outcome.why_not = entry.value("why_not", "");
      if (family->outcome.why_not.empty()) {
        family->block = entry.at("block").get<std::size_t>();
        family->outcome.population = entry.at("population").get<std::size_t>();
        family->outcome.alpha = entry.at("alpha").get<double>();
        family->sequence.emplace(family->outcome.population,
                                 SequenceRule{family->outcome.alpha, rule.margin});
      }
      for (const Json& task : entry.at("tasks")) {
        family_of_task[task.get<std::size_t>()] = monitor->families_.size();
      }
      monitor->families_.push_back(std::move(family));
    }
    for (const Json& entry : sequence.at("units")) {
      auto unit = std::make_unique<UnitState>();
      const auto task = entry.at(0).get<std::size_t>();
      const Json& scores = sequence.at("scores").at(task);
      unit->family = family_of_task.at(task);
      unit->metric = scores.at("metric").get<std::string>();
      unit->filter = scores.at("filter").get<std::string>();
      for (const Json& position : entry.at(1)) {
        const Json& value = scores.at("base").at(position.get<std::size_t>());
        unit->base.push_back(value.is_null() ? std::nullopt : std::optional(value.get<double>()));
      }
      monitor->families_[unit->family]->units.push_back(monitor->units_.size());
      monitor->units_.push_back(std::move(unit));
    }
    return monitor;
  } catch (const std::exception& problem) {
    return data_error(fmt::format("the manifest's sequence is damaged ({})", problem.what()));
  }
}

bool SequenceMonitor::wanted(std::size_t unit) const {
  return !families_[units_[unit]->family]->decided.load(std::memory_order_relaxed);
}

std::string SequenceMonitor::observe(std::size_t index,
                                     const std::vector<const JudgedItem*>& judged,
                                     double engine_seconds) {
  UnitState& unit = *units_[index];
  FamilyState& family = *families_[unit.family];
  for (const JudgedItem* item : judged) {
    unit.here.push_back(score_of(*item, unit.metric, unit.filter));
  }
  unit.answered = true;
  family.seconds += engine_seconds;
  family.outcome.asked += judged.size();
  const bool before = family.decided;
  while (family.cursor < family.units.size() && units_[family.units[family.cursor]]->answered) {
    take(family, *units_[family.units[family.cursor++]]);
  }
  if (before || !family.decided) return "";
  return decision_sentence(outcome_of(family), rule_);
}

void SequenceMonitor::take(FamilyState& family, const UnitState& unit) {
  if (!family.sequence) return;
  const bool last_unit = family.cursor == family.units.size();
  for (std::size_t i = 0; i < unit.base.size(); ++i) {
    ++family.in_block;
    if (unit.base[i]) {
      const double base = *unit.base[i];
      if (unit.here[i]) {
        const double difference = *unit.here[i] - base;
        family.pending.push_back({difference, difference});
        family.difference_sum += difference;
        ++family.outcome.paired;
        family.outcome.better += difference > 0 ? 1 : 0;
        family.outcome.worse += difference < 0 ? 1 : 0;
      } else {
        family.pending.push_back({-base, 1 - base});  // whatever it would have been
      }
    }
    const bool last_item = last_unit && i + 1 == unit.base.size();
    if (family.in_block < family.block && !last_item) continue;
    family.in_block = 0;
    PairedSequence& sequence = *family.sequence;
    const bool before = sequence.verdict() != SequenceVerdict::kUndecided;
    sequence.observe(family.pending);
    family.pending.clear();
    const bool decided = sequence.verdict() != SequenceVerdict::kUndecided;
    if (sequence.seen() >= family.next_look || (decided && !before)) {
      family.outcome.trace.push_back({sequence.seen(), sequence.interval()});
      while (family.next_look <= sequence.seen()) family.next_look *= 2;
    }
    if (decided) family.decided = true;
  }
}

FamilyOutcome SequenceMonitor::outcome_of(const FamilyState& family) const {
  FamilyOutcome outcome = family.outcome;
  if (!family.sequence) return outcome;
  const PairedSequence& sequence = *family.sequence;
  outcome.verdict = sequence.verdict();
  outcome.decided_after = sequence.decided_after();
  outcome.interval = sequence.interval();
  if (outcome.paired > 0) {
    outcome.difference = family.difference_sum / static_cast<double>(outcome.paired);
  }
  if (sequence.seen() > 0 &&
      (outcome.trace.empty() || outcome.trace.back().items != sequence.seen())) {
    outcome.trace.push_back({sequence.seen(), outcome.interval});
  }
  return outcome;
}

SequenceOutcome SequenceMonitor::outcome() const {
  SequenceOutcome outcome = rule_;
  for (const auto& family : families_) outcome.families.push_back(outcome_of(*family));
  return outcome;
}

double SequenceMonitor::saved_seconds() const {
  double saved = 0;
  for (const auto& family : families_) {
    const FamilyOutcome& outcome = family->outcome;
    if (outcome.asked == 0) continue;
    const auto not_run = static_cast<double>(outcome.items - outcome.asked);
    saved += family->seconds / static_cast<double>(outcome.asked) * not_run;
  }
  return saved;
}

}  // namespace assay
