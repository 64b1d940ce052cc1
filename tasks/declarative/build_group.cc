// See build_group.h.
#include "tasks/declarative/build_group.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace assay {
namespace {

using Kind = YamlNode::Kind;

// A list, or the one entry that stands in its place.
std::vector<YamlNode> entries_of(const YamlNode& node) {
  return node.kind == Kind::kList ? node.items : std::vector<YamlNode>{node};
}

expected<std::vector<std::string>> pipelines_of(const YamlNode& node) {
  std::vector<std::string> names;
  for (const YamlNode& one : entries_of(node)) {
    if (!one.is_text() || one.text().empty()) {
      return yaml_error(one, "filter_list", "the names of filter pipelines are expected here");
    }
    names.push_back(one.text());
  }
  return names;
}

expected<void> add_aggregate(const YamlNode& one, TaskGroup& group) {
  const YamlNode* metric = one.find("metric");
  if (metric == nullptr || !metric->is_text()) {
    return yaml_error(one, "aggregate_metric_list", "each entry is a map with the key metric");
  }
  GroupMetric made{metric->text(), true};
  std::vector<std::string> pipelines;
  for (const auto& [key, value] : one.members) {
    if (key == "weight_by_size" && value.scalar.is_boolean()) {
      made.weight_by_size = value.scalar.get<bool>();
    } else if (key == "aggregation" && value.scalar != "mean") {
      return yaml_error(value, key, "groups are aggregated by mean only");
    } else if (key == "filter_list") {
      auto names = pipelines_of(value);
      if (!names) return names.error();
      pipelines = std::move(*names);
    } else if (key != "metric" && key != "aggregation") {
      return yaml_error(value, key,
                        "known are metric, aggregation, weight_by_size and filter_list");
    }
  }
  if (pipelines.empty()) group.aggregates.push_back(made);
  for (const std::string& pipeline : pipelines) {
    group.aggregates.push_back({made.metric + "," + pipeline, made.weight_by_size});
  }
  return {};
}

}  // namespace

expected<TaskGroup> build_group(const YamlNode& map, const std::string& name) {
  TaskGroup group;
  group.name = name;
  if (const YamlNode* alias = map.find("group_alias"); alias != nullptr && alias->is_text()) {
    group.alias = alias->text();
  }
  if (const YamlNode* metadata = map.find("metadata")) {
    if (const YamlNode* version = metadata->find("version")) {
      group.version = version->is_text() ? version->text() : version->scalar.dump();
    }
  }
  group.about = "from " + map.file;
  if (const YamlNode* metrics = map.find("aggregate_metric_list")) {
    for (const YamlNode& one : entries_of(*metrics)) {
      if (auto added = add_aggregate(one, group); !added) return added.error();
    }
  }
  return group;
}

expected<void> check_aggregates(const YamlNode& map, const std::set<std::string>& pipelines) {
  const YamlNode* metrics = map.find("aggregate_metric_list");
  if (metrics == nullptr) return {};
  for (const YamlNode& metric : entries_of(*metrics)) {
    const YamlNode* filters = metric.find("filter_list");
    if (filters == nullptr) continue;
    for (const YamlNode& one : entries_of(*filters)) {
      if (pipelines.contains(one.text())) continue;
      return yaml_error(
          one, "filter_list",
          fmt::format("no task of the group has a filter pipeline \"{}\"; they have {}", one.text(),
                      fmt::join(pipelines, ", ")));
    }
  }
  return {};
}

}  // namespace assay
