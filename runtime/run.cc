// See run.h. The order matters: nothing is written before the plan stands, nothing is answered
// before the manifest is on the disk, and nothing is judged that is not in the journal.
#include "runtime/run.h"

#include <fmt/format.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "runtime/files.h"
#include "runtime/journal.h"
#include "runtime/machine.h"
#include "runtime/manifest.h"
#include "runtime/pipeline.h"
#include "runtime/resume.h"
#include "runtime/wire.h"

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

// How code is executed changes no answer, only verdicts: it may become possible later, but verdicts
// of one run are not mixed from two ways.
expected<Json> settle_code(const RunRequest& request, Json before, const Json& code) {
  const auto refused = [](const Json& c) { return c.is_null() || c["isolation"] == "refused"; };
  const Json found = before.value("code", Json());
  if (refused(code) || found == code) return before;
  if (!refused(found)) {
    return usage_error(fmt::format(
        "The code of {} was run in another way (isolation: {}; now: {}, or with other limits or "
        "another Python); `assay score {}` judges all of it anew.",
        request.folder, found["isolation"].get<std::string>(), code["isolation"].get<std::string>(),
        request.folder));
  }
  before["code"] = code;
  const expected<void> written = write_file(request.folder + "/manifest.json", dump_pretty(before));
  if (!written) return written.error();
  return before;
}

// Writes the manifest of a new run, or checks that the one there is the same run's.
expected<Json> settle_manifest(const RunRequest& request, Json manifest) {
  const std::string path = request.folder + "/manifest.json";
  if (!file_exists(path)) {
    if (file_exists(request.folder + "/journal.jsonl")) {
      return data_error(fmt::format(
          "{} holds a journal but no manifest.json; put the manifest back or choose another folder",
          request.folder));
    }
    manifest["command"] = request.command_line;
    manifest["started"] = utc_now();
    manifest["machine"] = describe_machine();
    const expected<void> written = write_file(path, dump_pretty(manifest));
    if (!written) return written.error();
    return manifest;
  }
  expected<Json> before = load_manifest(request.folder);
  if (!before) return before.error();
  if (before->at("fingerprint") == manifest.at("fingerprint")) {
    return settle_code(request, std::move(*before), manifest.value("code", Json()));
  }
  std::string list;
  for (const std::string& difference : manifest_differences(*before, manifest)) {
    list += (list.empty() ? "" : "; ") + difference;
  }
  return usage_error(
      fmt::format("{} holds another run ({}); choose another folder with -o, or repeat the command "
                  "that made it: {}",
                  request.folder, list, before->value("command", "")));
}

// Puts the units in the order of a comparison and adds to the manifest what it depends on.
expected<std::unique_ptr<SequenceMonitor>> settle_sequence(const SequenceRequest& request,
                                                           Plan& plan, Json& manifest) {
  const expected<SequenceBase> base = request.base(plan, manifest);
  if (!base) return base.error();
  // As it will be read back, like the rest of the manifest.
  const Json sequence = Json::parse(dump_line(arrange_sequence(plan, request.settings, *base)));
  manifest.erase("fingerprint");
  manifest["sequence"] = sequence;
  manifest["fingerprint"] = fingerprint_of(manifest);
  return SequenceMonitor::from_manifest(manifest);
}

// What was decided stands in the manifest beside the rule, where people look for it.
expected<void> record_decision(const RunRequest& request, Execution& execution) {
  Json decision = Json::parse(dump_line(to_json(*execution.sequence)));
  if (execution.manifest.value("decision", Json()) == decision) return {};
  execution.manifest["decision"] = std::move(decision);
  return write_file(request.folder + "/manifest.json", dump_pretty(execution.manifest));
}

std::vector<std::vector<bool>> not_run_items(const Plan& plan, const std::vector<bool>& done,
                                             const SequenceMonitor& monitor) {
  std::vector<std::vector<bool>> not_run;
  for (const PlannedTask& task : plan.tasks) not_run.emplace_back(task.loaded.items.size(), false);
  for (const Unit& unit : plan.units) {
    if (done[unit.index] || monitor.wanted(unit.index)) continue;
    for (const std::size_t i : unit.positions) not_run[unit.task][i] = true;
  }
  return not_run;
}

// Judges what the journal already held, in parallel.
void judge_resumed(const RunRequest& request, Execution& execution,
                   const std::vector<JournalUnit>& units, int workers) {
  tbb::task_arena arena(workers);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, units.size(), [&](std::size_t u) {
      const Unit& unit = execution.plan.units[units[u].index];
      const Task& task = *execution.plan.tasks[unit.task].loaded.task;
      for (const std::size_t slot : unit.positions) {
        execution.judged[unit.task][slot] =
            judge_item(task, execution.plan.tasks[unit.task].loaded.items[slot].item,
                       execution.evidence[unit.task][slot], request.executor);
      }
    });
  });
}

// Judged first, because what was answered before decides what is asked now.
void replay(const RunRequest& request, Execution& execution, const std::vector<JournalUnit>& units,
            int workers, SequenceMonitor& monitor) {
  judge_resumed(request, execution, units, workers);
  for (const JournalUnit& journalled : units) {
    const Unit& unit = execution.plan.units[journalled.index];
    std::vector<const JudgedItem*> judged;
    for (const std::size_t i : unit.positions) judged.push_back(&execution.judged[unit.task][i]);
    monitor.observe(unit.index, judged, journalled.seconds);
  }
}

