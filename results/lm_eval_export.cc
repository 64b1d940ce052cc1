// See lm_eval_export.h. The order of keys follows the original where it has one: leaves in report
// order, groups after them with children before parents, `versions`, `configs`, `n-shot` and
// `higher_is_better` by name.
#include "results/lm_eval_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

#include "assay/digest.h"
#include "results/lm_eval_config.h"
#include "results/lm_eval_samples.h"
#include "runtime/files.h"
#include "scorers/python_format.h"

namespace assay {
namespace {

// "1.0" → 1.0 for a task, as its YAML's number; groups keep their text.
Json version_of(const ResultEntry& entry) {
  double number = 0;
  const char* end = entry.version.data() + entry.version.size();
  const auto [rest, error] = std::from_chars(entry.version.data(), end, number);
  if (!entry.is_group && error == std::errc() && rest == end) return number;
  return entry.version;
}

std::string key_of(const Score& score, const char* suffix) {
  return score.metric + suffix + "," + (score.filter.empty() ? "none" : score.filter);
}

Json result_of(const ResultEntry& entry) {
  Json result = Json::object();
  const std::string alias = entry.alias.empty() ? entry.name : entry.alias;
  if (entry.is_group) {
    result["alias"] = alias;
    result["name"] = entry.name;
  } else {
    result["name"] = entry.name;
    result["alias"] = alias;
  }
  result["sample_len"] = entry.items;
  Json counts = Json::object();
  for (const Score& score : entry.scores) {
    const Estimate* estimate = as_estimate(score.value);
    if (estimate == nullptr) continue;
    result[key_of(score, "")] = estimate->value;
    result[key_of(score, "_stderr")] =
        estimate->std_error ? Json(*estimate->std_error) : Json("N/A");
    counts[key_of(score, "")] = estimate->n;
  }
  if (entry.is_group) result["sample_count"] = std::move(counts);
  return result;
}

bool aggregates(const ResultEntry& entry) { return entry.is_group && !entry.scores.empty(); }

// Groups with children before parents: the deeper first, siblings in report order.
std::vector<const ResultEntry*> groups_upwards(const Summary& summary) {
  std::vector<const ResultEntry*> groups;
  for (const ResultEntry& entry : summary.entries) {
    if (entry.is_group) groups.push_back(&entry);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const ResultEntry* a, const ResultEntry* b) { return a->depth > b->depth; });
  return groups;
}

Json higher_is_better_of(const Task& task, const ResultEntry& entry) {
  Json directions = Json::object();
  for (const MetricSpec& spec : task.metrics) {
    const bool k_metric = spec.name.rfind("pass@", 0) == 0;
    if (k_metric) directions["pass_at_k"] = spec.higher_is_better;
  }
  for (const Score& score : entry.scores) directions[score.metric] = score.higher_is_better;
  return directions;
}

// Everything of the run that the original's files cannot say.
Json assay_block(const RunFolder& run) {
  Json block = Json::object();
  block["model"] = run.summary.model;
  block["fingerprint"] = run.summary.fingerprint;
  block["items"] = run.summary.items;
  block["errors"] = run.summary.errors;
  if (!run.summary.execution.isolation.empty()) {
    block["code"] = {{"isolation", run.summary.execution.isolation},
                     {"layers", run.summary.execution.layers},
                     {"note", execution_text(run.summary.execution)}};
  }
  Json tasks = Json::object();
  for (const ResultEntry& entry : run.summary.entries) {
    Json about = Json::object();
    about["items"] = entry.items;
    about["errors"] = entry.errors;
    if (entry.not_run > 0) about["not_run"] = entry.not_run;
    if (!entry.data_label.empty()) about["data"] = entry.data_label;
    if (!entry.shot_data_label.empty()) about["shot_data"] = entry.shot_data_label;
    Json absent = Json::object();
    for (const Score& score : entry.scores) {
      if (as_estimate(score.value) == nullptr) absent[key_of(score, "")] = to_json(score.value);
    }
    if (!absent.empty()) about["not_measured"] = std::move(absent);
    for (const CodeSummary& code : entry.code) about["code"].push_back(to_json(code));
    tasks[entry.name] = std::move(about);
  }
  block["tasks"] = std::move(tasks);
  Json errors = Json::array();
  for (const TaskRecord& task : run.tasks) {
    for (const ItemRecord& item : task.items) {
      if (!item.judged.error) continue;
      errors.push_back({{"task", task.name},
                        {"doc_id", item.item.index},
                        {"id", item.item.id},
                        {"error", item.judged.error->message}});
    }
  }
  block["item_errors"] = std::move(errors);
  return block;
}

const TaskRecord* record_of(const RunFolder& run, const std::string& name) {
  for (const TaskRecord& record : run.tasks) {
    if (record.name == name) return &record;
  }
  return nullptr;
}

Json settings_of(const RunFolder& run) {
  const auto found = run.manifest.find("settings");
  return found != run.manifest.end() && found->is_object() ? *found : Json::object();
}

Json value_or_null(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? Json(nullptr) : *found;
}

// From the manifest's account of the model; null when it has none.
Json model_fact(const RunFolder& run, const char* key) {
  const Json none = Json::object();
  const Json model = run.manifest.value("model", none);
  return value_or_null(model.value("settings", none), key);
}

// A count as an int, a share as it is: the original's `limit`.
Json limit_of(const Json& settings) {
  const Json limit = value_or_null(settings, "limit");
  if (!limit.is_number()) return nullptr;
  const auto value = limit.get<double>();
  if (value >= 1) return static_cast<long long>(value);
  return value;
}

// "2026-11-21T06:41:12Z" as seconds since 1970; null when the manifest does not say.
Json unix_time(const std::string& utc) {
  std::tm parts{};
  if (strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) == nullptr) return nullptr;
  return static_cast<double>(timegm(&parts));
}

