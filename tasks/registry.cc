// See registry.h. Registrars run before `main` in an unspecified order, so they only leave their
// factories in a list; the tables are filled from it when somebody asks. A plug-in that is loaded
// later leaves its factories in the same list.
#include "tasks/registry.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

namespace assay {
namespace {

struct Factories {
  std::function<std::vector<Task>()> tasks;
  std::function<std::vector<TaskGroup>()> groups;
};

class Tables {
 public:
  expected<void> add(std::vector<Task> tasks, std::vector<TaskGroup> groups) {
    if (auto checked = check(tasks, groups); !checked) return checked;
    for (Task& task : tasks) {
      const std::string name = task.name;
      tasks_.emplace(name, std::make_unique<const Task>(std::move(task)));
    }
    for (TaskGroup& group : groups) {
      const std::string name = group.name;
      groups_.emplace(name, std::make_unique<const TaskGroup>(std::move(group)));
    }
    return {};
  }

  expected<std::vector<std::string>> take_over(std::vector<Task> tasks,
                                               std::vector<TaskGroup> groups) {
    auto old_tasks = std::map<std::string, std::unique_ptr<const Task>, std::less<>>();
    auto old_groups = std::map<std::string, std::unique_ptr<const TaskGroup>, std::less<>>();
    const auto set_aside = [&](const std::string& name) {
      if (auto node = tasks_.extract(name)) old_tasks.insert(std::move(node));
      if (auto node = groups_.extract(name)) old_groups.insert(std::move(node));
    };
    for (const Task& one : tasks) set_aside(one.name);
    for (const TaskGroup& one : groups) set_aside(one.name);
    if (auto added = add(std::move(tasks), std::move(groups)); !added) {
      tasks_.merge(old_tasks);
      groups_.merge(old_groups);
      return added.error();
    }
    std::vector<std::string> replaced;
    for (auto& [name, old] : old_tasks) {
      if (old->definition.is_null()) replaced.push_back(name);
      former_tasks_.push_back(std::move(old));
    }
    for (auto& [name, old] : old_groups) former_groups_.push_back(std::move(old));
    return replaced;
  }

  const Task* task(std::string_view name) const {
    const auto found = tasks_.find(name);
    return found == tasks_.end() ? nullptr : found->second.get();
  }
  const TaskGroup* group(std::string_view name) const {
    const auto found = groups_.find(name);
    return found == groups_.end() ? nullptr : found->second.get();
  }
  const auto& tasks() const { return tasks_; }
  const auto& groups() const { return groups_; }
  const auto& former_tasks() const { return former_tasks_; }

 private:
  // Names are unique over tasks and groups together, and every child of a group exists.
  expected<void> check(const std::vector<Task>& tasks, const std::vector<TaskGroup>& groups) const {
    std::set<std::string> fresh;
    const auto claim = [&](const std::string& name) -> expected<void> {
      if (name.empty()) return usage_error("A task or group has no name.");
      if (task(name) == nullptr && group(name) == nullptr && fresh.insert(name).second) return {};
      return usage_error(
          fmt::format("There are two tasks or groups with the name {}; give one of them another "
                      "name.",
                      name));
    };
    for (const Task& t : tasks) {
      if (auto claimed = claim(t.name); !claimed) return claimed;
    }
    for (const TaskGroup& g : groups) {
      if (auto claimed = claim(g.name); !claimed) return claimed;
    }
    for (const TaskGroup& g : groups) {
      for (const std::string& child : g.children) {
        const bool known = task(child) != nullptr || group(child) != nullptr ||
                           (fresh.contains(child) && child != g.name);
        if (known) continue;
        return usage_error(
            fmt::format("The group {} has the child {}, which does not exist.", g.name, child));
      }
    }
    return {};
  }

