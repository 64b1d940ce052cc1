// See plan.h.
#include "runtime/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "assay/digest.h"
#include "runtime/settings_json.h"
#include "runtime/wire.h"
#include "tasks/longctx/made_items.h"
#include "tasks/longctx/prompt_counter.h"
#include "tasks/registry.h"
#include "tasks/samples.h"

namespace assay {
namespace {

// Groups that no other group of the run contains: a subset is drawn over each of them as a whole.
std::vector<const TaskGroup*> top_groups(const std::vector<const TaskGroup*>& groups) {
  std::set<std::string> children;
  for (const TaskGroup* group : groups) {
    children.insert(group->children.begin(), group->children.end());
  }
  std::vector<const TaskGroup*> top;
  for (const TaskGroup* group : groups) {
    if (!children.contains(group->name)) top.push_back(group);
  }
  return top;
}

// Which top group each task belongs to; tasks of none are absent. The first group wins.
std::map<std::string, const TaskGroup*> group_of_tasks(
    const std::vector<const TaskGroup*>& groups) {
  std::map<std::string, const TaskGroup*> owner;
  for (const TaskGroup* group : top_groups(groups)) {
    for (const Task* leaf : leaves(*group)) owner.emplace(leaf->name, group);
  }
  return owner;
}

// Keeps, over all tasks of one group, the items of the group's subset. A stratum is a leaf task.
void select_over_group(const std::string& group, const std::vector<PlannedTask*>& tasks,
                       std::size_t count, std::uint64_t seed) {
  std::vector<Item> all;
  for (const PlannedTask* task : tasks) {
    const std::string& name = task->loaded.task->name;
    for (std::size_t i = 0; i < task->loaded.items.size(); ++i) {
      all.push_back({name + "/" + task->loaded.items.head(i).id, name, all.size(), Json()});
    }
  }
  const std::vector<std::size_t> chosen = select_subset(group, all, count, seed);
  std::size_t next = 0;
  std::size_t position = 0;
  for (PlannedTask* task : tasks) {
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < task->loaded.items.size(); ++i, ++position) {
      if (next == chosen.size() || chosen[next] != position) continue;
      kept.push_back(i);
      ++next;
    }
    task->loaded.items.keep(kept);
  }
}

// Digest of how a task asks: its source texts, its delimiters, and the first request in full.
std::string template_digest(const Plan& plan, const PlannedTask& task) {
  const Task& source = *task.loaded.task;
  Json texts = {{"description", source.description},
                {"target_delimiter", source.target_delimiter},
                {"fewshot_delimiter", source.fewshot_delimiter},
                {"config", source.config_for_reports}};
  if (!task.loaded.items.empty()) {
    const expected<Request> first = planned_request(plan, task, task.loaded.items.front());
    texts["first_request"] = first ? to_json(*first) : to_json(first.error());
  }
  return sha256_hex(dump_line(texts));
}

std::size_t divided(std::size_t all, std::size_t by) { return (all + by - 1) / by; }

bool has_one_header(const LoadedTask& loaded) {
  if (loaded.shots == 0 || loaded.items.size() < 2) return false;
  return loaded.items.front().shots == loaded.items.back().shots;
}

// The sizes of a task's units. Alike, at most kUnitItems; more of them in a small run, so that
// several contexts have something to do, but not so many that a unit could not fill a batch
// (choices) or let texts grow together; an even number, for two contexts to share. What is scored
// last in a run becomes smaller towards the end. Not so what is written: few texts are slow.
// Where all items have one few-shot header no unit has one item: what its requests share is longer
// than that header, which would be decoded anew with it.
std::vector<std::size_t> sizes_of(const PlannedTask& task, const Plan& plan) {
  constexpr std::size_t kChoiceUnits = 8;  // wanted in a run
  constexpr std::size_t kTextUnits = 4;
  constexpr std::size_t kFewestItems = 4;  // wanted in a unit
  constexpr std::size_t kFewestTexts = 16;
  const std::size_t items = task.loaded.items.size();
  const bool writes = task.loaded.task->output == OutputType::kGenerate;
  if (!writes && &task == &plan.tasks.back()) {
    return tapered_units(items, has_one_header(task.loaded));
  }
  const auto samples = static_cast<std::size_t>(std::max(1, task.generation.samples));
  const std::size_t fewest = writes ? divided(kFewestTexts, samples) : kFewestItems;
  const std::size_t wanted = divided((writes ? kTextUnits : kChoiceUnits) * items, plan.items);
  const std::size_t most = std::max(items / fewest, std::min<std::size_t>(items, 2));
  const std::size_t units = std::max(divided(items, kUnitItems), std::min(wanted, most));
  return alike_units(items, units == 1 ? 1 : std::min(items, (units + 1) / 2 * 2));
}

void cut_into_units(Plan& plan) {
  for (const PlannedTask& task : plan.tasks) plan.items += task.loaded.items.size();
  for (std::size_t task = 0; task < plan.tasks.size(); ++task) {
    std::size_t first = 0;
    for (const std::size_t size : sizes_of(plan.tasks[task], plan)) {
      Unit unit{plan.units.size(), task, {}};
      for (std::size_t i = first; i < first + size; ++i) unit.positions.push_back(i);
      plan.units.push_back(std::move(unit));
      first += size;
    }
  }
}

LoadOptions load_options(const RunSettings& settings, const ResolvedTask& target, bool in_group) {
  LoadOptions options;
  options.shots = settings.shots ? settings.shots : target.shots;
  options.limit = settings.limit;
  if (!in_group) options.items = settings.items;
  options.subset_seed = settings.subset_seed;
  options.settings = target.settings.is_object() ? target.settings : Json::object();
  const auto all = settings.task_settings.find(kEveryGeneratedTask);
  if (target.task->generate_items && all != settings.task_settings.end() && all->is_object()) {
    options.settings.update(*all);
  }
  const auto own = settings.task_settings.find(target.task->name);
  if (own != settings.task_settings.end() && own->is_object()) options.settings.update(*own);
  return options;
}

// The task in the form asked for, with as many samples per item as asked for, so that it reports
// what they allow.
const Task& as_asked(const Task& registered, const RunSettings& settings) {
  const Task& task = *task_in_form(&registered, settings.compat);
  if (!settings.samples || task.output != OutputType::kGenerate) return task;
  return *task_with_samples(task, *settings.samples);
}

// Tokens of a generated item's prompt as the model will see it.
std::optional<int> prompt_tokens(const Plan& plan, const Task& task, const Item& item,
                                 const Model& model) {
  const expected<Request> request = build_request(task, item, {}, plan.prompts, plan.overrides);
  const auto* completion = request ? std::get_if<Completion>(&*request) : nullptr;
  if (completion == nullptr) return std::nullopt;
  const std::optional<std::size_t> tokens = model.count_tokens(completion->prompt);
  return tokens ? std::optional(static_cast<int>(*tokens)) : std::nullopt;
}

// Lengths that one task can make nothing of are item errors beside the others' answers; lengths
// that none can are a mistake.
expected<void> something_made(const Plan& plan) {
  std::optional<std::string> problem;
  for (const PlannedTask& task : plan.tasks) {
    for (const LoadedItem& item : task.loaded.items) {
      const std::optional<std::string> own = text_problem(item.item);
      if (!own) return {};
      problem = fmt::format("Task {}: {}; ask for other lengths with --lengths.",
                            task.loaded.task->name, *own);
    }
  }
  return problem ? expected<void>(usage_error(*problem)) : expected<void>();
}

// How generated texts were cut to their lengths goes into the settings the manifest keeps, so that
// the same items can be made again without the tokenizer that measured them.
void remember_placements(PlannedTask& planned) {
  planned.options.count_tokens = {};
  if (!planned.loaded.task->generate_items) return;
  Json placements = Json::object();
  for (const LoadedItem& item : planned.loaded.items) {
    const auto found = item.item.doc.find("placement");
    if (found != item.item.doc.end()) placements[item.item.id] = *found;
  }
  if (!placements.empty()) planned.options.settings["placements"] = std::move(placements);
}

}  // namespace

