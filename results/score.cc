// See score.h. The manifest says how each task was loaded; loading it the same way again must give
// the same data and the same items, or the evidence would be judged against other documents.
#include "results/score.h"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "results/length_drawing.h"
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
#include "tasks/plugins.h"
#include "tasks/registry.h"

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
  const Task* task = task_of(name, entry);
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
  std::map<std::string, std::size_t> by_id;
  for (std::size_t i = 0; i < loaded->items.size(); ++i) {
    by_id.emplace(loaded->items.head(i).id, i);
  }
  std::vector<Item> items;
  for (const Json& id : entry.at("item_ids")) {
    const auto found = by_id.find(id.get<std::string>());
    if (found == by_id.end()) {
      return data_error(
          fmt::format("task {}, item {}: the data have no such item", name, id.get<std::string>()));
    }
    items.push_back(loaded->items[found->second].item);
  }
  return items;
}

// The plug-ins that had a part in the tasks must be there, byte for byte: their code decides
// figures. One that only answered, as the model, is not needed.
expected<void> check_plugins(const Json& manifest) {
  for (const Json& used : manifest.value("plugins", Json::array())) {
    if (used.at("tasks").empty()) continue;
    const auto name = used.at("name").get<std::string>();
    const auto version = used.at("version").get<std::string>();
    const auto sha256 = used.at("sha256").get<std::string>();
    const LoadedPlugin* loaded = find_plugin(name);
    if (loaded == nullptr) {
      return unavailable(fmt::format(
          "the run was made with the plug-in {} {} (sha256 {}), which is not loaded; give its file "
          "with --plugin FILE",
          name, version, sha256));
    }
    if (loaded->sha256 != sha256) {
      return data_error(fmt::format(
          "the plug-in {} is not the one that the run was made with: version {}, sha256 {} then; "
          "version {}, sha256 {} in {} now; give the file of then with --plugin FILE, or run again",
          name, version, sha256, loaded->version, loaded->sha256, loaded->file));
    }
  }
  return {};
}

