// See build_task.h: the keys of the task itself; data, generation, filters and metrics are in the
// files beside this one.
#include "tasks/declarative/build_task.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>

#include "scorers/python_format.h"
#include "tasks/declarative/field.h"
#include "tasks/declarative/native_hooks.h"
#include "tasks/registry.h"

namespace assay {
namespace {

using Kind = YamlNode::Kind;

const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> kKeys = {"task",
                                                 "task_alias",
                                                 "tag",
                                                 "group",
                                                 "dataset_path",
                                                 "dataset_name",
                                                 "dataset_kwargs",
                                                 "training_split",
                                                 "validation_split",
                                                 "test_split",
                                                 "fewshot_split",
                                                 "process_docs",
                                                 "doc_to_text",
                                                 "doc_to_target",
                                                 "doc_to_choice",
                                                 "description",
                                                 "target_delimiter",
                                                 "fewshot_delimiter",
                                                 "gen_prefix",
                                                 "num_fewshot",
                                                 "fewshot_config",
                                                 "output_type",
                                                 "generation_kwargs",
                                                 "repeats",
                                                 "filter_list",
                                                 "metric_list",
                                                 "process_results",
                                                 "should_decontaminate",
                                                 "doc_to_decontamination_query",
                                                 "unsafe_code",
                                                 "metadata"};
  return kKeys;
}

// Keys of the ecosystem that assay does not have, and what to do instead.
const char* instead_of(std::string_view key) {
  if (key == "class") return "tasks that are Python classes cannot be loaded; write a C++ task";
  if (key == "custom_dataset")
    return "make the rows once, as JSON Lines, and name the file in dataset_path";
  if (key == "doc_to_image" || key == "doc_to_audio" || key == "doc_to_video") {
    return "only text tasks can be run";
  }
  if (key == "use_prompt") return "write the prompt out in doc_to_text";
  if (key == "task_list") return "a task_list stands at the top of a file, not in a task";
  return nullptr;
}

expected<void> check_keys(const YamlNode& map) {
  for (const auto& [key, value] : map.members) {
    if (value.is_null()) continue;
    const auto& known = known_keys();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (const char* advice = instead_of(key)) return yaml_error(value, key, advice);
    const auto near = close_matches(key, known);
    return yaml_error(value, key,
                      near.empty()
                          ? "there is no such key (docs/adding-a-task.md lists them)"
                          : fmt::format("there is no such key; did you mean {}?", near.front()));
  }
  return {};
}

expected<void> set_text(std::string& to, const YamlNode& map, const char* key) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  if (node->kind == Kind::kScalar) {
    to = python_str(node->scalar);
    return {};
  }
  return yaml_error(*node, key, "a text is expected here");
}

expected<void> set_count(int& to, const YamlNode& map, const char* key, int least) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  if (!node->scalar.is_number_integer() || node->scalar.get<std::int64_t>() < least ||
      node->scalar.get<std::int64_t>() > 100'000) {
    return yaml_error(*node, key, fmt::format("a whole number from {} up is expected here", least));
  }
  to = node->scalar.get<int>();
  return {};
}

expected<void> set_tags(Task& task, const YamlNode& map) {
  std::vector<std::string> tags;
  for (const char* key : {"tag", "group"}) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) continue;
    const auto items = node->kind == Kind::kList ? node->items : std::vector<YamlNode>{*node};
    for (const YamlNode& item : items) {
      if (!item.is_text())
        return yaml_error(*node, key, "a name or a list of names is expected here");
      tags.push_back(item.text());
    }
  }
  if (!tags.empty()) task.tag = fmt::format("{}", fmt::join(tags, ","));
  return {};
}

expected<void> set_output(Task& task, const YamlNode& map) {
  const YamlNode* node = map.find("output_type");
  if (node == nullptr) return {};
  constexpr std::array<std::pair<const char*, OutputType>, 4> kTypes = {
      {{"multiple_choice", OutputType::kMultipleChoice},
       {"loglikelihood", OutputType::kLoglikelihood},
       {"loglikelihood_rolling", OutputType::kRolling},
       {"generate_until", OutputType::kGenerate}}};
  for (const auto& [name, type] : kTypes) {
    if (node->scalar == name) {
      task.output = type;
      return {};
    }
  }
  return yaml_error(
      *node, "output_type",
      "known are multiple_choice, loglikelihood, loglikelihood_rolling and generate_until");
}

// A function of the task from a template, or from a native replacement of a Python function.
template <typename Function, typename Make>
expected<void> set_function(Task& task, Function& to, const YamlNode& map, const char* key,
                            Make make) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  if (node->kind == Kind::kFunction) return apply_native_hook(task, *node, key);
  auto made = make(*node, key);
  if (!made) return made.error();
  to = std::move(*made);
  return {};
}

expected<void> set_prompt(Task& task, const YamlNode& map) {
  if (auto set = set_function(task, task.choices, map, "doc_to_choice", choice_function); !set) {
    return set;
  }
  if (auto set = set_function(task, task.text, map, "doc_to_text", text_function); !set) return set;
  const bool indexed = static_cast<bool>(task.choices);
  const auto target = [&](const YamlNode& node, const char* key) {
    return target_function(node, key, indexed);
  };
  if (auto set = set_function(task, task.target, map, "doc_to_target", target); !set) return set;
  if (auto set = set_function(task, task.gen_prefix, map, "gen_prefix", text_function); !set)
    return set;
  for (const char* key : {"process_docs", "process_results"}) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) continue;
    if (node->kind != Kind::kFunction)
      return yaml_error(*node, key, "a !function is expected here");
    if (auto applied = apply_native_hook(task, *node, key); !applied) return applied;
  }
  if (const YamlNode* node = map.find("description")) {
    const expected<TextField> field = TextField::make(*node, "description");
    if (!field) return field.error();
    task.description = field->source();
    task.description_text = nullptr;
    if (!field->is_constant()) {
      const auto shared = std::make_shared<const TextField>(*field);
      task.description_text = [shared](const Json& doc) { return shared->rendered(doc); };
    }
  }
  if (auto set = set_text(task.target_delimiter, map, "target_delimiter"); !set) return set;
  return set_text(task.fewshot_delimiter, map, "fewshot_delimiter");
}

