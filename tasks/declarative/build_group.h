// What a task file says of a group beside its children: alias, version, and which scores are
// aggregated over them.
#pragma once

#include <set>
#include <string>

#include "assay/expected.h"
#include "assay/task.h"
#include "tasks/declarative/yaml_tree.h"

namespace assay {

// A group with everything but its children. A metric of which only some filter pipelines are
// aggregated (`filter_list`) is named as in results: "exact_match,strict-match", once for each.
// Errors: kBadData with file, line and key.
expected<TaskGroup> build_group(const YamlNode& map, const std::string& name);

// Whether every pipeline that `filter_list` names is one of `pipelines`, those of the group's
// tasks: a misspelt one would leave the group without a score. Errors: kBadData with file, line and
// key.
expected<void> check_aggregates(const YamlNode& map, const std::set<std::string>& pipelines);

}  // namespace assay
