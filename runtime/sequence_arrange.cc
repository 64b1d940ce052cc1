// Puts the units of a run that may stop early into their order; see sequence.h.
#include <algorithm>

#include "runtime/sequence.h"
#include "tasks/sampling_order.h"

namespace assay {
namespace {

// Items per unit: a unit is answered whole, so this is how far a run goes on after a decision.
constexpr std::size_t kUnitLimit = 16;
static_assert(kUnitLimit <= kUnitItems);

// What stopping early must not stop in the middle of.
std::string stratum_of(const PlannedTask& task, const Item& item) {
  return task.loaded.task->name + "/" + item.group;
}

// One item of a family on its way through the order.
struct Place {
  std::size_t task, position;
};

std::vector<Place> places_of(const Plan& plan, const Family& family) {
  std::vector<Place> places;
  for (const std::size_t task : family.tasks) {
    for (std::size_t i = 0; i < plan.tasks[task].loaded.items.size(); ++i) {
      places.push_back({task, i});
    }
  }
  return places;
}

// Consecutive items of one task and one block become units. A block is looked at as a whole, so
// its items may stand in task order.
void add_units(Plan& plan, const std::vector<Place>& order, std::size_t block) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool same_task = i > 0 && order[i].task == order[i - 1].task;
    const bool new_block = block > 1 && i % block == 0;
    if (!same_task || new_block || plan.units.back().size() == kUnitLimit) {
      plan.units.push_back({plan.units.size(), order[i].task, {}});
    }
    plan.units.back().positions.push_back(order[i].position);
  }
}

std::size_t measured_in(const SequenceBase& base, const std::vector<Place>& places) {
  return static_cast<std::size_t>(
      std::count_if(places.begin(), places.end(), [&](const Place& place) {
        return base.tasks[place.task].values[place.position].has_value();
      }));
}

// Why a family cannot be compared; "" when it can.
std::string why_not(const Family& family, const SequenceBase& base,
                    const std::vector<Place>& places) {
  for (const std::size_t task : family.tasks) {
    if (!base.tasks[task].why_not.empty()) return base.tasks[task].why_not;
  }
  if (measured_in(base, places) == 0) return "the base run measured none of its items";
  return "";
}

}  // namespace

Json arrange_sequence(Plan& plan, const SequenceSettings& settings, const SequenceBase& base) {
  plan.units.clear();
  std::size_t compared = 0;
  const std::vector<Family> families = families_of(plan);
  for (const Family& family : families) {
    compared += why_not(family, base, places_of(plan, family)).empty() ? 1 : 0;
  }
  Json family_list = Json::array();
  for (const Family& family : families) {
    const std::vector<Place> places = places_of(plan, family);
    std::vector<std::string> strata;
    for (const Place& place : places) {
      const PlannedTask& task = plan.tasks[place.task];
      strata.push_back(stratum_of(task, task.loaded.items.head(place.position)));
    }
    Json entry = {{"name", family.name}, {"tasks", family.tasks}, {"items", places.size()}};
    const std::string reason = why_not(family, base, places);
    std::vector<Place> order = places;
    std::size_t block = places.size();
    if (reason.empty()) {
      const SamplingOrder drawn = sampling_order(strata, family.name, settings.order_seed);
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = places[drawn.positions[i]];
      block = drawn.block;
      entry["alpha"] = settings.alpha / static_cast<double>(compared);
      entry["population"] = measured_in(base, places);
      entry["strata"] = drawn.strata;
      entry["block"] = drawn.block;
    } else {
      entry["why_not"] = reason;
    }
    add_units(plan, order, block);
    family_list.push_back(std::move(entry));
  }
  Json scores = Json::array();
  for (const BaseScores& task : base.tasks) {
    Json values = Json::array();
    for (const std::optional<double>& value : task.values) {
      values.push_back(value ? Json(*value) : Json());
    }
    scores.push_back({{"metric", task.metric}, {"filter", task.filter}, {"base", values}});
  }
  Json units = Json::array();
  for (const Unit& unit : plan.units) units.push_back({unit.task, unit.positions});
  return {{"rule", "betting, without replacement"},
          {"alpha", settings.alpha},
          {"margin", settings.margin},
          {"order_seed", settings.order_seed},
          {"against", {{"model", base.name}, {"manifest", base.fingerprint}}},
          {"families", std::move(family_list)},
          {"scores", std::move(scores)},
          {"units", std::move(units)}};
}

}  // namespace assay
