// See run.h.
#include "results/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "results/length_drawing.h"
#include "results/model_cost.h"
#include "results/run_folder.h"
#include "results/run_results.h"
#include "results/samples.h"
#include "results/summarise.h"
#include "runtime/files.h"
#include "runtime/machine.h"
#include "runtime/wire.h"

namespace assay {
namespace {

// Moves items, evidence and judgements of an execution into records, in plan order. Items that were
// not run have no record.
std::vector<TaskRecord> records_of(Execution& execution) {
  std::vector<TaskRecord> tasks;
  for (std::size_t t = 0; t < execution.plan.tasks.size(); ++t) {
    LoadedTask& loaded = execution.plan.tasks[t].loaded;
    TaskRecord record{loaded.task->name, execution.manifest.at("tasks").at(t), {}};
    for (std::size_t i = 0; i < loaded.items.size(); ++i) {
      if (!execution.not_run.empty() && execution.not_run[t][i]) continue;
      record.items.push_back({loaded.items[i].item, std::move(execution.evidence[t][i]),
                              std::move(execution.judged[t][i])});
    }
    tasks.push_back(std::move(record));
  }
  return tasks;
}

// Code that was not run for want of a sandbox can be judged once there is one.
bool has_not_run(const RunFolder& folder) {
  for (const ResultEntry& entry : folder.summary.entries) {
    for (const Score& score : entry.scores) {
      if (std::holds_alternative<NotRun>(score.value)) return true;
    }
    for (const CodeSummary& code : entry.code) {
      for (const OutcomeCount& outcome : code.outcomes) {
        if (outcome.kind == CodeOutcome::kDidNotStart && outcome.count > 0) return true;
      }
    }
  }
  return false;
}

Timing timing_of(const Execution& execution) {
  Timing timing = timing_of(execution.cost);
  timing.wall_seconds = execution.times.wall;
  timing.render_seconds = execution.times.render;
  timing.journal_seconds = execution.times.journal;
  timing.judge_seconds = execution.times.judge;
  timing.peak_memory_bytes = std::max(timing.peak_memory_bytes, peak_memory_bytes());
  timing.resumed_items = execution.resumed_items;
  timing.saved_seconds = execution.saved_seconds;
  if (execution.session.items > 0) timing.session = execution.session;
  return timing;
}

// Summary and samples of a run whose items went by.
expected<Summary> finish(const Execution& execution, RunResults& results) {
  expected<Summary> summary =
      summarise(execution.manifest, results.tallies(), timing_of(execution), execution.sequence);
  if (!summary) return summary;
  const expected<void> sampled = results.commit_samples();
  if (!sampled) return sampled.error();
  return summary;
}

// The same where items come from the journal or in another order than the data's: all were kept.
expected<Summary> finish(Execution& execution, const std::string& folder) {
  const std::vector<TaskRecord> tasks = records_of(execution);
  expected<Summary> summary =
      summarise(execution.manifest, tasks, timing_of(execution), execution.sequence);
  if (!summary) return summary;
  const expected<void> sampled = write_samples(folder + "/samples.jsonl", tasks);
  if (!sampled) return sampled.error();
  return summary;
}

}  // namespace

expected<RunOutcome> run(const RunRequest& request, RunObserver& observer,
                         const std::atomic<bool>& stop) {
  RunResults results(request.folder + "/samples.jsonl");
  RunRequest streamed = request;
  streamed.sink = &results;
  expected<Execution> execution = execute(streamed, observer, stop);
  if (!execution) return execution.error();
  RunOutcome outcome;
  outcome.folder = request.folder;
  outcome.items = execution->plan.items;
  outcome.answered = execution->answered_items;
  outcome.interrupted = execution->interrupted;
  outcome.session = execution->session;
  if (outcome.interrupted) return outcome;

  // Nothing was left to do and the results are there: they are shown as they are.
  if (execution->resumed_items == execution->answered_items) {
    expected<RunFolder> finished = load_run_summary(request.folder);
    const bool judge_more = finished && request.executor != nullptr && has_not_run(*finished);
    if (finished && !judge_more && file_exists(request.folder + "/samples.jsonl")) {
      outcome.was_finished = true;
      outcome.summary = std::move(finished->summary);
      return outcome;
    }
  }
  expected<Summary> summary =
      execution->taken ? finish(*execution, results) : finish(*execution, request.folder);
  if (!summary) return summary.error();
  const expected<void> written =
      write_file(request.folder + "/summary.json", dump_pretty(to_json(*summary)));
  if (!written) return written.error();
  const expected<void> drawn = write_length_drawing(request.folder, *summary);
  if (!drawn) return drawn.error();
  outcome.summary = std::move(*summary);
  return outcome;
}

}  // namespace assay
