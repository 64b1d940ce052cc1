// Adding up costs (see the header).
#include "runtime/run_cost.h"

#include <algorithm>

namespace assay {
namespace {

DecodeWork difference(const DecodeWork& before, const DecodeWork& after) {
  return {after.tokens - before.tokens, after.calls - before.calls, after.seconds - before.seconds};
}

DecodeWork work_from(const Json& json) {
  return {json.at(0).get<std::size_t>(), json.at(1).get<std::size_t>(), json.at(2).get<double>()};
}

Json work_json(const DecodeWork& work) {
  return Json::array({work.tokens, work.calls, work.seconds});
}

}  // namespace

void add_to(DecodeWork& sum, const DecodeWork& more) {
  sum.tokens += more.tokens;
  sum.calls += more.calls;
  sum.seconds += more.seconds;
}

UnitCost unit_cost(const EngineWork& before, const EngineWork& after,
                   std::size_t peak_memory_bytes) {
  return {difference(before.prompt, after.prompt), difference(before.generation, after.generation),
          after.load_seconds, peak_memory_bytes};
}

Json to_json(const UnitCost& cost) {
  return {{"prompt", work_json(cost.prompt)},
          {"generation", work_json(cost.generation)},
          {"load", cost.load_seconds},
          {"memory", cost.peak_memory_bytes}};
}

UnitCost unit_cost_from_json(const Json& json) {
  return {work_from(json.at("prompt")), work_from(json.at("generation")),
          json.at("load").get<double>(), json.at("memory").get<std::size_t>()};
}

void RunCost::add(double seconds, const std::optional<UnitCost>& cost) {
  engine_seconds += seconds;
  if (!cost) return;
  add_to(prompt, cost->prompt);
  add_to(generation, cost->generation);
  load_seconds = cost->load_seconds;
  peak_memory_bytes = std::max(peak_memory_bytes, cost->peak_memory_bytes);
}

void RunCost::add(const RunCost& later) {
  engine_seconds += later.engine_seconds;
  add_to(prompt, later.prompt);
  add_to(generation, later.generation);
  if (later.load_seconds) load_seconds = later.load_seconds;
  peak_memory_bytes = std::max(peak_memory_bytes, later.peak_memory_bytes);
}

}  // namespace assay
