// What a run cost: the engine's time, the speed of decoding, loading and memory. It is kept with
// each unit in the journal's end lines, so that a run that was interrupted and continued knows the
// speed of all of its sessions, and so that scoring again does not lose it. Nothing here takes part
// in a score, a content key or a fingerprint: equal runs differ in it.
//
// Thread-safety: value types.
#pragma once

#include <cstddef>
#include <optional>

#include "assay/json.h"
#include "assay/model.h"

namespace assay {

void add_to(DecodeWork& sum, const DecodeWork& more);

// One unit's share.
struct UnitCost {
  DecodeWork prompt;
  DecodeWork generation;
  double load_seconds = 0;            // of the session that answered the unit
  std::size_t peak_memory_bytes = 0;  // of that session's process so far; 0 = not known
};

// The difference between two totals of one model.
UnitCost unit_cost(const EngineWork& before, const EngineWork& after,
                   std::size_t peak_memory_bytes);

// {"prompt":[tokens,calls,seconds],"generation":[…],"load":seconds,"memory":bytes}
Json to_json(const UnitCost& cost);
UnitCost unit_cost_from_json(const Json& json);  // throws Json::exception for another form

// A run's, over its units and sessions. Speeds are over the units that have a cost.
struct RunCost {
  double engine_seconds = 0;
  DecodeWork prompt;
  DecodeWork generation;
  std::optional<double> load_seconds;  // of the last session that answered a unit
  std::size_t peak_memory_bytes = 0;   // the largest of all sessions; 0 = not known

  void add(double seconds, const std::optional<UnitCost>& cost);
  void add(const RunCost& later);
};

}  // namespace assay
