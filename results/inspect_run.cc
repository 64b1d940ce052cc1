// See inspect_run.h. With the data sets at hand a run is verified as `assay verify` does it;
// without them the folder is held against itself: journal against manifest, samples against
// journal, figures against samples.
#include "results/inspect_run.h"

#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "results/summarise.h"
#include "results/verify.h"
#include "runtime/files.h"
#include "runtime/journal.h"
#include "runtime/manifest.h"
#include "runtime/resume.h"
#include "runtime/wire.h"

namespace assay {
namespace {

constexpr std::size_t kMaxProblems = 20;

void add_problem(RunInspection& run, std::string sentence) {
  if (run.problems.size() < kMaxProblems) run.problems.push_back(std::move(sentence));
}

// The journal's own damage; nullopt when nothing of it can be used.
std::optional<JournalContents> checked_journal(RunInspection& run) {
  const std::string file = run.path + "/journal.jsonl";
  expected<JournalContents> contents = read_journal(file);
  if (!contents) {
    add_problem(run, contents.error().message);
    return std::nullopt;
  }
  for (const JournalDamage& damage : contents->damage) add_problem(run, file + ": " + damage.what);
  const expected<std::vector<ManifestUnit>> units = manifest_units(run.manifest);
  if (!units) {
    add_problem(run, units.error().message);
    return std::nullopt;
  }
  const auto fingerprint = run.manifest.at("fingerprint").get<std::string>();
  for (const JournalDamage& damage : check_against_manifest(*contents, *units, fingerprint)) {
    add_problem(run, file + ": " + damage.what);
  }
  return std::move(*contents);
}

void count_progress(const JournalContents& journal, RunInspection& run) {
  std::map<std::string, std::size_t> answered;
  for (const JournalUnit& unit : journal.units) {
    for (const JournalRecord& record : unit.records) ++answered[record.task];
  }
  for (const Json& task : run.manifest.value("tasks", Json::array())) {
    const std::string name = task.value("name", "");
    run.progress.push_back({name, answered[name], task.value("item_ids", Json::array()).size()});
  }
}

// What the model answered, as one text: equal exactly when the evidence is.
std::string answer_text(const Evidence& evidence) {
  return evidence.answer ? dump_line(to_json(*evidence.answer))
                         : dump_line(to_json(evidence.answer.error()));
}

void compare_samples(const JournalContents& journal, RunInspection& run) {
  std::unordered_map<std::string, const Evidence*> evidence;
  for (const JournalUnit& unit : journal.units) {
    for (const JournalRecord& record : unit.records) {
      evidence.emplace(record.task + '\n' + record.item, &record.evidence);
    }
  }
  for (const TaskRecord& task : run.run->tasks) {
    for (const ItemRecord& item : task.items) {
      const auto found = evidence.find(task.name + '\n' + item.item.id);
      if (found == evidence.end()) {
        add_problem(run, fmt::format("{}/journal.jsonl has no intact record of task {}, item {}",
                                     run.path, task.name, item.item.id));
      } else if (answer_text(*found->second) != answer_text(item.evidence)) {
        add_problem(run, fmt::format("{}/samples.jsonl: task {}, item {}: the answer is not the "
                                     "journal's",
                                     run.path, task.name, item.item.id));
      }
    }
  }
}

void compare_figures(RunInspection& run) {
  const Summary& was = run.run->summary;
  const expected<Summary> is = summarise(run.manifest, run.run->tasks, was.timing);
  if (!is) {
    run.not_checked.push_back(is.error().message);
    return;
  }
  for (const ResultEntry& entry : is->entries) {
    const ResultEntry* old = was.find(entry.name);
    if (old == nullptr) {
      add_problem(run, fmt::format("{}/summary.json: {} is missing", run.path, entry.name));
      continue;
    }
    for (std::size_t i = 0; i < entry.scores.size(); ++i) {
      const Score& score = entry.scores[i];
      const std::string now = dump_line(to_json(score.value));
      const std::string then =
          i < old->scores.size() ? dump_line(to_json(old->scores[i].value)) : "missing";
      if (now == then) continue;
      add_problem(run, fmt::format("{}/summary.json: {} {},{} is {}, the samples give {}", run.path,
                                   entry.name, score.metric, score.filter, then, now));
    }
  }
  if (!run.verifies()) return;
  Json before = to_json(was);
  Json now = to_json(*is);
  before.erase("timing");
  now.erase("timing");
  if (before != now) {
    add_problem(run, run.path + "/summary.json: it is not what the samples give");
  }
}

void check_alone(RunInspection& run) {
  const std::optional<JournalContents> journal = checked_journal(run);
  if (!journal || !run.verifies()) return;
  compare_samples(*journal, run);
  compare_figures(run);
  run.checked =
      "The journal was checked against the manifest, the samples against the journal, and the "
      "figures against the samples; the data set was not at hand to judge the answers again.";
}

void verify(const InspectOptions& options, RunInspection& run) {
  if (!options.verify) {
    run.not_checked.emplace_back("nothing was verified (--no-verify)");
    return;
  }
  if (options.data != nullptr) {
    const expected<VerifyReport> report = verify_run(run.path, *options.data, nullptr);
    if (report) {
      for (const std::string& problem : report->problems) add_problem(run, problem);
      run.not_checked = report->not_checked;
      run.checked = fmt::format(
          "{} journal records, {} sample lines and {} figures were recomputed from the evidence.",
          report->records, report->samples, report->figures);
      return;
    }
    run.not_checked.push_back(report.error().message);
  }
  check_alone(run);
}

}  // namespace

expected<RunInspection> inspect_run(const std::string& path, const InspectOptions& options) {
  RunInspection run;
  run.path = path;
  expected<Json> manifest = load_manifest(path);
  if (!manifest) {
    if (manifest.error().code != ErrorCode::kBadData) return manifest.error();
    run.problems.push_back(manifest.error().message);
    return run;
  }
  run.manifest = std::move(*manifest);
  run.model = run.manifest.value("model", Json::object()).value("name", "");
  if (!file_exists(path + "/summary.json")) {
    run.state = RunState::kUnfinished;
    if (const auto journal = checked_journal(run)) count_progress(*journal, run);
    return run;
  }
  expected<RunFolder> folder = load_run(path);
  if (!folder) {
    add_problem(run, folder.error().message);
    folder = load_run_summary(path);  // the figures alone, under the banner
  }
  if (!folder) {
    if (run.problems.front() != folder.error().message) add_problem(run, folder.error().message);
    return run;
  }
  run.state = RunState::kFinished;
  run.run = std::move(*folder);
  if (run.verifies()) verify(options, run);
  return run;
}

}  // namespace assay
