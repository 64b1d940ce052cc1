// See score.h. The manifest says how each task was loaded; loading it the same way again must give
// the same data and the same items, or the evidence would be judged against other documents.
#include "results/score.h"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

#include <exception>
#include <map>
#include <utility>

#include "results/model_cost.h"
#include "results/samples.h"
#include "results/summarise.h"
#include "runtime/files.h"
#include "runtime/journal.h"
#include "runtime/lock.h"
#include "runtime/manifest.h"
#include "runtime/resume.h"
#include "runtime/wire.h"
#include "tasks/load.h"

namespace assay {
namespace {

template <typename T>
std::optional<T> optional_at(const Json& json, const char* name) {
  if (json.at(name).is_null()) return std::nullopt;
  return json.at(name).get<T>();
}

LoadOptions load_options_of(const Json& entry) {
  const Json& asked = entry.at("asked");
  LoadOptions options;
  options.shots = optional_at<int>(asked, "shots");
  options.limit = optional_at<double>(asked, "limit");
  options.items = optional_at<std::size_t>(asked, "items");
  options.subset_seed = asked.at("subset_seed").get<std::uint64_t>();
  options.fewshot_seed = asked.at("fewshot_seed").get<std::uint64_t>();
  options.settings = asked.at("settings");
  return options;
}

// The items of one task as the run had them, in the manifest's order.
expected<std::vector<Item>> load_items(const Json& entry, const DataSource& data) {
  const auto name = entry.at("name").get<std::string>();
  const Task* task = task_of({name, entry, {}});
  if (task == nullptr) {
    return unavailable(fmt::format(
        "this program has no task {}; load the plug-in or task file that the run was made with",
        name));
  }
  if (task->version != entry.at("version").get<std::string>()) {
    return data_error(fmt::format(
        "task {} was run as version {}, and this program has version {}; score it with the program "
        "that ran it",
        name, entry.at("version").get<std::string>(), task->version));
  }
  expected<LoadedTask> loaded = load_task(*task, data, load_options_of(entry));
  if (!loaded) return loaded.error();
  if (loaded->data_sha256 != entry.at("data_sha256").get<std::string>()) {
    return data_error(fmt::format(
        "the data of task {} are not those it was run on (sha256 {} then, {} now); put the data "
        "set of the run back, `assay data verify` tells which files differ from upstream's",
        name, entry.at("data_sha256").get<std::string>(), loaded->data_sha256));
  }
  std::map<std::string, Item*> by_id;
  for (LoadedItem& item : loaded->items) by_id.emplace(item.item.id, &item.item);
  std::vector<Item> items;
  for (const Json& id : entry.at("item_ids")) {
    const auto found = by_id.find(id.get<std::string>());
    if (found == by_id.end()) {
      return data_error(
          fmt::format("task {}, item {}: the data have no such item", name, id.get<std::string>()));
    }
    items.push_back(std::move(*found->second));
  }
  return items;
}

expected<std::vector<TaskRecord>> load_tasks(const Json& manifest, const DataSource& data) {
  try {
    std::vector<TaskRecord> tasks;
    for (const Json& entry : manifest.at("tasks")) {
      expected<std::vector<Item>> items = load_items(entry, data);
      if (!items) return items.error();
      TaskRecord record{entry.at("name").get<std::string>(), entry, {}};
      for (Item& item : *items) record.items.push_back({std::move(item), {}, {}});
      tasks.push_back(std::move(record));
    }
    return tasks;
  } catch (const std::exception& problem) {
    return data_error(fmt::format("the manifest's task list is damaged ({})", problem.what()));
  }
}

// The journal's evidence in the records' places; every item must have its own.
expected<void> take_evidence(const std::string& path, const Json& manifest,
                             std::vector<TaskRecord>& tasks, RunCost& cost) {
  const std::string file = path + "/journal.jsonl";
  expected<JournalContents> contents = read_journal(file);
  if (!contents) return contents.error();
  const expected<std::vector<ManifestUnit>> units = manifest_units(manifest);
  if (!units) return units.error();
  std::vector<JournalDamage> damage = contents->damage;
  for (JournalDamage& entry :
       check_against_manifest(*contents, *units, manifest.at("fingerprint").get<std::string>())) {
    damage.push_back(std::move(entry));
  }
  if (!damage.empty()) return data_error(fmt::format("{}: {}", file, damage.front().what));

  std::vector<JournalUnit*> by_index(units->size(), nullptr);
  for (JournalUnit& unit : contents->units) {
    by_index[unit.index] = &unit;
    cost.add(unit.seconds, unit.cost);
  }
  std::size_t task = 0;
  std::size_t item = 0;
  for (std::size_t u = 0; u < units->size(); ++u) {
    const ManifestUnit& planned = (*units)[u];
    if (by_index[u] == nullptr) {
      return data_error(
          fmt::format("{} has no record of task {}, item {} (unit {} of {}): the run is not "
                      "finished; go on with: {}",
                      file, planned.task, planned.items.front(), u, units->size(),
                      manifest.value("command", "the command that began it")));
    }
    while (tasks[task].name != planned.task) ++task, item = 0;
    for (JournalRecord& record : by_index[u]->records) {
      tasks[task].items[item++].evidence = std::move(record.evidence);
    }
  }
  return {};
}

void judge_all(std::vector<TaskRecord>& tasks, CodeExecutor* executor) {
  for (TaskRecord& task : tasks) {
    const Task& how = *task_of(task);
    tbb::parallel_for(std::size_t{0}, task.items.size(), [&](std::size_t i) {
      ItemRecord& record = task.items[i];
      record.judged = judge_item(how, record.item, record.evidence, executor);
    });
  }
}

}  // namespace

expected<RunFolder> rescore(const std::string& path, const DataSource& data,
                            CodeExecutor* executor) {
  RunFolder folder;
  folder.path = path;
  expected<Json> manifest = load_manifest(path);
  if (!manifest) return manifest.error();
  folder.manifest = std::move(*manifest);
  expected<std::vector<TaskRecord>> tasks = load_tasks(folder.manifest, data);
  if (!tasks) return tasks.error();
  folder.tasks = std::move(*tasks);
  RunCost cost;
  const expected<void> taken = take_evidence(path, folder.manifest, folder.tasks, cost);
  if (!taken) return taken.error();
  judge_all(folder.tasks, executor);
  Timing timing = timing_of(cost);
  if (const expected<RunFolder> before = load_run_summary(path)) {
    timing = with_last_session(timing, before->summary.timing);
  }
  expected<Summary> summary = summarise(folder.manifest, folder.tasks, timing);
  if (!summary) return summary.error();
  folder.summary = std::move(*summary);
  return folder;
}

namespace {

// Every program has been run anew, so the manifest says how.
expected<void> record_code(const std::string& path, Json manifest, CodeExecutor* executor) {
  if (executor == nullptr) return {};
  Json code = executor->describe();
  if (manifest.value("code", Json()) == code) return {};
  manifest["code"] = std::move(code);
  return write_file(path + "/manifest.json", dump_pretty(manifest));
}

}  // namespace

expected<Summary> score_run(const std::string& path, const DataSource& data,
                            CodeExecutor* executor) {
  const expected<Json> manifest = load_manifest(path);  // before a lock file is made there
  if (!manifest) return manifest.error();
  const expected<FolderLock> lock = FolderLock::take(path);
  if (!lock) return lock.error();
  expected<RunFolder> folder = rescore(path, data, executor);
  if (!folder) return folder.error();
  if (executor != nullptr) {
    folder->summary.execution = code_execution_of({{"code", executor->describe()}});
  }
  const expected<void> recorded = record_code(path, *manifest, executor);
  if (!recorded) return recorded.error();
  const expected<void> samples = write_samples(path + "/samples.jsonl", folder->tasks);
  if (!samples) return samples.error();
  const expected<void> written =
      write_file(path + "/summary.json", dump_pretty(to_json(folder->summary)));
  if (!written) return written.error();
  return std::move(folder->summary);
}

}  // namespace assay
