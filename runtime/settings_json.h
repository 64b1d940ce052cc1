// RunSettings as they stand in the manifest. What was not asked for is null, so that a reader sees
// every setting there is.
#pragma once

#include "assay/expected.h"
#include "assay/json.h"
#include "runtime/run_settings.h"
#include "tasks/prompt.h"

namespace assay {

// The name in RunSettings::task_settings whose settings go to every task that makes its items.
inline constexpr const char* kEveryGeneratedTask = "*";

Json to_json(const RunSettings& settings);
expected<RunSettings> settings_from_json(const Json& json);

// The part of the settings that replaces a task's own generation settings.
GenerationOverrides generation_overrides(const RunSettings& settings);

}  // namespace assay
