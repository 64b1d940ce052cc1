// See report_order.h.
#include "results/report_order.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace assay {
namespace {

class Order {
 public:
  explicit Order(const Json& manifest) : manifest_(manifest) {
    for (const Json& task : manifest.at("tasks")) tasks_.insert(task.value("name", ""));
    for (const Json& group : manifest.at("groups")) {
      groups_.emplace(group.value("name", ""), &group);
      for (const Json& child : group.at("children")) children_.insert(child.get<std::string>());
    }
  }

  std::vector<ReportLine> lines() {
    for (const Json& task : manifest_.at("tasks")) {
      const auto name = task.value("name", std::string());
      if (shown_.contains(name)) continue;
      // The outermost group that holds the task, if any, brings its siblings with it.
      const Json* top = nullptr;
      for (const Json& group : manifest_.at("groups")) {
        if (top != nullptr || children_.contains(group.value("name", ""))) continue;
        const std::vector<std::string> leaves = leaves_of(group);
        if (std::find(leaves.begin(), leaves.end(), name) != leaves.end()) top = &group;
      }
      if (top != nullptr) show_group(*top, 0, "");
      if (shown_.insert(name).second) lines_.push_back({name, nullptr, 0, "", {}, {}});
    }
    return std::move(lines_);
  }

 private:
  std::vector<std::string> leaves_of(const Json& group) const {
    std::vector<std::string> leaves;
    for (const Json& child : group.at("children")) {
      const auto name = child.get<std::string>();
      if (const auto inner = groups_.find(name); inner != groups_.end()) {
        const std::vector<std::string> more = leaves_of(*inner->second);
        leaves.insert(leaves.end(), more.begin(), more.end());
      } else if (tasks_.contains(name)) {
        leaves.push_back(name);
      }
    }
    return leaves;
  }

  void show_group(const Json& group, std::size_t depth, const std::string& parent) {
    const auto name = group.value("name", std::string());
    if (!shown_.insert(name).second) return;
    ReportLine line{name, &group, depth, parent, {}, leaves_of(group)};
    for (const Json& child : group.at("children")) {
      const auto child_name = child.get<std::string>();
      const auto inner = groups_.find(child_name);
      const bool was_run =
          inner != groups_.end() ? !leaves_of(*inner->second).empty() : tasks_.contains(child_name);
      if (was_run) line.children.push_back(child_name);
    }
    const std::vector<std::string> children = line.children;
    lines_.push_back(std::move(line));
    for (const std::string& child : children) {
      if (const auto inner = groups_.find(child); inner != groups_.end()) {
        show_group(*inner->second, depth + 1, name);
      } else if (shown_.insert(child).second) {
        lines_.push_back({child, nullptr, depth + 1, name, {}, {}});
      }
    }
  }

  const Json& manifest_;
  std::set<std::string> tasks_;
  std::map<std::string, const Json*> groups_;
  std::set<std::string> children_;
  std::set<std::string> shown_;
  std::vector<ReportLine> lines_;
};

}  // namespace

std::vector<ReportLine> report_order(const Json& manifest) { return Order(manifest).lines(); }

}  // namespace assay