expected<std::vector<TaskRecord>> load_tasks(const Json& manifest, const DataSource& data) {
  try {
    if (const expected<void> there = check_plugins(manifest); !there) return there.error();
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

// A unit's items in the records, in the unit's order.
struct UnitPlaces {
  TaskRecord* task = nullptr;
  std::vector<std::size_t> items;
};

std::vector<UnitPlaces> places_of(const std::vector<ManifestUnit>& units,
                                  std::vector<TaskRecord>& tasks) {
  std::map<std::string, std::pair<TaskRecord*, std::map<std::string, std::size_t>>> by_name;
  for (TaskRecord& task : tasks) {
    auto& [record, ids] = by_name[task.name];
    record = &task;
    for (std::size_t i = 0; i < task.items.size(); ++i) ids.emplace(task.items[i].item.id, i);
  }
  std::vector<UnitPlaces> places;
  for (const ManifestUnit& unit : units) {
    const auto& [record, ids] = by_name.at(unit.task);
    UnitPlaces place{record, {}};
    for (const std::string& id : unit.items) place.items.push_back(ids.at(id));
    places.push_back(std::move(place));
  }
  return places;
}

// The engine's seconds of each unit in the journal; nullopt: the journal has no such unit.
using UnitSeconds = std::vector<std::optional<double>>;

// The journal's evidence in the records' places.
expected<UnitSeconds> take_evidence(const std::string& path, const Json& manifest,
                                    std::vector<TaskRecord>& tasks, std::vector<UnitPlaces>& places,
                                    RunCost& cost) {
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

  places = places_of(*units, tasks);
  UnitSeconds seconds(units->size());
  for (JournalUnit& unit : contents->units) {
    seconds[unit.index] = unit.seconds;
    cost.add(unit.seconds, unit.cost);
    const UnitPlaces& place = places[unit.index];
    for (std::size_t i = 0; i < place.items.size(); ++i) {
      place.task->items[place.items[i]].evidence = std::move(unit.records[i].evidence);
    }
  }
  return seconds;
}

Error unfinished(const std::string& path, const Json& manifest, const UnitPlaces& place,
                 std::size_t unit, std::size_t units) {
  return data_error(
      fmt::format("{}/journal.jsonl has no record of task {}, item {} (unit {} of {}): the run is "
                  "not finished; go on with: {}",
                  path, place.task->name, place.task->items[place.items.front()].item.id, unit,
                  units, manifest.value("command", "the command that began it")));
}

// Every unit must be there, unless a comparison was decided before its turn: the decision is made
// again from the judged units. Records of items that were not run are taken out.
struct Completeness {
  std::optional<SequenceOutcome> sequence;
  double saved_seconds = 0;
};

// Code that is not run here decides nothing: then what the manifest says was decided stands.
expected<Completeness> as_recorded(const Json& manifest) {
  expected<SequenceOutcome> recorded =
      sequence_outcome_from_json(manifest.value("decision", Json()));
  if (!recorded) {
    return unavailable(
        "this run stops when its comparison is decided, and that cannot be decided without running "
        "code; use a machine with a sandbox");
  }
  return Completeness{std::move(*recorded), 0};
}

expected<Completeness> check_complete(const std::string& path, const Json& manifest,
                                      std::vector<TaskRecord>& tasks,
                                      const std::vector<UnitPlaces>& places,
                                      const UnitSeconds& seconds, bool code_is_run) {
  std::unique_ptr<SequenceMonitor> monitor;
  Completeness recorded;
  if (manifest.contains("sequence")) {
    expected<std::unique_ptr<SequenceMonitor>> made = SequenceMonitor::from_manifest(manifest);
    if (!made) return made.error();
    monitor = std::move(*made);
    if (!code_is_run) {
      expected<Completeness> found = as_recorded(manifest);
      if (!found) return found.error();
      recorded = std::move(*found);
    }
  }
  std::map<TaskRecord*, std::vector<bool>> not_run;
  for (std::size_t u = 0; u < places.size(); ++u) {
    const UnitPlaces& place = places[u];
    if (seconds[u] && monitor != nullptr) {
      std::vector<const JudgedItem*> judged;
      for (const std::size_t i : place.items) judged.push_back(&place.task->items[i].judged);
      monitor->observe(u, judged, *seconds[u]);
    }
    if (seconds[u]) continue;
    if (monitor == nullptr || (monitor->wanted(u) && !recorded.sequence)) {
      return unfinished(path, manifest, place, u, places.size());
    }
    std::vector<bool>& marks = not_run[place.task];
    marks.resize(place.task->items.size());
    for (const std::size_t i : place.items) marks[i] = true;
  }
  for (TaskRecord& task : tasks) {
    const auto marks = not_run.find(&task);
    if (marks == not_run.end()) continue;
    std::size_t i = 0;
    std::erase_if(task.items, [&](const ItemRecord&) { return marks->second[i++]; });
  }
  if (monitor == nullptr || recorded.sequence) return recorded;
  return Completeness{monitor->outcome(), monitor->saved_seconds()};
}

// Judges the items of the units that are in the journal.
void judge_all(const std::vector<UnitPlaces>& places, const UnitSeconds& seconds,
               CodeExecutor* executor) {
  tbb::parallel_for(std::size_t{0}, places.size(), [&](std::size_t u) {
    if (!seconds[u]) return;
    const Task& how = *task_of(*places[u].task);
    for (const std::size_t i : places[u].items) {
      ItemRecord& record = places[u].task->items[i];
      record.judged = judge_item(how, record.item, record.evidence, executor);
    }
  });
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
  std::vector<UnitPlaces> places;
  const expected<UnitSeconds> taken =
      take_evidence(path, folder.manifest, folder.tasks, places, cost);
  if (!taken) return taken.error();
  judge_all(places, *taken, executor);
  const bool has_code = std::any_of(
      folder.tasks.begin(), folder.tasks.end(),
      [](const TaskRecord& task) { return static_cast<bool>(task_of(task)->build_program); });
  const expected<Completeness> complete = check_complete(
      path, folder.manifest, folder.tasks, places, *taken, executor != nullptr || !has_code);
  if (!complete) return complete.error();
  Timing timing = timing_of(cost);
  if (const expected<RunFolder> before = load_run_summary(path)) {
    timing = with_last_session(timing, before->summary.timing);
  }
  timing.saved_seconds = complete->saved_seconds;
  expected<Summary> summary = summarise(folder.manifest, folder.tasks, timing, complete->sequence);
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
  const expected<void> drawn = write_length_drawing(path, folder->summary);
  if (!drawn) return drawn.error();
  return std::move(folder->summary);
}

}  // namespace assay
