// See load_files.h. Files are first read into entries (one for each task or group, by name); then
// what was asked for is built, and with a group whatever it refers to.
#include "tasks/declarative/load_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "tasks/declarative/build_group.h"
#include "tasks/declarative/build_task.h"
#include "tasks/registry.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using Kind = YamlNode::Kind;

constexpr std::size_t kMostFiles = 20'000;

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

bool is_group(const YamlNode& map) {
  const YamlNode* tasks = map.find("task");
  return map.find("group") != nullptr && (tasks == nullptr || tasks->kind == Kind::kList);
}

const char* const kGroupKeys[] = {"group",    "group_alias", "task", "aggregate_metric_list",
                                  "metadata", "tag"};

class Batch {
 public:
  // All entries of a file; `fragment_ok`: a file that defines nothing is passed over.
  expected<void> read(const std::string& path, bool fragment_ok) {
    std::error_code failed;
    if (!files_.insert(fs::weakly_canonical(path, failed).string()).second) return {};
    expected<YamlNode> root = load_yaml_file(path);
    if (!root) return root.error();
    if (const YamlNode* list = root->find("task_list")) return read_list(*root, *list);
    if (is_group(*root)) return add(root->find("group")->scalar, *root);
    if (const YamlNode* name = root->find("task"); name != nullptr) return add(name->scalar, *root);
    if (fragment_ok) return {};
    return yaml_error(*root, "task", "the key is missing: it names the task");
  }

