// What `assay run -n` prints: tasks with their items, shots, requests, tokens and data labels, and
// what the model will need. Nothing is run and nothing is written.
#pragma once

#include <string>

#include "assay/model.h"
#include "cli/console.h"
#include "runtime/plan.h"

namespace assay::cli {

// `model` may be null: then tokens are not counted. `folder` "" = not known yet.
void print_plan(Console& console, const Plan& plan, const Model* model, const std::string& folder,
                bool as_json);

}  // namespace assay::cli