// metadata.version, and what only assay reads: metadata.assay {about, id, group, gold_response}.
expected<void> set_metadata(Task& task, const YamlNode& map) {
  const YamlNode* metadata = map.find("metadata");
  if (metadata == nullptr) return {};
  if (metadata->kind != Kind::kMap)
    return yaml_error(*metadata, "metadata", "a map is expected here");
  if (auto set = set_text(task.version, *metadata, "version"); !set) return set;
  task.config_for_reports["metadata"] = yaml_to_json(*metadata);
  const YamlNode* own = metadata->find("assay");
  if (own == nullptr) return {};
  if (own->kind != Kind::kMap) return yaml_error(*own, "metadata.assay", "a map is expected here");
  for (const auto& [key, value] : own->members) {
    if (key == "about" && value.is_text()) {
      task.about = value.text();
      continue;
    }
    expected<TextFunction> made = text_function(value, "metadata.assay." + key);
    if (!made) return made.error();
    if (key == "id") {
      task.id = [id = *made](const Json& doc, std::size_t) { return id(doc); };
    } else if (key == "group") {
      task.group = *made;
    } else if (key == "gold_response") {
      task.gold_response = *made;
    } else {
      return yaml_error(value, "metadata.assay." + key,
                        "known are about, id, group and gold_response");
    }
  }
  return {};
}

// What a report in the original's format shows of the file.
void keep_sources(Task& task, const YamlNode& map) {
  for (const char* key : {"doc_to_text", "doc_to_target", "doc_to_choice", "gen_prefix",
                          "generation_kwargs", "doc_to_decontamination_query"}) {
    if (const YamlNode* node = map.find(key)) task.config_for_reports[key] = yaml_to_json(*node);
  }
}

expected<void> check_complete(const Task& task, const YamlNode& map) {
  if (task.data.test_split.empty() && task.data.validation_split.empty()) {
    return yaml_error(map, "test_split",
                      "neither test_split nor validation_split says what is evaluated");
  }
  const bool rolling = task.output == OutputType::kRolling;
  if (!task.text && !task.gold_of_contexts && !rolling) {
    return yaml_error(map, "doc_to_text", "the key is missing: it says what the model is asked");
  }
  if (rolling && !task.text && !task.target) {
    return yaml_error(map, "doc_to_target", "the key is missing: it says which text is measured");
  }
  if (!task.target && !rolling) {
    return yaml_error(map, "doc_to_target", "the key is missing: it says what is right");
  }
  if (task.output == OutputType::kMultipleChoice && !task.choices) {
    return yaml_error(map, "doc_to_choice",
                      "the key is missing: a multiple_choice task lists its choices");
  }
  const YamlNode* unsafe = map.find("unsafe_code");
  if (unsafe != nullptr && unsafe->scalar == true && !task.build_program) {
    return yaml_error(
        *unsafe, "unsafe_code",
        "the task says nothing that assay knows about how programs are built and run");
  }
  return {};
}

}  // namespace

expected<void> apply_task_keys(Task& task, const YamlNode& map, const std::string& folder) {
  if (auto checked = check_keys(map); !checked) return checked;
  if (auto set = set_text(task.name, map, "task"); !set) return set;
  if (auto set = set_text(task.alias, map, "task_alias"); !set) return set;
  if (auto set = set_tags(task, map); !set) return set;
  if (auto set = set_output(task, map); !set) return set;
  if (auto set = apply_data_keys(task, map, folder); !set) return set;
  if (auto set = set_prompt(task, map); !set) return set;
  if (const YamlNode* node = map.find("num_fewshot")) {
    if (auto set = set_count(task.shots.default_count, map, "num_fewshot", 0); !set) return set;
    task.shots.fixed_count = node->scalar == 0;  // a written 0 is final
  }
  if (const YamlNode* node = map.find("fewshot_config")) {
    if (auto set = apply_shots(task, *node); !set) return set;
  }
  if (const YamlNode* node = map.find("generation_kwargs")) {
    if (auto set = apply_generation(task, *node); !set) return set;
  }
  if (auto set = set_count(task.repeats, map, "repeats", 1); !set) return set;
  if (const YamlNode* node = map.find("filter_list")) {
    if (auto set = apply_filters(task, *node); !set) return set;
  }
  if (const YamlNode* node = map.find("metric_list")) {
    if (auto set = apply_metrics(task, *node); !set) return set;
  }
  if (auto set = set_metadata(task, map); !set) return set;
  keep_sources(task, map);
  return {};
}

expected<Task> build_task(const YamlNode& map, const std::string& folder) {
  Task task;
  task.output = OutputType::kGenerate;
  task.version = "Yaml";  // as the original shows a task without a version
  if (auto applied = apply_task_keys(task, map, folder); !applied) return applied.error();
  if (task.name.empty() || task.name.find_first_of(" \t\n/") != std::string::npos) {
    return yaml_error(map, "task", "a task needs a name without blanks and slashes");
  }
  if (auto checked = check_complete(task, map); !checked) return checked.error();
  if (task.about.empty()) task.about = "from " + map.file;
  task.definition = {{"keys", yaml_to_json(map)}, {"folder", folder}, {"file", map.file}};
  return task;
}

}  // namespace assay
