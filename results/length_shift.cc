// See length_shift.h. Each figure is an ordinary comparison over a part of the pairs.
#include "results/length_shift.h"

#include <map>
#include <set>

#include "results/length_results.h"
#include "scorers/holm.h"

namespace assay {
namespace {

// Both runs ask at the same depths, which are not drawn from others: within a length they are no
// clusters, and what is said is said about these depths.
Paired compared(TaskPairs part, const MetricSpec& metric, const std::string& filter,
                const PairedOptions& options) {
  for (std::size_t i = 0; i < part.measured.size(); ++i) part.measured[i].cluster = i;
  const std::vector<ValuePair> values = value_pairs(part, metric.name, filter);
  if (values.empty()) return NotRun{"not measured in both runs"};
  Paired paired = compare_metric(metric, filter, values, options).paired;
  // Shares in part that all changed by the same say nothing of how far others would.
  if (auto* e = std::get_if<PairedEstimate>(&paired); e != nullptr && e->interval) {
    if (e->interval->low == e->interval->high) e->interval.reset();
  }
  return paired;
}

}  // namespace

std::optional<LengthShift> length_shift(const TaskPairs& pairs, const MetricSpec& metric,
                                        const std::string& filter, const PairedOptions& options) {
  const PairedOptions plain{options.alpha, options.claim_alpha, {}};
  TaskPairs none;
  none.base = pairs.base;
  none.other = pairs.other;
  std::map<int, TaskPairs> lengths;
  std::set<double> depths;
  std::map<std::pair<int, double>, TaskPairs> cells;
  // What was asked makes the grid, what both measured fills it.
  for (const ItemRecord& item : pairs.base->items) {
    const std::optional<GridPlace> place = grid_place(item.item.doc);
    if (!place) return std::nullopt;
    lengths.emplace(place->length, none);
    if (place->depth) depths.insert(*place->depth);
  }
  if (lengths.empty()) return std::nullopt;
  for (const ItemPair& pair : pairs.measured) {
    const GridPlace place = *grid_place(pair.base->item.doc);  // every item has one
    lengths.at(place.length).measured.push_back(pair);
    if (!place.depth) continue;
    cells.try_emplace({place.length, *place.depth}, none).first->second.measured.push_back(pair);
  }
  LengthShift shift{metric.name, filter, {}, {}};
  std::vector<double> p_values;
  std::vector<std::size_t> tested;
  for (const auto& [length, part] : lengths) {
    shift.by_length.push_back({length, compared(part, metric, filter, plain)});
    const PairedEstimate* e = as_paired(shift.by_length.back().paired);
    if (e != nullptr && e->p_value) {
      p_values.push_back(*e->p_value);
      tested.push_back(shift.by_length.size() - 1);
    }
    for (const double depth : depths) {
      const auto cell = cells.find({length, depth});
      shift.cells.push_back(
          {length, depth,
           compared(cell != cells.end() ? cell->second : none, metric, filter, plain)});
    }
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    shift.by_length[tested[i]].adjusted_p = adjusted[i];
  }
  return shift;
}

}  // namespace assay