  std::map<std::string, std::unique_ptr<const Task>, std::less<>> tasks_;
  std::map<std::string, std::unique_ptr<const TaskGroup>, std::less<>> groups_;
  std::vector<std::unique_ptr<const Task>> former_tasks_;
  std::vector<std::unique_ptr<const TaskGroup>> former_groups_;
};

struct Registry {
  std::mutex mutex;
  std::vector<Factories> pending;
  Tables tables;
  std::map<std::string, std::string, std::less<>> origins;  // of what is not built in
};

Registry& registry_state() {
  static Registry registry;
  return registry;
}

// What the waiting factories make. REQUIRES: the mutex is held.
Registrations drain(Registry& registry) {
  const std::vector<Factories> pending = std::exchange(registry.pending, {});
  Registrations made;
  for (const Factories& factories : pending) {
    if (factories.tasks) {
      for (Task& task : factories.tasks()) made.tasks.push_back(std::move(task));
    }
    if (factories.groups) {
      for (TaskGroup& group : factories.groups()) made.groups.push_back(std::move(group));
    }
  }
  return made;
}

// Runs `use` on the tables with everything registered so far in them.
template <typename Use>
auto with_tables(Use use) {
  Registry& registry = registry_state();
  const std::lock_guard lock(registry.mutex);
  Registrations made = drain(registry);
  if (!made.tasks.empty() || !made.groups.empty()) {
    const expected<void> added = registry.tables.add(std::move(made.tasks), std::move(made.groups));
    if (!added) {
      std::fprintf(stderr, "assay: the program cannot start: %s\n", added.error().message.c_str());
      std::exit(static_cast<int>(ErrorCode::kInternal));
    }
  }
  return use(registry.tables);
}

void collect_leaves(const Tables& tables, const TaskGroup& group, std::set<std::string>& seen,
                    std::vector<const Task*>& out) {
  if (!seen.insert(group.name).second) return;
  for (const std::string& child : group.children) {
    if (const Task* task = tables.task(child); task != nullptr && seen.insert(child).second) {
      out.push_back(task);
    }
    if (const TaskGroup* inner = tables.group(child); inner != nullptr) {
      collect_leaves(tables, *inner, seen, out);
    }
  }
}

}  // namespace

TaskRegistrar::TaskRegistrar(std::function<std::vector<Task>()> tasks,
                             std::function<std::vector<TaskGroup>()> groups) {
  Registry& registry = registry_state();
  const std::lock_guard lock(registry.mutex);
  registry.pending.push_back({std::move(tasks), std::move(groups)});
}

const Task* find_task(std::string_view name) {
  return with_tables([&](const Tables& tables) { return tables.task(name); });
}

const TaskGroup* find_group(std::string_view name) {
  return with_tables([&](const Tables& tables) { return tables.group(name); });
}

expected<void> register_tasks(std::vector<Task> tasks, std::vector<TaskGroup> groups,
                              const std::string& origin) {
  return with_tables([&](Tables& tables) -> expected<void> {
    std::vector<std::string> names;
    for (const Task& task : tasks) names.push_back(task.name);
    for (const TaskGroup& group : groups) names.push_back(group.name);
    expected<void> added = tables.add(std::move(tasks), std::move(groups));
    if (!added) return added;
    for (const std::string& name : names) registry_state().origins[name] = origin;
    return {};
  });
}

std::string origin_of(std::string_view name) {
  return with_tables([&](const Tables&) {
    const auto& origins = registry_state().origins;
    const auto found = origins.find(name);
    return found == origins.end() ? std::string() : found->second;
  });
}

Registrations take_pending_registrations() {
  Registry& registry = registry_state();
  const std::lock_guard lock(registry.mutex);
  return drain(registry);
}

expected<std::vector<std::string>> register_from_files(std::vector<Task> tasks,
                                                       std::vector<TaskGroup> groups) {
  return with_tables([&](Tables& tables) {
    for (const Task& task : tasks) registry_state().origins[task.name] = "task file";
    for (const TaskGroup& group : groups) registry_state().origins[group.name] = "task file";
    return tables.take_over(std::move(tasks), std::move(groups));
  });
}

std::vector<const Task*> all_tasks() {
  return with_tables([](const Tables& tables) {
    std::vector<const Task*> out;
    for (const auto& [name, task] : tables.tasks()) out.push_back(task.get());
    return out;
  });
}

std::vector<const Task*> compiled_tasks() {
  return with_tables([](const Tables& tables) {
    std::vector<const Task*> out;
    for (const auto& [name, task] : tables.tasks()) out.push_back(task.get());
    for (const auto& task : tables.former_tasks()) out.push_back(task.get());
    std::erase_if(out, [](const Task* task) { return !task->definition.is_null(); });
    return out;
  });
}

std::vector<const TaskGroup*> all_groups() {
  return with_tables([](const Tables& tables) {
    std::vector<const TaskGroup*> out;
    for (const auto& [name, group] : tables.groups()) out.push_back(group.get());
    return out;
  });
}

std::vector<const Task*> leaves(const TaskGroup& group) {
  return with_tables([&](const Tables& tables) {
    std::set<std::string> seen;
    std::vector<const Task*> out;
    collect_leaves(tables, group, seen, out);
    return out;
  });
}

}  // namespace assay
