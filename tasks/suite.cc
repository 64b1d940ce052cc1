// See suite.h.
#include "tasks/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "assay/embedded.h"
#include "tasks/registry.h"

namespace assay {
namespace {

constexpr const char* kEmbedded = "tasks/suites.json";

Error broken(const std::string& file, const std::string& what) {
  return data_error(fmt::format("The suite file {} cannot be used: {}.", file, what));
}

expected<SuiteEntry> parse_entry(const Json& json, const std::string& file,
                                 const std::string& suite) {
  SuiteEntry entry;
  if (json.is_string()) {
    entry.task = json.get<std::string>();
    return entry;
  }
  const auto wrong = [&](const std::string& what) {
    return broken(file, fmt::format("in the suite {}, {}", suite, what));
  };
  if (!json.is_object()) return wrong("an entry is neither a name nor an object");
  for (const auto& [key, value] : json.items()) {
    if (key == "task" && value.is_string()) {
      entry.task = value.get<std::string>();
    } else if (key == "shots" && value.is_number_unsigned()) {
      entry.shots = value.get<int>();
    } else if (key == "settings" && value.is_object()) {
      entry.settings = value;
    } else {
      return wrong(
          fmt::format("the key \"{}\" is unknown or its value is of the wrong type; an "
                      "entry has task, shots (0 or more) and settings",
                      key));
    }
  }
  if (entry.task.empty()) return wrong("an entry has no task");
  return entry;
}

expected<std::vector<Suite>> parse_suites(std::string_view text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return broken(file, "it is not JSON");
  const auto list = json.is_object() ? json.find("suites") : json.end();
  if (list == json.end() || !list->is_array()) return broken(file, "it has no list \"suites\"");
  std::vector<Suite> suites;
  for (const Json& one : *list) {
    Suite suite;
    if (!one.is_object()) return broken(file, "a suite is not an object");
    const auto name = one.find("name");
    if (name == one.end() || !name->is_string() || name->get_ref<const std::string&>().empty()) {
      return broken(file, "a suite has no name");
    }
    suite.name = name->get<std::string>();
    if (const auto about = one.find("about"); about != one.end() && about->is_string()) {
      suite.about = about->get<std::string>();
    }
    const auto entries = one.find("entries");
    if (entries == one.end() || !entries->is_array() || entries->empty()) {
      return broken(file, fmt::format("the suite {} has no entries", suite.name));
    }
    for (const Json& json_entry : *entries) {
      expected<SuiteEntry> entry = parse_entry(json_entry, file, suite.name);
      if (!entry) return entry.error();
      suite.entries.push_back(std::move(*entry));
    }
    suites.push_back(std::move(suite));
  }
  return suites;
}

// A task from a file may have several tags, separated by commas.
bool has_tag(const Task& task, std::string_view tag) {
  return ("," + task.tag + ",").find("," + std::string(tag) + ",") != std::string::npos;
}

std::vector<const Task*> tasks_of_tag(std::string_view tag) {
  std::vector<const Task*> out;
  if (tag.empty() || tag.find(',') != std::string_view::npos) return out;
  for (const Task* task : all_tasks()) {
    if (has_tag(*task, tag)) out.push_back(task);
  }
  return out;
}

class Resolver {
 public:
  explicit Resolver(std::span<const Suite> suites) : suites_(suites) {}

  expected<void> target(const std::string& name) {
    // The last definition of a suite wins.
    for (auto suite = suites_.rbegin(); suite != suites_.rend(); ++suite) {
      if (suite->name != name) continue;
      for (const SuiteEntry& entry : suite->entries) {
        if (add(entry)) continue;
        return unknown(entry.task, fmt::format(" (in the suite {})", name));
      }
      return {};
    }
    if (add({name, std::nullopt, Json::object()})) return {};
    return unknown(name, "");
  }

  ResolvedTargets take() { return std::move(out_); }

 private:
  // False when there is no task, group or tag of that name.
  bool add(const SuiteEntry& entry) {
    if (const TaskGroup* group = find_group(entry.task)) {
      add_groups(*group);
      for (const Task* task : leaves(*group)) add_task(task, entry);
      return true;
    }
    if (const Task* task = find_task(entry.task)) {
      add_task(task, entry);
      return true;
    }
    const std::vector<const Task*> tagged = tasks_of_tag(entry.task);
    for (const Task* task : tagged) add_task(task, entry);
    return !tagged.empty();
  }

  void add_task(const Task* task, const SuiteEntry& entry) {
    if (seen_.insert(task->name).second) out_.tasks.push_back({task, entry.shots, entry.settings});
  }

  void add_groups(const TaskGroup& group) {
    if (!seen_.insert(group.name).second) return;
    out_.groups.push_back(&group);
    for (const std::string& child : group.children) {
      if (const TaskGroup* inner = find_group(child)) add_groups(*inner);
    }
  }

  Error unknown(const std::string& name, const std::string& where) const {
    std::vector<std::string> names;
    for (const Suite& suite : suites_) names.push_back(suite.name);
    for (const TaskGroup* group : all_groups()) names.push_back(group->name);
    for (const Task* task : all_tasks()) {
      names.push_back(task->name);
      if (!task->tag.empty()) names.push_back(task->tag);
    }
    std::string message = fmt::format("There is no suite, task, group or tag {}{}", name, where);
    const std::vector<std::string> near = close_matches(name, names);
    for (std::size_t i = 0; i < near.size(); ++i) {
      message += i == 0 ? "; did you mean " : i + 1 == near.size() ? " or " : ", ";
      message += near[i];
    }
    message += near.empty() ? ". `assay list` shows all names." : "?";
    return usage_error(message);
  }

  std::span<const Suite> suites_;
  ResolvedTargets out_;
  std::set<std::string> seen_;
};

}  // namespace

expected<std::vector<Suite>> load_suites(const std::string& user_file) {
  const auto embedded = embedded_file(kEmbedded);
  if (!embedded) return internal_error("The shipped suites are not in this program.");
  expected<std::vector<Suite>> suites = parse_suites(*embedded, kEmbedded);
  if (!suites || user_file.empty()) return suites;
  std::ifstream file(user_file, std::ios::binary);
  if (!file) {
    return unavailable(fmt::format("The suite file {} cannot be opened.", user_file));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  expected<std::vector<Suite>> own = parse_suites(text, user_file);
  if (!own) return own.error();
  for (Suite& suite : *own) {
    std::erase_if(*suites, [&](const Suite& shipped) { return shipped.name == suite.name; });
    suites->push_back(std::move(suite));
  }
  return suites;
}

expected<ResolvedTargets> resolve_targets(std::span<const std::string> targets,
                                          std::span<const Suite> suites) {
  if (targets.empty()) {
    return usage_error("Say what to run: a suite, a task or a group; `assay list` shows them.");
  }
  Resolver resolver(suites);
  for (const std::string& name : targets) {
    if (auto resolved = resolver.target(name); !resolved) return resolved.error();
  }
  return resolver.take();
}

}  // namespace assay
