// One call from a request to a finished run folder: evidence (runtime/run.h), then samples and
// summary made from it. The command line's `assay run` is this and the printing of its outcome.
#pragma once

#include <atomic>
#include <string>

#include "assay/expected.h"
#include "results/summary.h"
#include "runtime/run.h"

namespace assay {

struct RunOutcome {
  std::string folder;
  Summary summary;            // empty when interrupted
  bool interrupted = false;   // stopped before the end; the same line again continues
  bool was_finished = false;  // nothing was left to do: the summary is the one found there
  std::size_t items = 0;      // planned
  std::size_t answered = 0;   // of those, in the journal now
  SessionStats session;       // where this call's time went
};

// Errors as for execute(). Afterwards the folder holds manifest.json, journal.jsonl, samples.jsonl
// and summary.json (the last two only when nothing is missing).
expected<RunOutcome> run(const RunRequest& request, RunObserver& observer,
                         const std::atomic<bool>& stop);

}  // namespace assay
