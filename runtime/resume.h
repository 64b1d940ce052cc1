// Continuing a run from its journal: which units are done, and a writer that goes on after them.
// The rules for a journal that is not as it was written are here: an incomplete last unit is
// dropped and repeated; anything else stops, unless the caller asks for a repair.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "runtime/journal.h"

namespace assay {

struct Resumption {
  std::vector<JournalUnit> units;  // done, in journal order
  JournalWriter writer;
};

// What one unit of a manifest must hold: items of one task, in this order.
struct ManifestUnit {
  std::string task;
  std::vector<std::string> items;
};

// The units of a manifest, by index: the same cut as the plan's.
expected<std::vector<ManifestUnit>> manifest_units(const Json& manifest);

// Compares a journal with the manifest it should belong to; every disagreement is one damage entry
// (another run's journal, a unit or record that was not planned).
std::vector<JournalDamage> check_against_manifest(const JournalContents& contents,
                                                  const std::vector<ManifestUnit>& units,
                                                  const std::string& fingerprint);

// Reads FOLDER/journal.jsonl, checks it and opens it for appending. kBadData for a damaged journal,
// naming line, task and item. With `repair` the damaged file is kept as journal.jsonl.damaged, the
// intact units are written to a new one, and the rest will be repeated.
// `note` hears of what was dropped or ignored.
expected<Resumption> resume_journal(const std::string& folder, const Json& manifest, bool repair,
                                    const std::function<void(const std::string&)>& note);

}  // namespace assay
