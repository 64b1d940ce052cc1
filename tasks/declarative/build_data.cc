// Which rows a task file means: dataset_path is a file or folder of rows, one of the loaders json
// and csv with data_files, a name of the data registry, or the hub's name of a data set that a
// built-in task reads.
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "datasets/local_rows.h"
#include "datasets/registry.h"
#include "tasks/declarative/build_task.h"
#include "tasks/registry.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using Kind = YamlNode::Kind;

expected<void> set_split(std::string& to, const YamlNode& map, const char* key) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  if (!node->is_text()) return yaml_error(*node, key, "the name of a split is expected here");
  if (node->text().find_first_of("[]:+%") != std::string::npos) {
    return yaml_error(*node, key,
                      "parts of splits are not supported; write the rows to a file of their own");
  }
  to = node->text();
  return {};
}

// As written relative to the task file, else relative to where assay runs.
std::string found_path(const std::string& path, const std::string& folder) {
  std::error_code failed;
  const fs::path beside = fs::path(folder) / path;
  if (fs::exists(beside, failed)) return beside.lexically_normal().string();
  if (fs::exists(path, failed)) return path;
  return "";
}

std::set<std::string> named_splits(const Task& task) {
  std::set<std::string> splits = {task.data.training_split, task.data.validation_split,
                                  task.data.test_split, task.data.fewshot_split};
  splits.erase("");
  return splits;
}

expected<std::vector<std::string>> data_files(const YamlNode& node, const std::string& folder) {
  std::vector<std::string> out;
  const auto items = node.kind == Kind::kList ? node.items : std::vector<YamlNode>{node};
  for (const YamlNode& item : items) {
    const std::string path = item.is_text() ? found_path(item.text(), folder) : "";
    if (path.empty() || !is_row_file(path)) {
      return yaml_error(node, "data_files",
                        fmt::format("{} is not a file of rows (.jsonl, .json, .csv) that is here",
                                    item.is_text() ? item.text() : "this value"));
    }
    out.push_back(path);
  }
  return out;
}

expected<void> from_data_files(Task& task, const YamlNode& node, const std::string& folder) {
  if (node.kind != Kind::kMap) {  // one file: the loader calls it "train"
    expected<std::vector<std::string>> files = data_files(node, folder);
    if (!files) return files.error();
    task.data.files["train"] = std::move(*files);
    return {};
  }
  for (const auto& [split, value] : node.members) {
    expected<std::vector<std::string>> files = data_files(value, folder);
    if (!files) return files.error();
    task.data.files[split] = std::move(*files);
  }
  return {};
}

expected<void> from_folder(Task& task, const YamlNode& node, const std::string& path) {
  for (const std::string& split : named_splits(task)) {
    for (const char* kind : {".jsonl", ".json", ".csv"}) {
      std::error_code failed;
      const fs::path file = fs::path(path) / (split + kind);
      if (fs::exists(file, failed)) {
        task.data.files[split] = {file.string()};
        break;
      }
    }
    if (task.data.files.contains(split)) continue;
    return yaml_error(node, "dataset_path",
                      fmt::format("the folder {} has no {}.jsonl, .json or .csv", path, split));
  }
  return {};
}

// The hub's name of a data set that a built-in task reads.
bool from_hub_name(Task& task, const std::string& path, const std::string& name) {
  const Task* same_path = nullptr;
  for (const Task* known : compiled_tasks()) {
    if (known->data.hub_path != path) continue;
    if (same_path == nullptr || known->data.hub_name == name) same_path = known;
    if (known->data.hub_name == name) break;
  }
  if (same_path == nullptr) return false;
  const bool same_name = same_path->data.hub_name == name;
  task.data.dataset = same_path->data.dataset;
  task.data.config = same_name ? same_path->data.config : name;
  return true;
}

expected<void> check_loaded(const Task& task, const YamlNode& node) {
  for (const std::string& split : named_splits(task)) {
    if (task.data.files.empty() || task.data.files.contains(split)) continue;
    return yaml_error(node, "data_files", fmt::format("no file is given for the split {}", split));
  }
  return {};
}

expected<void> resolve(Task& task, const YamlNode& node, const YamlNode* kwargs,
                       const std::string& folder) {
  const std::string& path = node.text();
  const std::string& name = task.data.hub_name;
  if (path == "json" || path == "csv") {
    const YamlNode* files = kwargs == nullptr ? nullptr : kwargs->find("data_files");
    if (files == nullptr)
      return yaml_error(node, "dataset_path", "dataset_kwargs.data_files is missing");
    if (auto set = from_data_files(task, *files, folder); !set) return set;
    return check_loaded(task, *files);
  }
  const std::string local = found_path(path, folder);
  std::error_code failed;
  if (!local.empty() && is_row_file(local)) {
    const std::set<std::string> splits = named_splits(task);
    if (splits.size() > 1) {
      return yaml_error(node, "dataset_path",
                        fmt::format("one file cannot be {} different splits; give a folder with a "
                                    "file for each (train.jsonl, test.jsonl, …)",
                                    splits.size()));
    }
    for (const std::string& split : splits) task.data.files[split] = {local};
    return {};
  }
  if (find_dataset(path) != nullptr || path.starts_with("mini/")) {
    task.data.dataset = path;
    task.data.config = name;
    return {};
  }
  if (from_hub_name(task, path, name)) return {};
  if (!local.empty() && fs::is_directory(local, failed)) return from_folder(task, node, local);
  if (is_row_file(path)) {
    return yaml_error(node, "dataset_path",
                      fmt::format("there is no file {} beside the task file or here", path));
  }
  return yaml_error(
      node, "dataset_path",
      fmt::format("{} is neither a file or folder of rows, nor a data set that assay "
                  "knows (`assay list data`); download its rows as JSON Lines and give "
                  "their path",
                  path));
}

}  // namespace

expected<void> apply_data_keys(Task& task, const YamlNode& map, const std::string& folder) {
  TaskData& data = task.data;
  for (const auto& [key, to] : {std::pair{"training_split", &data.training_split},
                                {"validation_split", &data.validation_split},
                                {"test_split", &data.test_split},
                                {"fewshot_split", &data.fewshot_split}}) {
    if (auto set = set_split(*to, map, key); !set) return set;
  }
  if (const YamlNode* shots = map.find("fewshot_config"); shots != nullptr) {
    if (auto set = set_split(data.fewshot_split, *shots, "split"); !set) return set;
  }
  const YamlNode* kwargs = map.find("dataset_kwargs");
  if (kwargs != nullptr) {
    for (const auto& [key, value] : kwargs->members) {
      if (key == "data_files" || key == "trust_remote_code" || key == "revision") continue;
      return yaml_error(value, "dataset_kwargs." + key, "known is data_files");
    }
  }
  if (const YamlNode* node = map.find("dataset_name")) {
    if (node->kind != Kind::kScalar)
      return yaml_error(*node, "dataset_name", "a name is expected here");
    data.hub_name = node->is_text() ? node->text() : node->scalar.dump();
    if (map.find("dataset_path") == nullptr) data.config = data.hub_name;
  }
  const YamlNode* path = map.find("dataset_path");
  if (path == nullptr) {
    if (!data.dataset.empty() || !data.files.empty()) return {};  // overrides of a known task
    return yaml_error(map, "dataset_path", "the key is missing: it says where the rows are");
  }
  if (!path->is_text()) return yaml_error(*path, "dataset_path", "a text is expected here");
  data.hub_path = path->text();
  data.dataset = path->text();
  data.files.clear();
  return resolve(task, *path, kwargs, folder);
}

}  // namespace assay
