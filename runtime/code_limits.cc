// See code_limits.h.
#include "runtime/code_limits.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "scorers/python_format.h"
#include "scorers/sandbox/limits.h"

namespace assay {

Json code_limits_json(const LoadedTask& loaded) {
  const auto json_of = [](const CodeLimits& limits) -> Json {
    return {{"cpu_seconds", limits.cpu_seconds},
            {"wall_seconds", limits.wall_seconds},
            {"memory_bytes", limits.memory_bytes}};
  };
  std::vector<std::pair<CodeLimits, std::vector<std::string>>> groups;
  for (const LoadedItem& item : loaded.items) {
    try {
      const auto limits =
          limits_of_test(python_str(loaded.task->target(item.item.doc)), CodeLimits{});
      if (!limits) continue;
      auto at = std::find_if(groups.begin(), groups.end(),
                             [&](const auto& group) { return group.first == *limits; });
      if (at == groups.end()) at = groups.insert(at, {*limits, {}});
      at->second.push_back(item.item.id);
    } catch (const std::exception&) {  // judging the item says why
    }
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  if (groups.empty() || (groups.size() == 1 && groups[0].first == CodeLimits{})) return {};
  Json json = Json::object();
  for (const auto& [limits, ids] : groups) {
    if (json.empty()) {
      json = json_of(limits);
    } else {
      for (const std::string& id : ids) json["items"][id] = json_of(limits);
    }
  }
  return json;
}

}  // namespace assay
