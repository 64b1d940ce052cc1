// What a run found: every figure with its counts, in report order. A Summary is a pure function of
// the manifest and the journal, except for `timing`, which is kept apart so that two runs can be
// compared byte for byte without it. docs/formats.md specifies summary.json.
//
// Thread-safety: value types.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/model.h"
#include "assay/score.h"
#include "results/code_summary.h"
#include "results/length_results.h"
#include "runtime/sequence.h"
#include "runtime/session_stats.h"

namespace assay {

// Item errors that differ only in their numbers are counted together.
struct ErrorCount {
  std::string reason;  // the first such message, in item order
  std::size_t count = 0;
};

// One task or group of the result table.
struct ResultEntry {
  std::string name;
  std::string alias;  // display name, "" = name
  bool is_group = false;
  std::size_t depth = 0;              // 0 = top level; a child is one deeper than its group
  std::string parent;                 // the group it is shown under, "" at the top level
  std::vector<std::string> children;  // groups: direct children that were run, in report order
  std::string version;
  std::size_t items = 0;  // items asked (sum over leaves for a group): the original's sample_len
  std::size_t available = 0;  // items in the whole evaluated split(s)
  std::size_t not_run = 0;    // planned items not asked: the comparison was decided before
  std::size_t errors = 0;     // items that could not be measured
  std::vector<ErrorCount> error_reasons;  // most frequent first
  int shots = 0;                          // tasks only
  std::string data_label;         // "" complete and verified, else "partial …", "unverified", …
  std::string shot_data_label;    // the same of the shots' split
  std::vector<Score> scores;      // by filter, then metric, as the task lists them
  std::vector<CodeSummary> code;  // code tasks: one per filter that made programs
  std::vector<LengthResults> lengths;  // long-context tasks: one per score, in that order
};

struct TokenCounts {
  std::size_t prompt = 0;     // asked, shared or not
  std::size_t decoded = 0;    // the engine had to decode
  std::size_t generated = 0;  // written by the model
};

struct Timing {
  double engine_seconds = 0;     // whole run, over all sessions
  double wall_seconds = 0;       // last session
  double render_seconds = 0;     // last session, added up over threads
  double journal_seconds = 0;    // last session
  double judge_seconds = 0;      // last session, added up over threads
  double tokens_per_second = 0;  // prompt + generated tokens per engine second; 0 = not measured
  // Over all sessions, from the journal: what results/model_cost.h makes speeds of.
  DecodeWork prompt;
  DecodeWork generation;
  std::optional<double> load_seconds;  // of the last session that answered an item
  std::size_t peak_memory_bytes = 0;   // largest of the sessions' processes; 0 = not known
  std::size_t resumed_items = 0;       // taken from the journal by the last session
  // Engine seconds that the items not run would have taken at the rate of their task's others.
  double saved_seconds = 0;
  std::optional<SessionStats> session;  // of the last session that answered an item
};

struct Summary {
  std::string fingerprint;  // of the manifest
  std::string model;        // ModelInfo::name
  std::size_t items = 0;
  std::size_t errors = 0;
  TokenCounts tokens;
  CodeExecutionNote execution;              // how what the model wrote was run
  std::vector<ResultEntry> entries;         // report order: a group, then its children
  std::optional<SequenceOutcome> sequence;  // of a run that stops when its comparison is decided
  Timing timing;

  // nullptr when there is none.
  const ResultEntry* find(const std::string& name) const;
};

// `timing` is the one top-level key that two equal runs may differ in.
Json to_json(const Summary& summary);
expected<Summary> summary_from_json(const Json& json);

// Also used in other files: {"value":…,"n":…,"std_error":…} | {"failed":…} | {"not_run":…}.
Json to_json(const Measurement& measurement);
expected<Measurement> measurement_from_json(const Json& json);

}  // namespace assay
