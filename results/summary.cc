// How a summary is written and read; see summary.h.
#include "results/summary.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace assay {
namespace {

constexpr int kSummaryVersion = 1;

Json score_json(const Score& score) {
  return {{"metric", score.metric},
          {"filter", score.filter},
          {"higher_is_better", score.higher_is_better},
          {"items", score.items},
          {"errors", score.errors},
          {"value", to_json(score.value)}};
}

Json entry_json(const ResultEntry& entry) {
  Json reasons = Json::array();
  for (const ErrorCount& error : entry.error_reasons) {
    reasons.push_back({{"reason", error.reason}, {"count", error.count}});
  }
  Json scores = Json::array();
  for (const Score& score : entry.scores) scores.push_back(score_json(score));
  Json json = {{"name", entry.name},
               {"alias", entry.alias},
               {"kind", entry.is_group ? "group" : "task"},
               {"depth", entry.depth},
               {"parent", entry.parent},
               {"children", entry.children},
               {"version", entry.version},
               {"items", entry.items},
               {"available", entry.available},
               {"errors", entry.errors},
               {"error_reasons", std::move(reasons)},
               {"shots", entry.shots},
               {"data_label", entry.data_label},
               {"shot_data_label", entry.shot_data_label},
               {"scores", std::move(scores)}};
  for (const CodeSummary& code : entry.code) json["code"].push_back(to_json(code));
  for (const LengthResults& lengths : entry.lengths) json["lengths"].push_back(to_json(lengths));
  if (entry.not_run > 0) json["not_run"] = entry.not_run;
  return json;
}

Json work_json(const DecodeWork& work) {
  return {{"tokens", work.tokens}, {"calls", work.calls}, {"seconds", work.seconds}};
}

DecodeWork work_from(const Json& json) {
  return {json.at("tokens").get<std::size_t>(), json.at("calls").get<std::size_t>(),
          json.at("seconds").get<double>()};
}

Json timing_json(const Timing& timing) {
  Json json = {{"engine_seconds", timing.engine_seconds},
               {"wall_seconds", timing.wall_seconds},
               {"render_seconds", timing.render_seconds},
               {"journal_seconds", timing.journal_seconds},
               {"judge_seconds", timing.judge_seconds},
               {"tokens_per_second", timing.tokens_per_second},
               {"prompt", work_json(timing.prompt)},
               {"generation", work_json(timing.generation)},
               {"load_seconds", timing.load_seconds ? Json(*timing.load_seconds) : Json()},
               {"peak_memory_bytes", timing.peak_memory_bytes},
               {"resumed_items", timing.resumed_items}};
  if (timing.saved_seconds > 0) json["saved_seconds"] = timing.saved_seconds;
  if (timing.session) json["session"] = to_json(*timing.session);
  return json;
}

Timing timing_from(const Json& json) {
  Timing timing;
  timing.engine_seconds = json.at("engine_seconds").get<double>();
  timing.wall_seconds = json.at("wall_seconds").get<double>();
  timing.render_seconds = json.at("render_seconds").get<double>();
  timing.journal_seconds = json.at("journal_seconds").get<double>();
  timing.judge_seconds = json.at("judge_seconds").get<double>();
  timing.tokens_per_second = json.at("tokens_per_second").get<double>();
  // Summaries of earlier programs lack these: not measured.
  if (json.contains("prompt")) timing.prompt = work_from(json.at("prompt"));
  if (json.contains("generation")) timing.generation = work_from(json.at("generation"));
  if (const Json load = json.value("load_seconds", Json()); !load.is_null()) {
    timing.load_seconds = load.get<double>();
  }
  timing.peak_memory_bytes = json.at("peak_memory_bytes").get<std::size_t>();
  timing.resumed_items = json.at("resumed_items").get<std::size_t>();
  timing.saved_seconds = json.value("saved_seconds", 0.0);
  if (json.contains("session")) timing.session = session_stats_from_json(json.at("session"));
  return timing;
}

expected<ResultEntry> entry_from(const Json& json) {
  ResultEntry entry;
  entry.name = json.at("name").get<std::string>();
  entry.alias = json.at("alias").get<std::string>();
  entry.is_group = json.at("kind").get<std::string>() == "group";
  entry.depth = json.at("depth").get<std::size_t>();
  entry.parent = json.at("parent").get<std::string>();
  entry.children = json.at("children").get<std::vector<std::string>>();
  entry.version = json.at("version").get<std::string>();
  entry.items = json.at("items").get<std::size_t>();
  entry.available = json.at("available").get<std::size_t>();
  entry.errors = json.at("errors").get<std::size_t>();
  entry.not_run = json.value("not_run", std::size_t{0});
  for (const Json& error : json.at("error_reasons")) {
    entry.error_reasons.push_back(
        {error.at("reason").get<std::string>(), error.at("count").get<std::size_t>()});
  }
  entry.shots = json.at("shots").get<int>();
  entry.data_label = json.at("data_label").get<std::string>();
  entry.shot_data_label = json.at("shot_data_label").get<std::string>();
  for (const Json& score : json.at("scores")) {
    expected<Measurement> value = measurement_from_json(score.at("value"));
    if (!value) return value.error();
    entry.scores.push_back({entry.name, entry.is_group, score.at("metric").get<std::string>(),
                            score.at("filter").get<std::string>(),
                            score.at("higher_is_better").get<bool>(), std::move(*value),
                            score.at("items").get<std::size_t>(),
                            score.at("errors").get<std::size_t>()});
  }
  const Json programs = json.value("code", Json::array());
  for (const Json& code : programs) {
    expected<CodeSummary> read = code_summary_from_json(code);
    if (!read) return read.error();
    entry.code.push_back(std::move(*read));
  }
  const Json by_length = json.value("lengths", Json::array());
  for (const Json& lengths : by_length) {
    expected<LengthResults> read = length_results_from_json(lengths);
    if (!read) return read.error();
    entry.lengths.push_back(std::move(*read));
  }
  return entry;
}

}  // namespace