  expected<std::vector<std::string>> read_folder(const std::string& folder, bool all) {
    const std::size_t before = order_.size();
    std::vector<std::string> found;
    std::error_code failed;
    for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
      if (is_yaml(at->path())) found.push_back(at->path().string());
      if (found.size() > kMostFiles) {
        return usage_error(
            fmt::format("The folder {} holds more than {} task files; name a smaller one.", folder,
                        kMostFiles));
      }
    }
    std::sort(found.begin(), found.end());
    for (const std::string& path : found) {
      const expected<void> done = read(path, true);
      if (!done && all) return done.error();  // else it matters only when something refers to it
    }
    return std::vector<std::string>(order_.begin() + static_cast<std::ptrdiff_t>(before),
                                    order_.end());
  }

  const std::vector<std::string>& order() const { return order_; }

  // Builds the entry and, of a group, its children.
  expected<void> build(const std::string& name) {
    const auto entry = entries_.find(name);
    if (entry == entries_.end() || !built_.insert(name).second) return {};
    const YamlNode map = entry->second;
    if (is_group(map)) return build_with_children(map, name);
    expected<Task> task = build_task(map, folder_of(map));
    if (!task) return task.error();
    tasks.push_back(std::move(*task));
    return {};
  }

  std::vector<Task> tasks;
  std::vector<TaskGroup> groups;

 private:
  static std::string folder_of(const YamlNode& map) {
    return fs::path(map.file).parent_path().string();
  }

  expected<void> add(const Json& name, const YamlNode& map) {
    if (!name.is_string() || name.get_ref<const std::string&>().empty()) {
      return yaml_error(map, "task", "a name is expected here");
    }
    const auto& text = name.get_ref<const std::string&>();
    const auto [at, fresh] = entries_.emplace(text, map);
    if (!fresh) {
      return yaml_error(
          map, "task",
          fmt::format("the name {} is also defined by {}; give one of them another name", text,
                      at->second.file));
    }
    order_.push_back(text);
    return {};
  }

  expected<void> read_list(const YamlNode& root, const YamlNode& list) {
    if (list.kind != Kind::kList) return yaml_error(list, "task_list", "a list is expected here");
    for (const YamlNode& one : list.items) {
      if (one.kind != Kind::kMap || one.find("task") == nullptr) {
        return yaml_error(one, "task_list", "each entry is a map with the key task");
      }
      YamlNode merged = root;
      merged.erase("task_list");
      for (const auto& [key, value] : one.members) merged.set(key, value);
      if (auto added = add(one.find("task")->scalar, merged); !added) return added;
    }
    return {};
  }

  // What a group says beside its own keys holds for all its children.
  static YamlNode overrides_of(const YamlNode& map) {
    YamlNode overrides = map;
    for (const char* key : kGroupKeys) overrides.erase(key);
    overrides.erase("include");
    return overrides;
  }

  expected<void> build_with_children(const YamlNode& map, const std::string& name) {
    if (++depth_ > 20)
      return yaml_error(map, "group", "groups are nested too deeply, or in a circle");
    const YamlNode* list = map.find("task");
    if (list == nullptr || list->kind != Kind::kList || list->items.empty()) {
      return yaml_error(map, "task", "a group lists its tasks here");
    }
    expected<TaskGroup> group = build_group(map, name);
    if (!group) return group.error();
    const YamlNode overrides = overrides_of(map);
    for (const YamlNode& one : list->items) {
      if (auto added = child(*group, one, overrides); !added) return added;
    }
    std::set<std::string> pipelines;
    collect_pipelines(group->children, pipelines, 0);
    if (auto checked = check_aggregates(map, pipelines); !checked) return checked;
    groups.push_back(std::move(*group));
    --depth_;
    return {};
  }

  // The filter pipelines of all tasks below.
  void collect_pipelines(const std::vector<std::string>& children, std::set<std::string>& out,
                         int depth) const {
    if (depth > 20) return;
    const auto named = [](const std::string& name) {
      return [&name](const auto& one) { return one.name == name; };
    };
    for (const std::string& name : children) {
      const auto task = std::find_if(tasks.begin(), tasks.end(), named(name));
      const auto group = std::find_if(groups.begin(), groups.end(), named(name));
      const Task* one = task != tasks.end() ? &*task : find_task(name);
      const TaskGroup* many = group != groups.end() ? &*group : find_group(name);
      if (many != nullptr && task == tasks.end()) {
        collect_pipelines(many->children, out, depth + 1);
      } else if (one != nullptr) {
        if (one->filters.empty()) out.insert("none");
        for (const FilterPipeline& pipeline : one->filters) out.insert(pipeline.name);
      }
    }
  }

  expected<void> child(TaskGroup& group, const YamlNode& node, const YamlNode& overrides) {
    if (node.is_text()) return named_child(group, node, node.text(), overrides);
    if (node.kind != Kind::kMap)
      return yaml_error(node, "task", "a name or a map is expected here");
    if (is_group(node)) {
      const YamlNode* inner = node.find("group");
      if (!inner->is_text()) return yaml_error(node, "group", "a name is expected here");
      if (auto added = add(inner->scalar, node); !added) return added;
      group.children.push_back(inner->text());
      return build(inner->text());
    }
    const YamlNode* name = node.find("task");
    if (name == nullptr || !name->is_text()) return yaml_error(node, "task", "the key is missing");
    YamlNode merged = overrides;
    for (const auto& [key, value] : node.members) {
      if (key != "task") merged.set(key, value);
    }
    if (!known(name->text()) &&
        node.find("dataset_path") != nullptr) {  // a whole task, written here
      if (auto added = add(name->scalar, node); !added) return added;
    }
    return named_child(group, node, name->text(), merged);
  }

  bool known(const std::string& name) const {
    return entries_.contains(name) || find_task(name) != nullptr || find_group(name) != nullptr;
  }

  expected<void> named_child(TaskGroup& group, const YamlNode& where, const std::string& name,
                             const YamlNode& overrides) {
    // The original looks through all of its task folders; here it is the file's own, and what the
    // folder defines comes before what assay brings.
    const std::string folder = folder_of(where);
    if (!entries_.contains(name) && folders_.insert(folder).second) {
      if (auto read = read_folder(folder.empty() ? "." : folder, false); !read) return read.error();
    }
    if (!known(name)) {
      std::vector<std::string> tagged = tagged_with(name);
      for (const std::string& one : tagged) {
        if (auto added = named_child(group, where, one, overrides); !added) return added;
      }
      if (!tagged.empty()) return {};
      return yaml_error(
          where, "task",
          fmt::format("there is no task, group or tag {} in the file's folder or in assay", name));
    }
    const bool plain = overrides.members.empty() || find_group(name) != nullptr ||
                       (entries_.contains(name) && is_group(entries_.at(name)));
    if (plain) {
      group.children.push_back(name);
      return build(name);
    }
    return overridden_child(group, where, name, overrides);
  }

  // A task with other settings is another task: GROUP:TASK.
  expected<void> overridden_child(TaskGroup& group, const YamlNode& where, const std::string& name,
                                  const YamlNode& overrides) {
    expected<Task> task = base_task(name);
    if (!task) return task.error();
    const Json base = task->definition;
    if (auto applied = apply_task_keys(*task, overrides, folder_of(where)); !applied)
      return applied;
    task->name = group.name + ":" + name;
    if (task->alias.empty()) task->alias = name;
    task->definition = {{"base", base.is_null() ? Json(name) : base},
                        {"name", task->name},
                        {"alias", task->alias},
                        {"keys", yaml_to_json(overrides)},
                        {"folder", folder_of(where)},
                        {"file", where.file}};
    group.children.push_back(task->name);
    tasks.push_back(std::move(*task));
    return {};
  }

  expected<Task> base_task(const std::string& name) {
    if (const auto entry = entries_.find(name); entry != entries_.end()) {
      return build_task(entry->second, folder_of(entry->second));
    }
    return *find_task(name);
  }

  std::vector<std::string> tagged_with(const std::string& tag) const {
    std::vector<std::string> out;
    for (const std::string& name : order_) {
      const YamlNode* tags = entries_.at(name).find("tag");
      if (tags == nullptr) continue;
      const bool one = tags->is_text() && tags->text() == tag;
      const bool among =
          std::any_of(tags->items.begin(), tags->items.end(),
                      [&](const YamlNode& t) { return t.is_text() && t.text() == tag; });
      if (one || among) out.push_back(name);
    }
    return out;
  }

  std::map<std::string, YamlNode> entries_;
  std::vector<std::string> order_;
  std::set<std::string> files_;
  std::set<std::string> folders_;
  std::set<std::string> built_;
  int depth_ = 0;
};

}  // namespace

