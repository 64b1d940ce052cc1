// The plan of a run: which items of which tasks, in which order, cut into units of work. It is a
// pure function of the settings, the data and the model's chat template, so an interrupted run
// plans the same units again and continues with the same bits.
//
// A unit is at most kUnitItems items of one task, consecutive ones unless the run may stop early
// (runtime/sequence.h): small enough to repeat after a crash, large enough that items sharing a
// few-shot header reach the engine together. Units are answered, journalled and repeated whole, so
// they do not depend on how many contexts answer them.
//
// Thread-safety: a plan is immutable once made; any number of threads may read it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/run_settings.h"
#include "runtime/unit_sizes.h"
#include "tasks/load.h"
#include "tasks/prompt.h"
#include "tasks/suite.h"

namespace assay {

struct PlannedTask {
  LoadedTask loaded;
  LoadOptions options;          // as given to load_task, so that the items can be loaded again
  Completion generation;        // after overrides; Completion::prompt is empty
  std::string template_sha256;  // digest of how the task asks: its texts and its first request
};

struct Unit {
  std::size_t index = 0;               // position in Plan::units
  std::size_t task = 0;                // position in Plan::tasks
  std::vector<std::size_t> positions;  // in LoadedTask::items, 1..kUnitItems of them
  std::size_t size() const { return positions.size(); }
};

struct Plan {
  std::vector<PlannedTask> tasks;        // leaves in the order asked, each with at least one item
  std::vector<const TaskGroup*> groups;  // parents before children
  std::vector<Unit> units;               // all of task 0, then all of task 1, …
  std::size_t items = 0;                 // over all tasks
  PromptSettings prompts;
  GenerationOverrides overrides;

  LoadedItem item(const Unit& unit, std::size_t i) const {
    return tasks[unit.task].loaded.items[unit.positions[i]];
  }
};

// What is shown and decided as one: a group that no other group of the run contains, with its
// tasks, or a task of no group.
struct Family {
  std::string name;
  std::vector<std::size_t> tasks;  // positions in Plan::tasks
};
// In the order of their first tasks; each task is in one family.
std::vector<Family> families_of(const Plan& plan);

// Resolves the targets, loads the items and cuts them into units. `model` may be null (`-n` without
// a model) unless settings.chat asks for its template; a model given must outlive the plan.
//
// settings.items applies to each task, or to a group as a whole when a group was asked for: it is
// then stratified over the group's leaves, and leaves without a chosen item are left out.
expected<Plan> make_plan(const RunSettings& settings, const std::vector<Suite>& suites,
                         const DataSource& data, const Model* model);

// The final request of one item of the plan. Thread-safe; exceptions of the task become errors.
expected<Request> planned_request(const Plan& plan, const PlannedTask& task,
                                  const LoadedItem& item);

// What running the plan would ask of the model, for `assay run -n`.
struct TaskEstimate {
  std::string task;
  std::size_t items = 0;
  std::size_t available = 0;
  int shots = 0;
  std::string data_label;         // "", "partial 1000/10042", …
  std::size_t requests = 0;       // continuations to score, samples to generate, texts to roll over
  std::size_t prompt_tokens = 0;  // tokens to read; 0 without a model
  // Of those, the tokens that are decoded when what prompts have in common is decoded once, by a
  // run from the start; nothing for a model that cannot tell.
  std::optional<std::size_t> decoded_tokens;
  std::size_t max_new_tokens = 0;  // upper bound of tokens to generate
  std::size_t errors = 0;          // items already known not to fit
};

// Renders and tokenises everything (in parallel), answers nothing. `model` may be null: then only
// counts are filled in.
std::vector<TaskEstimate> estimate(const Plan& plan, const Model* model);

}  // namespace assay
