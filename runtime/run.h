// Carries out a run up to the evidence: plan, manifest, lock, journal, pipeline. What a run means
// (summary and samples) is made from its evidence one layer up, in results/run.h, which is what the
// command line calls.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/code_executor.h"
#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/json.h"
#include "assay/model.h"
#include "runtime/evidence.h"
#include "runtime/item_sink.h"
#include "runtime/lock.h"
#include "runtime/observer.h"
#include "runtime/plan.h"
#include "runtime/run_cost.h"
#include "runtime/run_settings.h"
#include "runtime/sequence.h"
#include "runtime/session_stats.h"

namespace assay {

// Pointers are borrowed for the length of the call.
struct RunRequest {
  RunSettings settings;
  std::vector<Suite> suites;         // from load_suites
  std::string folder;                // the run folder; made when it does not exist
  const DataSource* data = nullptr;  // REQUIRES: not null
  Model* model = nullptr;            // REQUIRES: not null
  CodeExecutor* executor = nullptr;  // null: code tasks are "not run: no sandbox"
  std::string command_line;          // recorded in the manifest, changes nothing
  int engine_threads = 0;            // what the model computes with; workers take the other cores
  int workers = 0;                   // rendering and judging threads; 0 = chosen from the machine
  const SequenceRequest* sequence = nullptr;  // compare while running, stop when decided
  // Null, or what takes the judged items of a run that begins at its first item and goes through
  // all of them in order (Execution::taken).
  ItemSink* sink = nullptr;
  bool repair = false;  // keep the intact units of a damaged journal, repeat the rest
};

// Seconds spent per stage. Render and judge add up over threads; wall is the whole call.
struct StageTimes {
  double wall = 0, render = 0, engine = 0, journal = 0, judge = 0;
};

struct Execution {
  Plan plan;
  Json manifest;
  // By task and item of the plan; complete unless `interrupted` or decided early. Empty when the
  // items were `taken`.
  std::vector<std::vector<Evidence>> evidence;
  std::vector<std::vector<JudgedItem>> judged;
  RunCost cost;                    // over the whole run, earlier sessions included
  std::size_t resumed_items = 0;   // taken from the journal
  std::size_t answered_items = 0;  // in the journal now, those included
  FolderLock lock;                 // held until the results are written
  StageTimes times;
  std::optional<SequenceOutcome> sequence;  // of a run that is compared while it goes on
  double saved_seconds = 0;  // what its items not run would have taken, at the others' rate
  // By task and item: not asked because the comparison was decided. Empty without a sequence.
  std::vector<std::vector<bool>> not_run;
  bool taken = false;  // RunRequest::sink was given all items that were answered, and has them
  bool interrupted = false;
  SessionStats session;  // of this call alone
};

// Runs, or continues, the run in `request.folder`. `stop` is polled between engine steps: when it
// becomes true the unit in hand is given up, everything before it stays journalled, and the result
// has `interrupted` set.
//
// Errors: kUsage for a folder of another run (each differing field named), kBadData for a damaged
// journal (line, task and item named), kUnavailable when the folder is in use by another process or
// cannot be written; an item that cannot be measured is not an error but part of the evidence.
expected<Execution> execute(const RunRequest& request, RunObserver& observer,
                            const std::atomic<bool>& stop);

}  // namespace assay