expected<const Task*> known_task(const TaskRecord& record) {
  const Task* task = task_of(record);
  if (task != nullptr) return task;
  return data_error(fmt::format(
      "The run has the task {}, which this build of assay does not know; use the build (or the "
      "plug-ins) that made the run.",
      record.name));
}

}  // namespace

std::string lm_eval_sanitized(const std::string& model_name) {
  constexpr std::string_view kReplaced = "\"<>:/|\\?*[]";
  std::string out;
  bool in_run = false;
  for (const char c : model_name) {
    const bool replaced = kReplaced.find(c) != std::string_view::npos;
    if (replaced && !in_run) out += "__";
    if (!replaced) out += c;
    in_run = replaced;
  }
  return out;
}

expected<Json> lm_eval_results(const RunFolder& run, const Json& task_hashes) {
  const Json settings = settings_of(run);
  Json results = Json::object();
  Json samples = Json::object();
  std::map<std::string, Json> configs;
  std::map<std::string, Json> versions;
  std::map<std::string, Json> shots;
  std::map<std::string, Json> directions;
  for (const ResultEntry& entry : run.summary.entries) {
    versions[entry.name] = version_of(entry);
    if (entry.is_group) continue;
    const TaskRecord* record = record_of(run, entry.name);
    if (record == nullptr) {
      return data_error(
          fmt::format("The run folder {} has scores but no items of {}.", run.path, entry.name));
    }
    const expected<const Task*> task = known_task(*record);
    if (!task) return task.error();
    results[entry.name] = result_of(entry);
    samples[entry.name] = {{"original", entry.available}, {"effective", entry.items}};
    const Json kwargs = lm_eval_generation_kwargs(**task, settings);
    configs[entry.name] = lm_eval_task_config(**task, entry.shots, kwargs, version_of(entry));
    shots[entry.name] = entry.shots;
    directions[entry.name] = higher_is_better_of(**task, entry);
  }

  Json groups = Json::object();
  Json subtasks = Json::object();
  for (const ResultEntry* entry : groups_upwards(run.summary)) {
    if (!aggregates(*entry)) continue;
    results[entry->name] = result_of(*entry);
    groups[entry->name] = result_of(*entry);
  }
  for (const ResultEntry& entry : run.summary.entries) {
    if (!entry.is_group) continue;
    subtasks[entry.name] = entry.children;
    // Only a group of tasks inherits these; a group of groups has no entry in the original either.
    for (const std::string& child : entry.children) {
      if (configs.count(child) == 0) continue;
      shots[entry.name] = shots[child];
      for (const auto& [metric, higher] : directions[child].items()) {
        directions[entry.name][metric] = higher;
      }
    }
  }

  const std::string system = settings.value("system_instruction", std::string());
  Json out = Json::object();
  out["results"] = std::move(results);
  if (!groups.empty()) out["groups"] = std::move(groups);
  out["group_subtasks"] = std::move(subtasks);
  const auto sorted = [&out](const char* key, const std::map<std::string, Json>& values) {
    out[key] = Json::object();
    for (const auto& [name, value] : values) out[key][name] = value;
  };
  sorted("configs", configs);
  sorted("versions", versions);
  sorted("n-shot", shots);
  sorted("higher_is_better", directions);
  out["n-samples"] = std::move(samples);
  out["config"] = {{"model", "assay"},
                   {"model_args", "model=" + run.summary.model},
                   {"batch_size", nullptr},
                   {"batch_sizes", Json::array()},
                   {"device", nullptr},
                   {"use_cache", nullptr},
                   {"limit", limit_of(settings)},
                   {"bootstrap_iters", 100000},
                   {"gen_kwargs", nullptr},
                   {"random_seed", 0},
                   {"numpy_seed", 1234},
                   {"torch_seed", 1234},
                   {"fewshot_seed", 1234}};
  out["git_hash"] = nullptr;
  out["date"] = unix_time(run.manifest.value("started", std::string()));
  out["pretty_env_info"] = nullptr;
  out["transformers_version"] = nullptr;
  out["lm_eval_version"] = nullptr;
  out["upper_git_hash"] = nullptr;
  out["task_hashes"] = task_hashes;
  out["model_source"] = "assay";
  out["model_name"] = run.summary.model;
  out["model_name_sanitized"] = lm_eval_sanitized(run.summary.model);
  out["system_instruction"] = system.empty() ? Json(nullptr) : Json(system);
  out["system_instruction_sha"] = system.empty() ? Json(nullptr) : Json(sha256_hex(system));
  out["fewshot_as_multiturn"] = settings.value("fewshot_as_multiturn", true);
  out["chat_template"] = nullptr;
  out["chat_template_sha"] =
      settings.value("chat", false) ? model_fact(run, "chat_template_sha256") : Json(nullptr);
  out["total_evaluation_time_seconds"] = python_float(run.summary.timing.wall_seconds);
  out["assay"] = assay_block(run);
  return out;
}

expected<LmEvalFiles> write_lm_eval(const RunFolder& run, const std::string& file) {
  const std::filesystem::path target(file);
  LmEvalFiles files;
  files.results = file;
  Json hashes = Json::object();
  const Json settings = settings_of(run);
  for (const TaskRecord& record : run.tasks) {
    const expected<const Task*> task = known_task(record);
    if (!task) return task.error();
    const std::string path =
        (target.parent_path() / ("samples_" + record.name + ".jsonl")).string();
    expected<OutputFile> out = OutputFile::open(path);
    if (!out) return out.error();
    expected<void> written;
    const expected<std::string> hash = lm_eval_samples(
        **task, record, lm_eval_generation_kwargs(**task, settings), [&](std::string_view line) {
          written = out->write(line);
          return written.has_value();
        });
    if (!written) return written.error();
    if (!hash) return hash.error();
    if (const expected<void> done = out->commit(); !done) return done.error();
    hashes[record.name] = *hash;
    files.samples.push_back(path);
  }
  const expected<Json> results = lm_eval_results(run, hashes);
  if (!results) return results.error();
  if (const expected<void> done = write_file(file, python_json(*results, 2, false)); !done) {
    return done.error();
  }
  return files;
}

}  // namespace assay
