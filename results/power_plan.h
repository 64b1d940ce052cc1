// What a paired comparison on a suite would cost and what it could show, before anything runs:
// items, tokens, time, and the difference that this many items detect. Every figure says where it
// comes from; what was never measured is "not measured", and no number stands in for it.
//
// Thread-safety: pure functions, but for reading the journals of the runs that are named.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "results/planned_memory.h"
#include "results/run_folder.h"
#include "runtime/plan.h"
#include "scorers/power.h"

namespace assay {

// The share of items on which two models differ, when nobody has measured it: Dutta et al. 2024
// (arXiv 2407.09141) found some 5 to 15 % of answers changed by 4-bit quantization.
inline constexpr double kAssumedDiscordance = 0.1;

struct PowerQuestion {
  double difference = 0.01;  // to be detected, a share
  double alpha = 0.05;       // of all tasks together; each gets an equal part
  double power = 0.8;
  std::optional<double> discordance;  // assumed; unset = measured, else kAssumedDiscordance
  const RunFolder* base = nullptr;    // an earlier run of the suite, loaded with load_run; or null
  const RunFolder* pilot = nullptr;   // another, of a model like the one in question; or null
  // A few items that the model itself was asked just now, for time and memory alone; or null.
  const RunFolder* trial = nullptr;
};

struct PowerRow {
  std::string name;  // a task, a group, or "all"
  TaskEstimate cost;
  double alpha = 0;
  double discordance = 0;
  std::string discordance_source{};     // "assumed", "31 of 400 items in A and B"
  std::optional<double> detectable{};   // nullopt: no possible difference is
  std::optional<std::size_t> needed{};  // items for the difference asked; nullopt: not possible
  std::optional<double> seconds{};      // engine time
  std::string time_source{};            // where its rate comes from, or why there is none
  bool has_score = true;                // something between 0 and 1 can be compared
  std::size_t measurable() const { return cost.items - cost.errors; }  // known to fit the context
  bool enough() const { return detectable && needed && measurable() >= *needed; }
};

struct PowerPlan {
  PowerQuestion question;      // without its pointers
  std::vector<PowerRow> rows;  // families of the plan, then "all" when there are several
  std::vector<std::string> notes;
  std::string model;  // "" when none was named
  PlannedMemory memory;
  std::optional<std::size_t> measured_peak_bytes;  // of an earlier run of the same model
  std::string peak_source;
};

// `model` may be null: then tokens are not counted. Errors: the journal of a named run is damaged.
expected<PowerPlan> plan_power(const Plan& plan, const Model* model, const PowerQuestion& question);

Json to_json(const PowerPlan& plan);
// The table and its sentences; `width` 0 = as wide as it needs.
std::string power_plan_text(const PowerPlan& plan, std::size_t width);

}  // namespace assay
