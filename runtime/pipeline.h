// The pipeline of a run (DESIGN section 4), over units:
//
//   source ─▶ render, tokenise ─▶ engine, journal ─▶ judge ─▶ sink
//   in order      parallel           in order       parallel  in order
//
// A token limit holds back the source, so that rendering stays a few units ahead of the engine and
// memory stays bounded. The engine stage is serial and in order: the journal is written in unit
// order and the observer sees progress in unit order. A model with several lanes (lane_pool.h) has
// begun with the next units by then, and the stage waits for each in its turn. Results go into
// slots by task and item, so completion order can never show in a result.
//
// Threads: the engine computes with threads of its own; the arena gets the machine's other cores
// plus one (the thread that waits in the engine stage), but never more than the machine has.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "assay/code_executor.h"
#include "assay/expected.h"
#include "runtime/evidence.h"
#include "runtime/item_sink.h"
#include "runtime/journal.h"
#include "runtime/observer.h"
#include "runtime/plan.h"
#include "runtime/run_cost.h"
#include "runtime/sequence.h"

namespace assay {

struct PipelineTimes {
  double render = 0, engine = 0, journal = 0, judge = 0;  // seconds
  double tokenise = 0;                                    // the part of render that made token ids
  double wait = 0;  // no unit was ready for the engine, or all were answered
  int lanes = 1;
  double busy_lanes = 1;  // of a model with several, on average while any was busy
  double wall = 0;
};

struct PipelineJob {
  const Plan* plan = nullptr;
  std::vector<std::size_t> units;  // to do, ascending
  Model* model = nullptr;
  CodeExecutor* executor = nullptr;  // may be null
  JournalWriter* journal = nullptr;
  RunObserver* observer = nullptr;
  const std::atomic<bool>* stop = nullptr;
  // Null, or what says after each unit whether more of its items are wanted. It is told in the
  // serial stage, so units are judged there before the next one is answered.
  SequenceMonitor* monitor = nullptr;
  // Null, or what takes the judged items, unit by unit. REQUIRES: all units of the plan are to do.
  ItemSink* sink = nullptr;
  int keep_top = 0;             // RunSettings::keep_probs
  int workers = 1;              // arena size
  std::size_t done_items = 0;   // already journalled, for progress
  std::size_t done_errors = 0;  // of those, item errors
  // Slots by task and item of the plan, filled where there is no sink; REQUIRES: sized then.
  std::vector<std::vector<Evidence>>* evidence = nullptr;
  std::vector<std::vector<JudgedItem>>* judged = nullptr;
};

struct PipelineResult {
  bool interrupted = false;
  std::size_t items = 0;              // answered and journalled
  std::vector<std::size_t> answered;  // the units they are in
  PipelineTimes times;
  RunCost cost;                  // of those units
  std::size_t asked_tokens = 0;  // of their prompts, as if every request stood alone
};

// Works through the units. An Error when the engine is lost or the journal cannot be written; what
// was journalled before stays.
expected<PipelineResult> run_pipeline(const PipelineJob& job);

// Threads for the arena, given what the engine uses (0 = unknown).
int choose_workers(int engine_threads);

}  // namespace assay