SessionStats session_stats(const PipelineResult& worked, const EngineDetail& engine, double wall,
                           double planning) {
  SessionStats stats;
  stats.items = worked.items;
  stats.wall = wall;
  stats.planning = planning;
  stats.prompt = worked.cost.prompt;
  stats.generation = worked.cost.generation;
  stats.engine = engine;
  stats.decoding = stats.prompt.seconds + stats.generation.seconds;
  stats.contexts = worked.times.lanes;
  stats.busy_contexts = worked.times.busy_lanes;
  stats.likelihoods = engine.likelihood_seconds / stats.busy_contexts;
  stats.sampling = engine.sampling_seconds / stats.busy_contexts;
  stats.packing = worked.times.engine - stats.decoding - stats.likelihoods - stats.sampling;
  stats.journal = worked.times.journal;
  stats.waiting = worked.times.wait;
  stats.finishing =
      std::max(0.0, wall - planning - worked.times.engine - stats.journal - stats.waiting);
  stats.rendering = worked.times.render - worked.times.tokenise;
  stats.tokenising = worked.times.tokenise;
  stats.judging = worked.times.judge;
  stats.asked = worked.asked_tokens;
  return stats;
}

}  // namespace

expected<Execution> execute(const RunRequest& request, RunObserver& observer,
                            const std::atomic<bool>& stop) {
  const Clock::time_point start = Clock::now();
  if (request.settings.keep_probs > 0 && !request.model->keeps_top_tokens()) {
    return usage_error(
        fmt::format("--keep-probs needs a model whose next-token probabilities can be seen, a GGUF "
                    "file; {} answers without them. Leave it out.",
                    request.model->info().name));
  }
  expected<Plan> plan = make_plan(request.settings, request.suites, *request.data, request.model);
  if (!plan) return plan.error();

  const expected<void> folder = make_folder(request.folder);
  if (!folder) return folder.error();
  expected<FolderLock> lock = FolderLock::take(request.folder);
  if (!lock) return lock.error();

  Execution execution;
  execution.lock = std::move(*lock);
  execution.plan = std::move(*plan);
  Json described = make_manifest(request.settings, execution.plan, request.model->info());
  std::unique_ptr<SequenceMonitor> monitor;
  if (request.sequence != nullptr) {
    expected<std::unique_ptr<SequenceMonitor>> settled =
        settle_sequence(*request.sequence, execution.plan, described);
    if (!settled) return settled.error();
    monitor = std::move(*settled);
  }
  if (request.executor != nullptr) described["code"] = request.executor->describe();
  expected<Json> manifest = settle_manifest(request, std::move(described));
  if (!manifest) return manifest.error();
  execution.manifest = std::move(*manifest);

  expected<Resumption> resumed =
      resume_journal(request.folder, execution.manifest, request.repair,
                     [&](const std::string& sentence) { observer.on_note(sentence); });
  if (!resumed) return resumed.error();

  execution.taken =
      request.sink != nullptr && resumed->units.empty() && request.sequence == nullptr;
  if (!execution.taken) {
    for (const PlannedTask& task : execution.plan.tasks) {
      execution.evidence.emplace_back(task.loaded.items.size());
      execution.judged.emplace_back(task.loaded.items.size());
    }
  }
  PipelineJob job;
  std::vector<bool> done(execution.plan.units.size(), false);
  for (JournalUnit& journalled : resumed->units) {
    const Unit& unit = execution.plan.units[journalled.index];
    done[unit.index] = true;
    execution.cost.add(journalled.seconds, journalled.cost);
    execution.resumed_items += unit.size();
    for (std::size_t i = 0; i < unit.size(); ++i) {
      Evidence& evidence = journalled.records[i].evidence;
      if (!evidence.answer) ++job.done_errors;
      execution.evidence[unit.task][unit.positions[i]] = std::move(evidence);
    }
  }
  observer.on_plan(execution.plan.items, execution.resumed_items);

  job.plan = &execution.plan;
  for (const Unit& unit : execution.plan.units) {
    if (!done[unit.index]) job.units.push_back(unit.index);
  }
  job.model = request.model;
  job.keep_top = request.settings.keep_probs;
  job.executor = request.executor;
  job.journal = &resumed->writer;
  job.observer = &observer;
  job.stop = &stop;
  job.workers = request.workers > 0 ? request.workers : choose_workers(request.engine_threads);
  job.done_items = execution.resumed_items;
  job.monitor = monitor.get();
  if (execution.taken) job.sink = request.sink;
  job.evidence = &execution.evidence;
  job.judged = &execution.judged;
  if (monitor != nullptr) replay(request, execution, resumed->units, job.workers, *monitor);
  const double planning = seconds_since(start);
  const EngineDetail before = detail_of(*request.model);
  const expected<PipelineResult> worked = run_pipeline(job);
  if (!worked) return worked.error();

  execution.interrupted = worked->interrupted;
  execution.answered_items = execution.resumed_items + worked->items;
  execution.cost.add(worked->cost);
  if (!execution.interrupted) {
    if (monitor == nullptr) {
      judge_resumed(request, execution, resumed->units, job.workers);
    } else {
      for (const std::size_t unit : worked->answered) done[unit] = true;
      execution.not_run = not_run_items(execution.plan, done, *monitor);
      execution.sequence = monitor->outcome();
      execution.saved_seconds = monitor->saved_seconds();
      const expected<void> recorded = record_decision(request, execution);
      if (!recorded) return recorded.error();
    }
  }
  execution.times = {seconds_since(start), worked->times.render, worked->times.engine,
                     worked->times.journal, worked->times.judge};
  execution.session = session_stats(*worked, difference(before, detail_of(*request.model)),
                                    execution.times.wall, planning);
  return execution;
}

}  // namespace assay