std::vector<Family> families_of(const Plan& plan) {
  const auto owner = group_of_tasks(plan.groups);
  std::vector<Family> families;
  std::map<std::string, std::size_t> place;
  for (std::size_t t = 0; t < plan.tasks.size(); ++t) {
    const std::string& task = plan.tasks[t].loaded.task->name;
    const auto group = owner.find(task);
    const std::string& name = group == owner.end() ? task : group->second->name;
    const auto [known, is_new] = place.emplace(name, families.size());
    if (is_new) families.push_back({name, {}});
    families[known->second].tasks.push_back(t);
  }
  return families;
}

expected<Request> planned_request(const Plan& plan, const PlannedTask& task,
                                  const LoadedItem& item) {
  std::vector<const Json*> shots;
  for (const std::size_t index : item.shots) shots.push_back(&task.loaded.shot_pool.at(index));
  try {
    return build_request(*task.loaded.task, item.item, shots, plan.prompts, plan.overrides);
  } catch (const std::exception& problem) {
    return data_error(fmt::format("task {}, item {}: the request could not be written: {}",
                                  task.loaded.task->name, item.item.id, problem.what()));
  }
}

expected<Plan> make_plan(const RunSettings& settings, const std::vector<Suite>& suites,
                         const DataSource& data, const Model* model) {
  if (settings.chat && model == nullptr) {
    return usage_error("a plan with a chat template needs the model it comes from; add -m MODEL");
  }
  if (settings.limit && settings.items) {
    return usage_error("--first and --items choose items in two ways; give only one of them");
  }
  const expected<ResolvedTargets> targets = resolve_targets(settings.targets, suites);
  if (!targets) return targets.error();

  Plan plan;
  plan.groups = targets->groups;
  plan.overrides = generation_overrides(settings);
  plan.prompts.system_instruction = settings.system_instruction;
  plan.prompts.fewshot_as_multiturn = settings.fewshot_as_multiturn;
  if (settings.chat) {
    plan.prompts.chat = [model](std::span<const ChatMessage> messages, bool add_generation_prompt,
                                bool continue_final) {
      return model->render_chat(messages, add_generation_prompt, continue_final);
    };
  }

  const auto spool = std::make_shared<Spool>();  // one for all: its limit is the run's
  const auto owner = group_of_tasks(targets->groups);
  std::map<const TaskGroup*, std::vector<PlannedTask*>> by_group;
  plan.tasks.reserve(targets->tasks.size());  // by_group points into it
  for (const ResolvedTask& target : targets->tasks) {
    const auto group = owner.find(target.task->name);
    PlannedTask planned;
    const Task& task = as_asked(*target.task, settings);
    planned.options = load_options(settings, target, group != owner.end());
    planned.options.spool = spool;
    if (model != nullptr && model->count_tokens("")) {
      planned.options.count_tokens = [model](std::string_view text) {
        return static_cast<int>(model->count_tokens(text).value_or(0));
      };
    }
    const PromptCountingSource counting(data, [&](const Item& item) {
      return planned.options.count_tokens ? prompt_tokens(plan, task, item, *model) : std::nullopt;
    });
    expected<LoadedTask> loaded = load_task(task, counting, planned.options);
    if (!loaded) return loaded.error();
    planned.loaded = std::move(*loaded);
    remember_placements(planned);
    planned.generation = generation_settings(task, plan.overrides);
    plan.tasks.push_back(std::move(planned));
    if (group != owner.end()) by_group[group->second].push_back(&plan.tasks.back());
  }
  if (settings.items) {
    for (const auto& [group, tasks] : by_group) {
      select_over_group(group->name, tasks, *settings.items, settings.subset_seed);
    }
  }
  std::erase_if(plan.tasks, [](const PlannedTask& task) { return task.loaded.items.empty(); });
  if (const expected<void> made = something_made(plan); !made) return made.error();
  for (PlannedTask& task : plan.tasks) task.template_sha256 = template_digest(plan, task);
  cut_into_units(plan);
  if (plan.items == 0) return usage_error("there is nothing to run: no item was selected");
  return plan;
}

}  // namespace assay
