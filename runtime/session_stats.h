// Where a session's time went and what its decoding was made of, for `assay run -d stats` and the
// summary's timing. Everything is measured by clocks and counters where the work is done; nothing
// is estimated, and nothing here takes part in a score or a fingerprint.
//
// Thread-safety: value types.
#pragma once

#include <cstddef>

#include "assay/json.h"
#include "assay/model.h"

namespace assay {

// What a model knows about its own work beside EngineWork. Totals since it was opened.
struct EngineDetail {
  double likelihood_seconds = 0;  // log-likelihoods from rows of the model's output
  double sampling_seconds = 0;    // choosing tokens from them, stop strings included
  std::size_t headers = 0;        // groups that were decoded after a shared beginning
  std::size_t headers_found = 0;  // of those, with the whole beginning in the cache already
  std::size_t header_tokens = 0;  // tokens of all those beginnings
  std::size_t header_tokens_found = 0;
  std::size_t outputs = 0;  // rows of the model's output that were read
  // Places for texts that grow together, added up over the calls that add a token to each.
  std::size_t slots = 0;
  std::size_t slots_used = 0;
  std::size_t slots_starved = 0;  // empty for want of cells although texts waited
  std::size_t refused = 0;        // calls that the engine refused and that were made as two
  std::size_t undivided = 0;      // groups of texts without memory for cells of their own
  int batch = 0;                  // tokens that one decode call may have; 0 = not known
};

// A model that measures itself closely.
class Measuring {
 public:
  virtual ~Measuring() = default;
  // REQUIRES: answer() is not under way.
  virtual EngineDetail detail() const = 0;
};

// All zero for a model that does not.
inline EngineDetail detail_of(const Model& model) {
  const auto* able = dynamic_cast<const Measuring*>(&model);
  return able == nullptr ? EngineDetail{} : able->detail();
}

struct SessionStats {
  std::size_t items = 0;  // answered in this session
  // The engine's thread, start to end: these add up to `wall`, in seconds. Where several contexts
  // answer at once, each second is shared among those that were busy in it, and the journal is
  // written meanwhile.
  double wall = 0;
  double planning = 0;     // before the first item: data, items, what the journal holds
  double decoding = 0;     // inside the engine's decode calls
  double likelihoods = 0;  // log-likelihoods from the model's output
  double sampling = 0;     // choosing tokens
  double packing = 0;      // the rest of answering: arranging batches, taking answers out of them
  double journal = 0;      // writing
  double waiting = 0;      // nothing was ready to be answered, or the last items were judged
  double finishing = 0;    // the rest: progress, judging of items from the journal
  // Meanwhile on other threads, added up over them.
  double rendering = 0;   // prompts
  double tokenising = 0;  // prompts to token ids
  double judging = 0;     // filters, metrics, sandboxes
  // Tokens of this session.
  std::size_t asked = 0;  // prompts and continuations as if every request stood alone
  DecodeWork prompt;      // decoded of them
  DecodeWork generation;  // written
  EngineDetail engine;
  int contexts = 1;          // that could answer at once
  double busy_contexts = 1;  // of them, on average while any was
};

EngineDetail sum(const EngineDetail& a, const EngineDetail& b);
EngineDetail difference(const EngineDetail& before, const EngineDetail& after);

Json to_json(const SessionStats& stats);
SessionStats session_stats_from_json(const Json& json);  // throws Json::exception for another form

}  // namespace assay
