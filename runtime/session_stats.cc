// Reading and writing (see the header).
#include "runtime/session_stats.h"

namespace assay {
namespace {

Json work_json(const DecodeWork& work) {
  return {{"tokens", work.tokens}, {"calls", work.calls}, {"seconds", work.seconds}};
}

DecodeWork work_from(const Json& json) {
  return {json.at("tokens").get<std::size_t>(), json.at("calls").get<std::size_t>(),
          json.at("seconds").get<double>()};
}

}  // namespace

EngineDetail sum(const EngineDetail& a, const EngineDetail& b) {
  EngineDetail out = b;  // batch: alike for all contexts of a model
  out.likelihood_seconds += a.likelihood_seconds;
  out.sampling_seconds += a.sampling_seconds;
  out.headers += a.headers;
  out.headers_found += a.headers_found;
  out.header_tokens += a.header_tokens;
  out.header_tokens_found += a.header_tokens_found;
  out.outputs += a.outputs;
  out.slots += a.slots;
  out.slots_used += a.slots_used;
  out.slots_starved += a.slots_starved;
  out.refused += a.refused;
  out.undivided += a.undivided;
  return out;
}

EngineDetail difference(const EngineDetail& before, const EngineDetail& after) {
  EngineDetail out = after;
  out.likelihood_seconds -= before.likelihood_seconds;
  out.sampling_seconds -= before.sampling_seconds;
  out.headers -= before.headers;
  out.headers_found -= before.headers_found;
  out.header_tokens -= before.header_tokens;
  out.header_tokens_found -= before.header_tokens_found;
  out.outputs -= before.outputs;
  out.slots -= before.slots;
  out.slots_used -= before.slots_used;
  out.slots_starved -= before.slots_starved;
  out.refused -= before.refused;
  out.undivided -= before.undivided;
  return out;
}

Json to_json(const SessionStats& stats) {
  return {{"items", stats.items},
          {"wall", stats.wall},
          {"planning", stats.planning},
          {"decoding", stats.decoding},
          {"likelihoods", stats.likelihoods},
          {"sampling", stats.sampling},
          {"packing", stats.packing},
          {"journal", stats.journal},
          {"waiting", stats.waiting},
          {"finishing", stats.finishing},
          {"rendering", stats.rendering},
          {"tokenising", stats.tokenising},
          {"judging", stats.judging},
          {"asked", stats.asked},
          {"prompt", work_json(stats.prompt)},
          {"generation", work_json(stats.generation)},
          {"headers", stats.engine.headers},
          {"headers_found", stats.engine.headers_found},
          {"header_tokens", stats.engine.header_tokens},
          {"header_tokens_found", stats.engine.header_tokens_found},
          {"outputs", stats.engine.outputs},
          {"slots", stats.engine.slots},
          {"slots_used", stats.engine.slots_used},
          {"slots_starved", stats.engine.slots_starved},
          {"refused", stats.engine.refused},
          {"undivided", stats.engine.undivided},
          {"batch", stats.engine.batch},
          {"contexts", stats.contexts},
          {"busy_contexts", stats.busy_contexts}};
}

SessionStats session_stats_from_json(const Json& json) {
  const auto seconds = [&](const char* name) { return json.at(name).get<double>(); };
  const auto count = [&](const char* name) { return json.at(name).get<std::size_t>(); };
  SessionStats stats;
  stats.items = count("items");
  stats.wall = seconds("wall");
  stats.planning = seconds("planning");
  stats.decoding = seconds("decoding");
  stats.likelihoods = seconds("likelihoods");
  stats.sampling = seconds("sampling");
  stats.packing = seconds("packing");
  stats.journal = seconds("journal");
  stats.waiting = seconds("waiting");
  stats.finishing = seconds("finishing");
  stats.rendering = seconds("rendering");
  stats.tokenising = seconds("tokenising");
  stats.judging = seconds("judging");
  stats.asked = count("asked");
  stats.prompt = work_from(json.at("prompt"));
  stats.generation = work_from(json.at("generation"));
  stats.engine.headers = count("headers");
  stats.engine.headers_found = count("headers_found");
  stats.engine.header_tokens = count("header_tokens");
  stats.engine.header_tokens_found = count("header_tokens_found");
  stats.engine.outputs = count("outputs");
  stats.engine.slots = json.value("slots", std::size_t{0});  // since version 0.1 of the summary
  stats.engine.slots_used = json.value("slots_used", std::size_t{0});
  stats.engine.refused = json.value("refused", std::size_t{0});
  stats.engine.undivided = json.value("undivided", std::size_t{0});
  stats.engine.slots_starved = json.value("slots_starved", std::size_t{0});
  stats.engine.batch = json.at("batch").get<int>();
  stats.contexts = json.value("contexts", 1);
  stats.busy_contexts = json.value("busy_contexts", 1.0);
  return stats;
}

}  // namespace assay
