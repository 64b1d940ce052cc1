// See length_results.h. Items are sorted into lengths, depths and cells once; every figure is then
// made from lists of values.
#include "results/length_results.h"

#include <algorithm>
#include <map>
#include <utility>

#include "results/paired_metric.h"
#include "results/run_folder.h"
#include "scorers/exact_share.h"
#include "scorers/holm.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

// An item as this file sees it.
struct Place {
  int length = 0;
  std::optional<double> depth;
  std::string needle;  // what is asked for and how deep: the same at several lengths, or ""
  std::optional<double> value;
  std::string error;  // why there is no value, where that is known
};

// Values and counts of items with something in common.
struct Pool {
  std::size_t items = 0;
  std::vector<double> values;
  std::string error;

  void add(const Place& place) {
    ++items;
    if (place.value) {
      values.push_back(*place.value);
    } else if (error.empty()) {
      error = place.error;
    }
  }
  Measurement measurement() const {
    if (items == 0) return NotRun{"not asked"};
    if (values.empty()) return Failed{error.empty() ? "no item has a value" : error};
    const bool binary = std::ranges::all_of(values, [](double v) { return v == 0.0 || v == 1.0; });
    return Estimate{mean(values), values.size(), standard_error(values),
                    exact_share_interval(values),
                    binary ? "clopper-pearson" : "clopper-pearson, rounded out"};
  }
};

bool is_number(const Json& doc, const char* name) {
  const auto found = doc.find(name);
  return found != doc.end() && found->is_number();
}

// The value under a metric and a filter, or why there is none.
void read_value(const ItemRecord& item, const std::string& metric, const std::string& filter,
                Place& place) {
  if (item.judged.error) {
    place.error = item.judged.error->message;
    return;
  }
  for (const Judgement& judgement : item.judged.judgements) {
    if (judgement.filter != filter) continue;
    if (!judgement.not_run.empty()) place.error = judgement.not_run;
    for (const MetricValue& value : judgement.values) {
      if (value.metric == metric) place.value = value.value;
    }
  }
}

// Empty when an item is not a long-context item or its value is not a share of 1.
std::vector<Place> places_of(const TaskRecord& task, const std::string& metric,
                             const std::string& filter) {
  std::vector<Place> places;
  for (const ItemRecord& item : task.items) {
    const Json& doc = item.item.doc;
    const std::optional<GridPlace> grid = grid_place(doc);
    if (!grid) return {};
    Place place;
    place.length = grid->length;
    place.depth = grid->depth;
    if (doc.contains("keys") && doc.contains("values")) {
      const Json depth = place.depth ? Json(*place.depth) : Json();
      place.needle = Json{depth, doc["keys"], doc["values"]}.dump();
    }
    read_value(item, metric, filter, place);
    if (place.value && !(*place.value >= 0 && *place.value <= 1)) return {};
    places.push_back(std::move(place));
  }
  return places;
}

using Needles = std::map<std::string, const Place*>;  // of one length

// Needle → measured item. Empty where needles are unknown or not different, so nothing pairs.
Needles needles_at(const std::vector<Place>& places, int length) {
  Needles needles;
  for (const Place& place : places) {
    if (place.length != length || !place.value) continue;
    if (place.needle.empty() || !needles.emplace(place.needle, &place).second) return {};
  }
  return needles;
}

LengthChange paired_change(const Needles& shortest, const Needles& here) {
  // The depths are the same at both lengths and not drawn from others, so they are no clusters.
  std::vector<ValuePair> pairs;
  for (const auto& [needle, place] : here) {
    const auto base = shortest.find(needle);
    if (base == shortest.end()) continue;
    pairs.push_back({*base->second->value, *place->value, 1.0, pairs.size()});
  }
  const MetricComparison compared = compare_metric({"share"}, "none", pairs, {});
  LengthChange change;
  change.paired = true;
  if (const PairedEstimate* e = as_paired(compared.paired)) {
    // Shares in part that all changed by the same say nothing of how far others would.
    const bool has_width = e->interval && e->interval->low < e->interval->high;
    change.difference =
        Estimate{e->difference, e->n, e->std_error, has_width ? e->interval : std::nullopt,
                 has_width ? e->interval_method : ""};
    change.p_value = e->p_value;
    change.test = e->test;
  } else {
    change.difference = NotRun{"no needle was measured at both lengths"};
  }
  return change;
}

