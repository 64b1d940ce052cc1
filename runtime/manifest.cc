// See manifest.h.
#include "runtime/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "assay/digest.h"
#include "assay/version.h"
#include "runtime/code_limits.h"
#include "runtime/files.h"
#include "runtime/json_text.h"
#include "runtime/settings_json.h"
#include "runtime/wire.h"
#include "tasks/declarative/load_files.h"
#include "tasks/plugins.h"
#include "tasks/registry.h"
#include "tasks/samples.h"

namespace assay {
namespace {

// Members that tell of the run without being able to change a number.
bool is_incidental(const std::string& member) {
  static const std::set<std::string> kIncidental = {"machine", "command",  "started",    "assay",
                                                    "code",    "decision", "fingerprint"};
  return kIncidental.contains(member);
}

std::string output_name(OutputType output) {
  switch (output) {
    case OutputType::kMultipleChoice:
      return "multiple_choice";
    case OutputType::kLoglikelihood:
      return "loglikelihood";
    case OutputType::kRolling:
      return "loglikelihood_rolling";
    case OutputType::kGenerate:
      return "generate_until";
  }
  return "";
}

// What is done to the answers before they are scored: which extraction ran.
Json filters_json(const Task& task) {
  Json filters = Json::array();
  for (const FilterPipeline& pipeline : task.filters) {
    Json steps = Json::array();
    for (const FilterStep& step : pipeline.steps) {
      Json one = {{"function", step.function}};
      if (!step.args.empty()) one["args"] = step.args;
      steps.push_back(std::move(one));
    }
    filters.push_back({{"name", pipeline.name}, {"steps", std::move(steps)}});
  }
  return filters;
}

// "lm-eval" when it is run in the original's form although we have one of our own.
std::string form_of(const Task& task) {
  const Task* registered = find_task(task.name);
  const bool differs = registered != nullptr && registered->original != nullptr;
  return std::string(differs && task.original == nullptr ? kCompatLmEval : "");
}

Json task_json(const PlannedTask& planned, const std::vector<std::size_t>& units) {
  const LoadedTask& loaded = planned.loaded;
  const Task& task = *loaded.task;
  Json ids = Json::array();
  Json indices = Json::array();
  for (std::size_t i = 0; i < loaded.items.size(); ++i) {
    const Item item = loaded.items.head(i);
    ids.push_back(item.id);
    indices.push_back(item.index);
  }
  Json json = {{"name", task.name},
               {"alias", task.alias},
               {"version", task.version},
               {"form", form_of(task)},
               {"output", output_name(task.output)},
               {"dataset", task.data.dataset},
               {"config", task.data.config},
               {"data_files", loaded.files},
               {"data_sha256", loaded.data_sha256},
               {"data_label", loaded.status.label()},
               {"data_note", loaded.status.note},
               {"available", loaded.available},
               {"shots", loaded.shots},
               {"shot_data_label", loaded.shot_status.rows > 0 ? loaded.shot_status.label() : ""},
               {"template_sha256", planned.template_sha256},
               {"asked",
                {{"shots", planned.options.shots ? Json(*planned.options.shots) : Json()},
                 {"limit", planned.options.limit ? Json(*planned.options.limit) : Json()},
                 {"items", planned.options.items ? Json(*planned.options.items) : Json()},
                 {"subset_seed", planned.options.subset_seed},
                 {"fewshot_seed", planned.options.fewshot_seed},
                 {"settings", planned.options.settings}}}};
  if (task.output == OutputType::kGenerate) {
    json["generation"] = {{"stops", planned.generation.stops},
                          {"max_tokens", planned.generation.max_tokens},
                          {"samples", planned.generation.samples},
                          {"sampling", to_json(planned.generation.sampling)}};
  }
  if (task.build_program) {
    Json limits = code_limits_json(loaded);
    if (!limits.is_null()) json["code_limits"] = std::move(limits);
  }
  if (!task.definition.is_null()) json["definition"] = task.definition;
  json["filters"] = filters_json(task);
  json["units"] = units_json(units);
  json["item_ids"] = std::move(ids);
  json["item_indices"] = std::move(indices);
  return json;
}

Json group_json(const TaskGroup& group) {
  Json aggregates = Json::array();
  for (const GroupMetric& metric : group.aggregates) {
    const std::size_t comma = metric.metric.find(',');
    Json one = {{"metric", metric.metric.substr(0, comma)},
                {"weight_by_size", metric.weight_by_size}};
    if (comma != std::string::npos) one["filter"] = metric.metric.substr(comma + 1);
    aggregates.push_back(std::move(one));
  }
  return {{"name", group.name},
          {"alias", group.alias},
          {"version", group.version},
          {"children", group.children},
          {"aggregates", std::move(aggregates)}};
}

// The plug-ins that have a part in the run, each with the digest of its file, since its code
// decides numbers, and what of it was used.
Json plugins_json(const Plan& plan, const ModelInfo& model) {
  Json list = Json::array();
  for (const LoadedPlugin* plugin : loaded_plugins()) {
    Json tasks = Json::array();
    for (const PlannedTask& planned : plan.tasks) {
      const auto used = plugins_of(*planned.loaded.task);
      if (std::find(used.begin(), used.end(), plugin) != used.end()) {
        tasks.push_back(planned.loaded.task->name);
      }
    }
    const bool answers = model.engine.find(plugin->sha256) != std::string::npos;
    if (tasks.empty() && !answers) continue;
    list.push_back({{"name", plugin->name},
                    {"version", plugin->version},
                    {"sha256", plugin->sha256},
                    {"tasks", std::move(tasks)},
                    {"model", answers}});
  }
  return list;
}

std::string brief(const Json& value) {
  std::string text = dump_line(value);
  if (text.size() > 60) text = to_valid_utf8(text.substr(0, 57)) + "...";
  return text;
}

void compare(const std::string& path, const Json& before, const Json& now,
             std::vector<std::string>& differences) {
  if (before == now) return;
  if (before.is_object() && now.is_object()) {
    std::vector<std::string> members;
    for (const auto& [name, value] : before.items()) members.push_back(name);
    for (const auto& [name, value] : now.items()) {
      if (!before.contains(name)) members.push_back(name);
    }
    for (const std::string& name : members) {
      if (path.empty() && is_incidental(name)) continue;
      compare(path.empty() ? name : path + "." + name, before.value(name, Json()),
              now.value(name, Json()), differences);
    }
    return;
  }
  const bool same_shape = before.is_array() && now.is_array() && before.size() == now.size();
  if (same_shape && (before.empty() || before.front().is_object())) {
    for (std::size_t i = 0; i < now.size(); ++i) {
      std::string element = fmt::format("{}[{}]", path, i);
      if (now[i].is_object() && now[i].contains("name") && before[i].is_object() &&
          before[i].value("name", Json()) == now[i]["name"]) {
        element = fmt::format("{} {}", path, now[i]["name"].get<std::string>());
      }
      compare(element, before[i], now[i], differences);
    }
    return;
  }
  differences.push_back(fmt::format("{}: {} -> {}", path, brief(before), brief(now)));
}

// Exact answers depend on neither threads nor contexts: a run may go on with others.
Json without_exact_layout(Json model) {
  const auto settings = model.is_object() ? model.find("settings") : model.end();
  if (settings != model.end() && settings->is_object() &&
      settings->value("layout", Json()) == "exact") {
    settings->erase("threads");
    settings->erase("contexts");
  }
  return model;
}

}  // namespace

Json make_manifest(const RunSettings& settings, const Plan& plan, const ModelInfo& model) {
  std::vector<std::vector<std::size_t>> units(plan.tasks.size());
  for (const Unit& unit : plan.units) units[unit.task].push_back(unit.size());
  Json tasks = Json::array();
  for (std::size_t t = 0; t < plan.tasks.size(); ++t) {
    tasks.push_back(task_json(plan.tasks[t], units[t]));
  }
  Json groups = Json::array();
  for (const TaskGroup* group : plan.groups) groups.push_back(group_json(*group));
  Json manifest = {{"v", kManifestVersion},
                   {"kind", "assay-manifest"},
                   {"assay", {{"version", ASSAY_VERSION}, {"commit", ASSAY_COMMIT}}},
                   {"model",
                    {{"name", model.name},
                     {"identity", model.identity},
                     {"engine", model.engine},
                     {"max_length", model.max_length},
                     {"settings", model.manifest}}},
                   {"settings", to_json(settings)},
                   {"unit_items", kUnitItems},
                   {"items", plan.items},
                   {"tasks", std::move(tasks)},
                   {"groups", std::move(groups)}};
  if (Json plugins = plugins_json(plan, model); !plugins.empty()) {
    manifest["plugins"] = std::move(plugins);
  }
  // As it will be read back, so that comparing sees no difference that writing makes. A long list
  // of items is in memory once.
  const std::string text = dump_line(std::exchange(manifest, Json()));
  manifest = Json::parse(text);
  manifest["fingerprint"] = fingerprint_of(manifest);
  return manifest;
}

std::string fingerprint_of(const Json& manifest) {
  ObjectText significant;
  for (const auto& [name, value] : manifest.items()) {
    if (is_incidental(name)) continue;
    if (name == "model") {
      significant.add(name, without_exact_layout(value));
    } else {
      significant.add(name, value);
    }
  }
  return sha256_hex(std::move(significant).take() + "}");
}

std::vector<std::string> manifest_differences(const Json& before, const Json& now,
                                              std::size_t limit) {
  std::vector<std::string> differences;
  compare("", before, now, differences);
  if (differences.size() > limit) {
    const std::size_t more = differences.size() - limit;
    differences.resize(limit);
    differences.push_back(fmt::format("and {} more", more));
  }
  return differences;
}

expected<Json> load_manifest(const std::string& folder) {
  const std::string path = folder + "/manifest.json";
  if (!file_exists(path)) {
    return unavailable(fmt::format(
        "{} is not a run folder: it has no manifest.json; give a folder that `assay run` made",
        folder));
  }
  const expected<std::string> text = read_file(path);
  if (!text) return text.error();
  expected<Json> manifest = parse_json(*text);
  if (!manifest) return data_error(fmt::format("{}: {}", path, manifest.error().message));
  if (!manifest->is_object() || manifest->value("kind", Json()) != "assay-manifest") {
    return data_error(fmt::format("{} is not the manifest of a run", path));
  }
  if (manifest->value("v", Json()) != kManifestVersion) {
    return data_error(fmt::format("{} is of version {}, and this program reads version {}", path,
                                  dump_line(manifest->value("v", Json())), kManifestVersion));
  }
  if (manifest->value("fingerprint", Json()) != fingerprint_of(*manifest)) {
    return data_error(fmt::format(
        "{} was changed after it was written: its fingerprint does not match its content", path));
  }
  // Tasks from files are made again as they were, whether or not the files are still there.
  for (const Json& task : manifest->value("tasks", Json::array())) {
    if (!task.contains("definition")) continue;
    if (const auto restored = restore_task(task.at("definition")); !restored) {
      return Error{restored.error().code, fmt::format("{}: {}", path, restored.error().message)};
    }
  }
  return manifest;
}

}  // namespace assay