bool names_task_file(const std::string& target) {
  if (is_yaml(target)) return true;
  std::error_code failed;
  return target.find('/') != std::string::npos && fs::is_directory(target, failed);
}

expected<LoadedFiles> load_task_files(std::span<const std::string> paths) {
  Batch batch;
  std::vector<std::string> asked;
  for (const std::string& path : paths) {
    std::error_code failed;
    if (fs::is_directory(path, failed)) {
      expected<std::vector<std::string>> names = batch.read_folder(path, true);
      if (!names) return names.error();
      if (names->empty()) {
        return usage_error(fmt::format(
            "The folder {} holds no task file (.yaml with the key task or group).", path));
      }
      asked.insert(asked.end(), names->begin(), names->end());
      continue;
    }
    const std::size_t before = batch.order().size();
    if (auto done = batch.read(path, false); !done) return done.error();
    asked.insert(asked.end(), batch.order().begin() + static_cast<std::ptrdiff_t>(before),
                 batch.order().end());
  }
  for (const std::string& name : asked) {
    if (auto built = batch.build(name); !built) return built.error();
  }
  LoadedFiles out;
  expected<std::vector<std::string>> replaced =
      register_from_files(std::move(batch.tasks), std::move(batch.groups));
  if (!replaced) return replaced.error();
  out.names = std::move(asked);
  out.replaced = std::move(*replaced);
  return out;
}

}  // namespace assay