LengthChange change_from(const LengthPoint& shortest, const LengthPoint& here,
                         const std::vector<Place>& places) {
  const Estimate* base = as_estimate(shortest.value);
  const Estimate* other = as_estimate(here.value);
  if (base == nullptr || other == nullptr) {
    return {false, NotRun{"not measured at both lengths"}};
  }
  const Needles at_base = needles_at(places, shortest.length);
  const Needles at_here = needles_at(places, here.length);
  const bool pairs = std::ranges::any_of(
      at_here, [&](const auto& needle) { return at_base.contains(needle.first); });
  if (pairs) return paired_change(at_base, at_here);
  return {false, Estimate{other->value - base->value, other->n, std::nullopt,
                          unpaired_difference_interval(base->value, *base->interval, other->value,
                                                       *other->interval),
                          "unpaired, from both intervals"}};
}

void add_changes(const std::vector<Place>& places, LengthResults& out) {
  std::vector<double> p_values;
  std::vector<LengthChange*> tested;
  for (std::size_t i = 1; i < out.by_length.size(); ++i) {
    LengthPoint& point = out.by_length[i];
    point.change = change_from(out.by_length.front(), point, places);
    if (!point.change->p_value) continue;
    p_values.push_back(*point.change->p_value);
    tested.push_back(&*point.change);
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) tested[i]->adjusted_p = adjusted[i];
}

// Scores per length for the bootstrap; values of one needle stand at the same position in each list
// when the same needles were measured at every length.
TaskLengthScores scores_of(const std::vector<Place>& places, const LengthResults& results) {
  TaskLengthScores out;
  const Needles* first = nullptr;
  std::vector<Needles> all;
  all.reserve(results.by_length.size());
  out.paired = true;
  for (const LengthPoint& point : results.by_length) {
    all.push_back(needles_at(places, point.length));
    if (as_estimate(point.value) == nullptr) continue;
    if (first == nullptr) first = &all.back();
    const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
    out.paired = out.paired && !first->empty() && std::ranges::equal(*first, all.back(), same);
  }
  for (std::size_t i = 0; i < results.by_length.size(); ++i) {
    LengthScores here{results.by_length[i].length, {}};
    for (const auto& [needle, place] : all[i]) {
      if (out.paired) here.values.push_back(*place->value);
    }
    for (const Place& place : places) {
      if (!out.paired && place.length == here.length && place.value) {
        here.values.push_back(*place.value);
      }
    }
    out.scores.push_back(std::move(here));
  }
  return out;
}

double threshold_of(const TaskRecord& task) {
  const Json asked = task.manifest.value("asked", Json::object());
  const Json settings = asked.value("settings", Json::object());
  return is_number(settings, "effective") ? settings["effective"].get<double>() : kEffectiveScore;
}

}  // namespace

std::optional<GridPlace> grid_place(const Json& doc) {
  if (!doc.is_object() || !doc.contains("placement") || !is_number(doc, "length")) {
    return std::nullopt;
  }
  GridPlace place{doc["length"].get<int>()};
  if (is_number(doc, "depth")) place.depth = doc["depth"].get<double>();
  return place;
}

const LengthCell* LengthResults::cell(int length, double depth) const {
  for (const LengthCell& c : cells) {
    if (c.length == length && c.depth == depth) return &c;
  }
  return nullptr;
}

std::optional<LengthResults> length_results(const TaskRecord& task, const std::string& metric,
                                            const std::string& filter) {
  const std::vector<Place> places = places_of(task, metric, filter);
  if (places.empty()) return std::nullopt;
  std::map<int, Pool> lengths;
  std::map<double, Pool> depths;
  std::map<std::pair<int, double>, Pool> cells;
  for (const Place& place : places) {
    lengths[place.length].add(place);
    if (!place.depth) continue;
    depths[*place.depth].add(place);
    cells[{place.length, *place.depth}].add(place);
  }
  LengthResults out;
  out.metric = metric;
  out.filter = filter;
  for (const auto& [length, pool] : lengths) {
    out.by_length.push_back({length, pool.items, pool.measurement()});
    for (const auto& [depth, ignored] : depths) {
      const Pool& here = cells[{length, depth}];
      out.cells.push_back({length, depth, here.items, here.measurement()});
    }
  }
  for (const auto& [depth, pool] : depths) {
    out.by_depth.push_back({depth, pool.items, pool.measurement()});
  }
  add_changes(places, out);
  out.scores = scores_of(places, out);
  const auto one = std::span(&out.scores, 1);
  out.threshold = threshold_of(task);
  out.above_score = effective_length(one, LengthRule::kAboveScore, out.threshold);
  out.share_of_shortest = effective_length(one, LengthRule::kShareOfShortest, out.threshold);
  return out;
}

std::optional<LengthResults> length_results(const TaskRecord& task) {
  for (const ItemRecord& item : task.items) {
    for (const Judgement& judgement : item.judged.judgements) {
      if (judgement.values.empty()) continue;
      return length_results(task, judgement.values.front().metric, judgement.filter);
    }
  }
  return length_results(task, "", "none");
}

}  // namespace assay
