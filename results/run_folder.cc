// See run_folder.h.
#include "results/run_folder.h"

#include <fmt/format.h>

#include <exception>
#include <map>
#include <utility>

#include "results/samples.h"
#include "runtime/files.h"
#include "runtime/journal.h"
#include "runtime/manifest.h"
#include "runtime/wire.h"
#include "tasks/registry.h"
#include "tasks/samples.h"

namespace assay {

expected<RunFolder> load_run_summary(const std::string& path) {
  RunFolder folder;
  folder.path = path;
  expected<Json> manifest = load_manifest(path);
  if (!manifest) return manifest.error();
  folder.manifest = std::move(*manifest);
  const std::string file = path + "/summary.json";
  if (!file_exists(file)) {
    return unavailable(fmt::format("the run in {} is not finished; go on with: {}", path,
                                   folder.manifest.value("command", "the command that began it")));
  }
  const expected<std::string> text = read_file(file);
  if (!text) return text.error();
  const expected<Json> json = parse_json(*text);
  if (!json) return data_error(fmt::format("{}: {}", file, json.error().message));
  expected<Summary> summary = summary_from_json(*json);
  if (!summary) return data_error(fmt::format("{}: {}", file, summary.error().message));
  if (summary->fingerprint != folder.manifest.at("fingerprint")) {
    return data_error(fmt::format(
        "{} belongs to another manifest than the one beside it; `assay score {}` makes it anew",
        file, path));
  }
  folder.summary = std::move(*summary);
  return folder;
}

const Task* task_of(const TaskRecord& record) { return task_of(record.name, record.manifest); }

const Task* task_of(const std::string& name, const Json& manifest) {
  const Task* registered = find_task(name);
  if (registered == nullptr) return nullptr;
  const Task* task = task_in_form(registered, manifest.value("form", std::string()));
  if (task->output != OutputType::kGenerate) return task;
  const auto generation = manifest.find("generation");
  if (generation == manifest.end()) return task;
  return task_with_samples(*task, generation->value("samples", task->repeats));
}

namespace {

// Puts what --keep-probs kept beside the items' answers: it stands in the journal alone.
expected<void> attach_kept(RunFolder& folder) {
  if (folder.manifest.at("settings").value("keep_probs", 0) == 0) return {};
  const std::string path = folder.path + "/journal.jsonl";
  const expected<JournalContents> journal = read_journal(path);
  if (!journal) return journal.error();
  if (!journal->damage.empty()) {
    return data_error(fmt::format("{}: {}", path, journal->damage.front().what));
  }
  std::map<std::pair<std::string, std::string>, const JournalRecord*> records;
  for (const JournalUnit& unit : journal->units) {
    for (const JournalRecord& record : unit.records) {
      records.emplace(std::pair(record.task, record.item), &record);
    }
  }
  for (TaskRecord& task : folder.tasks) {
    for (ItemRecord& item : task.items) {
      const auto found = records.find(std::pair(task.name, item.item.id));
      if (found == records.end() || !found->second->evidence.answer || !item.evidence.answer) {
        continue;
      }
      item.evidence.answer->top_tokens = found->second->evidence.answer->top_tokens;
    }
  }
  return {};
}

}  // namespace

expected<RunFolder> load_run(const std::string& path) {
  expected<RunFolder> folder = load_run_summary(path);
  if (!folder) return folder;
  try {
    for (const Json& task : folder->manifest.at("tasks")) {
      folder->tasks.push_back({task.at("name").get<std::string>(), task, {}});
    }
  } catch (const std::exception& problem) {
    return data_error(
        fmt::format("{}/manifest.json: its task list is damaged ({})", path, problem.what()));
  }
  const expected<void> read = read_samples(path + "/samples.jsonl", folder->tasks);
  if (!read) return read.error();
  for (const TaskRecord& task : folder->tasks) {
    const ResultEntry* entry = folder->summary.find(task.name);
    const std::size_t not_run = entry == nullptr ? 0 : entry->not_run;
    const std::size_t planned = task.manifest.at("item_ids").size() - not_run;
    if (task.items.size() != planned) {
      return data_error(fmt::format(
          "{}/samples.jsonl holds {} of the {} items of task {}; `assay score {}` makes it anew",
          path, task.items.size(), planned, task.name, path));
    }
  }
  if (const expected<void> kept = attach_kept(*folder); !kept) return kept.error();
  return folder;
}

}  // namespace assay
