// The manifest: everything that can change a number, written before the first answer. Its
// fingerprint ties journal and summary to it; a folder is continued only by a run whose fingerprint
// is the same. docs/formats.md specifies manifest.json.
//
// Thread-safety: pure functions over values.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/model.h"
#include "runtime/plan.h"
#include "runtime/run_settings.h"

namespace assay {

inline constexpr int kManifestVersion = 1;

// Without "machine", "command" and "started", which are added for people when a run begins.
Json make_manifest(const RunSettings& settings, const Plan& plan, const ModelInfo& model);

// SHA-256 over the members that can change a number, in the order they stand.
std::string fingerprint_of(const Json& manifest);

// One sentence part per differing field, "tasks[0].shots: 5 -> 0"; at most `limit`, then a count.
std::vector<std::string> manifest_differences(const Json& before, const Json& now,
                                              std::size_t limit = 8);

// Reads and checks FOLDER/manifest.json: version and fingerprint. kUnavailable when it is not
// there, kBadData when it is damaged or was changed by hand.
expected<Json> load_manifest(const std::string& folder);

}  // namespace assay