const ResultEntry* Summary::find(const std::string& name) const {
  for (const ResultEntry& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

Json to_json(const Measurement& measurement) {
  if (const auto* failed = std::get_if<Failed>(&measurement)) return {{"failed", failed->reason}};
  if (const auto* not_run = std::get_if<NotRun>(&measurement)) {
    return {{"not_run", not_run->reason}};
  }
  const auto& estimate = std::get<Estimate>(measurement);
  Json json = {{"value", estimate.value}, {"n", estimate.n}};
  if (estimate.std_error) json["std_error"] = *estimate.std_error;
  if (estimate.interval) {
    json["interval"] = {estimate.interval->low, estimate.interval->high};
    json["interval_method"] = estimate.interval_method;
  }
  return json;
}

expected<Measurement> measurement_from_json(const Json& json) {
  try {
    if (json.contains("failed")) {
      return Measurement(Failed{json.at("failed").get<std::string>()});
    }
    if (json.contains("not_run")) {
      return Measurement(NotRun{json.at("not_run").get<std::string>()});
    }
    Estimate estimate{json.at("value").get<double>(), json.at("n").get<std::size_t>(), {}, {}, ""};
    if (json.contains("std_error")) estimate.std_error = json.at("std_error").get<double>();
    if (json.contains("interval")) {
      const Json& interval = json.at("interval");
      estimate.interval = Interval{interval.at(0).get<double>(), interval.at(1).get<double>()};
      estimate.interval_method = json.at("interval_method").get<std::string>();
    }
    return Measurement(std::move(estimate));
  } catch (const std::exception& problem) {
    return data_error(fmt::format("a measurement cannot be read ({})", problem.what()));
  }
}

Json to_json(const Summary& summary) {
  Json entries = Json::array();
  for (const ResultEntry& entry : summary.entries) entries.push_back(entry_json(entry));
  Json json = {{"v", kSummaryVersion},
               {"kind", "assay-summary"},
               {"manifest", summary.fingerprint},
               {"model", summary.model},
               {"items", summary.items},
               {"errors", summary.errors},
               {"tokens",
                {{"prompt", summary.tokens.prompt},
                 {"decoded", summary.tokens.decoded},
                 {"generated", summary.tokens.generated}}}};
  if (!summary.execution.isolation.empty()) {
    json["code"] = {{"isolation", summary.execution.isolation},
                    {"layers", summary.execution.layers}};
  }
  json["entries"] = std::move(entries);
  if (summary.sequence) json["sequence"] = to_json(*summary.sequence);
  json["timing"] = timing_json(summary.timing);
  return json;
}

expected<Summary> summary_from_json(const Json& json) {
  try {
    if (!json.is_object() || json.value("kind", Json()) != "assay-summary") {
      return data_error("it is not the summary of a run");
    }
    if (json.value("v", Json()) != kSummaryVersion) {
      return data_error(fmt::format("it is of another version than {}, which this program reads",
                                    kSummaryVersion));
    }
    Summary summary;
    summary.fingerprint = json.at("manifest").get<std::string>();
    summary.model = json.at("model").get<std::string>();
    summary.items = json.at("items").get<std::size_t>();
    summary.errors = json.at("errors").get<std::size_t>();
    const Json& tokens = json.at("tokens");
    summary.tokens = {tokens.at("prompt").get<std::size_t>(),
                      tokens.at("decoded").get<std::size_t>(),
                      tokens.at("generated").get<std::size_t>()};
    summary.execution = code_execution_of(json);
    for (const Json& entry : json.at("entries")) {
      expected<ResultEntry> read = entry_from(entry);
      if (!read) return read.error();
      summary.entries.push_back(std::move(*read));
    }
    if (json.contains("sequence")) {
      expected<SequenceOutcome> sequence = sequence_outcome_from_json(json.at("sequence"));
      if (!sequence) return sequence.error();
      summary.sequence = std::move(*sequence);
    }
    summary.timing = timing_from(json.at("timing"));
    return summary;
  } catch (const std::exception& problem) {
    return data_error(
        fmt::format("it is not of the form this version writes ({})", problem.what()));
  }
}

}  // namespace assay
