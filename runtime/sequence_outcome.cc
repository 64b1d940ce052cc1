// What a sequence found, in files and in words; see sequence.h.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "runtime/sequence.h"

namespace assay {
namespace {

constexpr double kPoints = 100;

const char* verdict_name(SequenceVerdict verdict) {
  switch (verdict) {
    case SequenceVerdict::kBetter:
      return "better";
    case SequenceVerdict::kWorse:
      return "worse";
    case SequenceVerdict::kWithinMargin:
      return "within margin";
    case SequenceVerdict::kUndecided:
      break;
  }
  return "undecided";
}

SequenceVerdict verdict_from(const std::string& name) {
  for (const SequenceVerdict verdict :
       {SequenceVerdict::kBetter, SequenceVerdict::kWorse, SequenceVerdict::kWithinMargin}) {
    if (name == verdict_name(verdict)) return verdict;
  }
  return SequenceVerdict::kUndecided;
}

Json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

Interval interval_from(const Json& json) {
  return {json.at(0).get<double>(), json.at(1).get<double>()};
}

Json family_json(const FamilyOutcome& family) {
  Json json = {{"name", family.name}, {"items", family.items}, {"asked", family.asked}};
  if (!family.why_not.empty()) {
    json["not_compared"] = family.why_not;
    return json;
  }
  Json trace = Json::array();
  for (const FamilyOutcome::Look& look : family.trace) {
    trace.push_back({{"items", look.items}, {"interval", interval_json(look.interval)}});
  }
  json["verdict"] = verdict_name(family.verdict);
  json["alpha"] = family.alpha;
  json["population"] = family.population;
  json["paired"] = family.paired;
  json["decided_after"] = family.decided_after;
  json["difference"] = family.difference ? Json(*family.difference) : Json();
  json["interval"] = interval_json(family.interval);
  json["better"] = family.better;
  json["worse"] = family.worse;
  json["trace"] = std::move(trace);
  return json;
}

FamilyOutcome family_from(const Json& json) {
  FamilyOutcome family;
  family.name = json.at("name").get<std::string>();
  family.items = json.at("items").get<std::size_t>();
  family.asked = json.at("asked").get<std::size_t>();
  family.why_not = json.value("not_compared", "");
  if (!family.why_not.empty()) return family;
  family.verdict = verdict_from(json.at("verdict").get<std::string>());
  family.alpha = json.at("alpha").get<double>();
  family.population = json.at("population").get<std::size_t>();
  family.paired = json.at("paired").get<std::size_t>();
  family.decided_after = json.at("decided_after").get<std::size_t>();
  if (!json.at("difference").is_null()) family.difference = json.at("difference").get<double>();
  family.interval = interval_from(json.at("interval"));
  family.better = json.at("better").get<std::size_t>();
  family.worse = json.at("worse").get<std::size_t>();
  for (const Json& look : json.at("trace")) {
    family.trace.push_back(
        {look.at("items").get<std::size_t>(), interval_from(look.at("interval"))});
  }
  return family;
}

// "+1.2", "-3.4", "0.0": in points.
std::string points(double share) {
  const double value = std::round(share * kPoints * 10) / 10;
  return value == 0 ? "0.0" : fmt::format("{:+.1f}", value);
}

}  // namespace

std::string margin_text(double margin) {
  const std::string number = fmt::format("{:.4g}", kPoints * margin);
  return number + (number == "1" ? " point" : " points");
}

bool SequenceOutcome::stopped_early() const {
  return std::any_of(families.begin(), families.end(),
                     [](const FamilyOutcome& family) { return family.asked < family.items; });
}

std::optional<OverallOutcome> overall_outcome(const SequenceOutcome& outcome) {
  OverallOutcome overall{0, {0, 0}, 0};
  for (const FamilyOutcome& family : outcome.families) {
    if (!family.why_not.empty()) continue;
    if (!family.difference) return std::nullopt;
    const auto weight = static_cast<double>(family.population);
    overall.population += family.population;
    overall.difference += weight * *family.difference;
    overall.interval.low += weight * family.interval.low;
    overall.interval.high += weight * family.interval.high;
  }
  if (overall.population == 0) return std::nullopt;
  const auto all = static_cast<double>(overall.population);
  overall.difference /= all;
  overall.interval.low /= all;
  overall.interval.high /= all;
  return overall;
}

Json to_json(const SequenceOutcome& outcome) {
  Json families = Json::array();
  for (const FamilyOutcome& family : outcome.families) families.push_back(family_json(family));
  Json json = {{"against", outcome.against},
               {"alpha", outcome.alpha},
               {"margin", outcome.margin},
               {"order_seed", outcome.order_seed},
               {"stopped_early", outcome.stopped_early()},
               {"families", std::move(families)}};
  const std::optional<OverallOutcome> overall = overall_outcome(outcome);
  json["overall"] = overall ? Json({{"difference", overall->difference},
                                    {"interval", interval_json(overall->interval)},
                                    {"population", overall->population}})
                            : Json();
  return json;
}

expected<SequenceOutcome> sequence_outcome_from_json(const Json& json) {
  try {
    SequenceOutcome outcome;
    outcome.against = json.at("against").get<std::string>();
    outcome.alpha = json.at("alpha").get<double>();
    outcome.margin = json.at("margin").get<double>();
    outcome.order_seed = json.at("order_seed").get<std::uint64_t>();
    for (const Json& family : json.at("families")) outcome.families.push_back(family_from(family));
    return outcome;
  } catch (const std::exception& problem) {
    return data_error(fmt::format("the sequence is damaged ({})", problem.what()));
  }
}

std::string decision_sentence(const FamilyOutcome& family, const SequenceOutcome& outcome) {
  if (!family.why_not.empty()) {
    return fmt::format("{}: not compared ({}); all {} items were asked", family.name,
                       family.why_not, family.items);
  }
  if (!family.difference) {
    return fmt::format("{}: no item was measured in both runs", family.name);
  }
  const std::string figures = fmt::format(
      "{} points on {} paired items, the whole set's difference is in {} to {} ({:.4g} %)",
      points(*family.difference), family.paired, points(family.interval.low),
      points(family.interval.high), 100 * (1 - family.alpha));
  std::string verdict;
  switch (family.verdict) {
    case SequenceVerdict::kBetter:
      verdict = "better than " + outcome.against;
      break;
    case SequenceVerdict::kWorse:
      verdict = "worse than " + outcome.against;
      break;
    case SequenceVerdict::kWithinMargin:
      verdict = fmt::format("within {} of {}", margin_text(outcome.margin), outcome.against);
      break;
    case SequenceVerdict::kUndecided:
      return fmt::format("{}: not decided against {}: {}", family.name, outcome.against, figures);
  }
  const std::size_t left = family.items - family.asked;
  return fmt::format("{}: {}: {}; decided after {} of {} items{}", family.name, verdict, figures,
                     family.decided_after, family.population,
                     left > 0 ? fmt::format(", {} are not run", left) : "");
}

}  // namespace assay
