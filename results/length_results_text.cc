// How figures over lengths are written: as JSON and in words. See length_results.h.
#include <fmt/format.h>

#include <exception>

#include "results/length_results.h"
#include "results/summary.h"

namespace assay {
namespace {

constexpr const char* kScore = "score";
constexpr const char* kNotMeasured = "not measured";
constexpr const char* kLongest = "longest";

const char* name_of(LengthEnd end) {
  if (end == LengthEnd::kScore) return kScore;
  return end == LengthEnd::kNotMeasured ? kNotMeasured : kLongest;
}

expected<LengthEnd> end_from(const std::string& name) {
  for (const LengthEnd end : {LengthEnd::kScore, LengthEnd::kNotMeasured, LengthEnd::kLongest}) {
    if (name == name_of(end)) return end;
  }
  return data_error(fmt::format("\"{}\" ends no effective length", name));
}

Json length_json(const std::optional<int>& length) { return length ? Json(*length) : Json(); }

std::optional<int> length_from(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<int>());
}

Json effective_json(const char* rule, double threshold, const EffectiveLengthResult& result) {
  Json json = {{"rule", rule}, {"threshold", threshold}};
  if (const auto* failed = std::get_if<Failed>(&result)) {
    json["failed"] = failed->reason;
    return json;
  }
  const auto& effective = std::get<EffectiveLength>(result);
  json["length"] = length_json(effective.length);
  json["ended_by"] = name_of(effective.end);
  if (effective.interval) {
    json["interval"] = {length_json(effective.interval->low),
                        length_json(effective.interval->high)};
  } else {
    json["no_interval"] = effective.no_interval;
  }
  return json;
}

expected<EffectiveLengthResult> effective_from(const Json& json) {
  if (json.contains("failed")) {
    return EffectiveLengthResult(Failed{json.at("failed").get<std::string>()});
  }
  EffectiveLength effective;
  effective.length = length_from(json.at("length"));
  const expected<LengthEnd> end = end_from(json.at("ended_by").get<std::string>());
  if (!end) return end.error();
  effective.end = *end;
  if (json.contains("interval")) {
    effective.interval = EffectiveLength::Limits{length_from(json.at("interval").at(0)),
                                                 length_from(json.at("interval").at(1))};
  } else {
    effective.no_interval = json.at("no_interval").get<std::string>();
  }
  return EffectiveLengthResult(effective);
}

Json change_json(const LengthChange& change) {
  Json json = {{"paired", change.paired}};
  json.update(to_json(change.difference));
  if (change.p_value) json["p"] = *change.p_value;
  if (change.adjusted_p) json["adjusted_p"] = *change.adjusted_p;
  if (!change.test.empty()) json["test"] = change.test;
  return json;
}

expected<LengthChange> change_from(const Json& json) {
  expected<Measurement> difference = measurement_from_json(json);
  if (!difference) return difference.error();
  LengthChange change{json.at("paired").get<bool>(), std::move(*difference)};
  if (json.contains("p")) change.p_value = json.at("p").get<double>();
  if (json.contains("adjusted_p")) change.adjusted_p = json.at("adjusted_p").get<double>();
  change.test = json.value("test", "");
  return change;
}

}  // namespace

Json to_json(const LengthResults& results) {
  Json json = {{"metric", results.metric},   {"filter", results.filter},
               {"by_length", Json::array()}, {"by_depth", Json::array()},
               {"cells", Json::array()},     {"effective", Json::array()}};
  for (const LengthPoint& point : results.by_length) {
    Json one = {{"length", point.length}, {"items", point.items}, {"value", to_json(point.value)}};
    if (point.change) one["change"] = change_json(*point.change);
    json["by_length"].push_back(std::move(one));
  }
  for (const DepthPoint& point : results.by_depth) {
    json["by_depth"].push_back(
        {{"depth", point.depth}, {"items", point.items}, {"value", to_json(point.value)}});
  }
  for (const LengthCell& cell : results.cells) {
    json["cells"].push_back({{"length", cell.length},
                             {"depth", cell.depth},
                             {"items", cell.items},
                             {"value", to_json(cell.value)}});
  }
  json["effective"].push_back(
      effective_json("above score", results.threshold, results.above_score));
  json["effective"].push_back(
      effective_json("share of shortest", results.threshold, results.share_of_shortest));
  return json;
}

expected<LengthResults> length_results_from_json(const Json& json) {
  try {
    LengthResults out;
    out.metric = json.at("metric").get<std::string>();
    out.filter = json.at("filter").get<std::string>();
    for (const Json& one : json.at("by_length")) {
      expected<Measurement> value = measurement_from_json(one.at("value"));
      if (!value) return value.error();
      LengthPoint point{one.at("length").get<int>(), one.at("items").get<std::size_t>(),
                        std::move(*value)};
      if (one.contains("change")) {
        expected<LengthChange> change = change_from(one.at("change"));
        if (!change) return change.error();
        point.change = std::move(*change);
      }
      out.by_length.push_back(std::move(point));
    }
    for (const Json& one : json.at("by_depth")) {
      expected<Measurement> value = measurement_from_json(one.at("value"));
      if (!value) return value.error();
      out.by_depth.push_back(
          {one.at("depth").get<double>(), one.at("items").get<std::size_t>(), std::move(*value)});
    }
    for (const Json& one : json.at("cells")) {
      expected<Measurement> value = measurement_from_json(one.at("value"));
      if (!value) return value.error();
      out.cells.push_back({one.at("length").get<int>(), one.at("depth").get<double>(),
                           one.at("items").get<std::size_t>(), std::move(*value)});
    }
    out.threshold = json.at("effective").at(0).value("threshold", kEffectiveScore);
    expected<EffectiveLengthResult> above = effective_from(json.at("effective").at(0));
    expected<EffectiveLengthResult> share = effective_from(json.at("effective").at(1));
    if (!above) return above.error();
    if (!share) return share.error();
    out.above_score = std::move(*above);
    out.share_of_shortest = std::move(*share);
    return out;
  } catch (const std::exception& problem) {
    return data_error(
        fmt::format("a task's figures over lengths cannot be read ({})", problem.what()));
  }
}

std::string effective_length_text(const EffectiveLengthResult& result, int shortest) {
  if (const auto* failed = std::get_if<Failed>(&result)) return "none: " + failed->reason;
  const auto& effective = std::get<EffectiveLength>(result);
  const auto named = [&](const std::optional<int>& length) {
    return length ? std::to_string(*length) : fmt::format("below {}", shortest);
  };
  std::string text = named(effective.length);
  if (effective.end == LengthEnd::kLongest) text += ", the longest asked";
  if (effective.end == LengthEnd::kNotMeasured) text += "; longer was not measured";
  if (effective.interval) {
    text += fmt::format(" (95 %: {} to {})", named(effective.interval->low),
                        named(effective.interval->high));
  } else {
    text += fmt::format(" (no interval: {})", effective.no_interval);
  }
  return text;
}

}  // namespace assay
