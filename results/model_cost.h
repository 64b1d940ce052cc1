// What a model costs to keep and to run, as comparisons and reports show it: size, bits per weight,
// load time, speed, memory. Size and bits are facts of the file; the rest was measured by the run
// and is absent where it was not. docs/formats.md ("What a run cost") defines each figure.
//
// Thread-safety: pure functions over values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "assay/json.h"
#include "results/summary.h"
#include "runtime/run_cost.h"

namespace assay {

struct ModelCost {
  std::optional<std::uint64_t> file_bytes;  // all parts of a split model
  std::optional<std::uint64_t> parameters;
  std::optional<double> bits_per_weight;  // bits of the file's tensors / parameters
  std::optional<double> load_seconds;
  // Decoded tokens per second inside the engine; absent when less than kShortestTimed was timed.
  std::optional<double> prompt_tokens_per_second;
  std::optional<double> generation_tokens_per_second;  // of all answers decoded together
  std::optional<double> generated_together;            // mean answers per decode call
  std::optional<std::size_t> peak_memory_bytes;        // resident, the whole process
};

ModelCost model_cost(const Json& manifest, const Timing& timing);
Json to_json(const ModelCost& cost);  // a member per field; null where it is absent

// "584 KiB   16.01 bits/weight   load 0.03 s   prompt 5120 tokens/s   …": what is known, joined.
std::string model_cost_text(const ModelCost& cost, const std::string& separator);

// The part of a timing that follows from the journal.
Timing timing_of(const RunCost& cost);
// `timing` with what only the last session knew (wall clock, stages), taken from its summary.
Timing with_last_session(Timing timing, const Timing& last);

}  // namespace assay
