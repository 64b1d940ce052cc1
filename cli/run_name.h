// Where a run goes when -o does not say: runs/<targets>-<model>, with six digits of a digest after
// it when any setting is not the default, so that another setting is another run and the same line
// finds its own run again.
#pragma once

#include <string>

#include "runtime/model_options.h"
#include "runtime/run_settings.h"

namespace assay::cli {

// `more`: what else was chosen, as an object; {} = nothing.
std::string default_run_folder(const RunSettings& settings, const ModelOptions& model,
                               const Json& more = Json::object());

// A model's name as part of a folder's: without path and ending, other characters replaced.
std::string harmless_model_name(const std::string& spec);

// Every setting and engine option that differs from its default, as an object; empty when none.
Json changed_settings(const RunSettings& settings, const ModelOptions& model);

}  // namespace assay::cli
