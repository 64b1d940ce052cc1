// What a run is asked to do, apart from the model: everything here can change a number and is
// written to the manifest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/json.h"

namespace assay {

struct RunSettings {
  std::vector<std::string> targets;  // suite, task, group and tag names, as given
  std::optional<int> shots;          // overrides every task's default (unless fixed at 0)
  std::optional<double> limit;       // the original's --limit: < 1 a fraction (ceil), else a count
  std::optional<std::size_t> items;  // seeded stratified nested subset, per leaf task or group
  std::uint64_t subset_seed = 0;
  std::uint64_t seed = 1234;   // sampling seed
  std::optional<int> samples;  // samples per generated item
  std::optional<double> temperature;
  std::optional<int> top_k;
  std::optional<double> top_p;
  std::optional<double> min_p;
  std::optional<double> repeat_penalty;
  std::optional<int> max_tokens;
  bool chat = false;                 // apply the model's chat template
  bool fewshot_as_multiturn = true;  // only with chat
  std::string system_instruction;
  int keep_probs = 0;  // next tokens kept in the journal at scored positions; 0 = none
  std::string compat;  // "lm-eval": tasks in the original's form, see Task::original
  Json task_settings = Json::object();  // for generated tasks: {"needle": {"lengths": […]}}
};

}  // namespace assay
