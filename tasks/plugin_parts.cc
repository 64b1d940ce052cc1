// See plugin_parts.h.
#include "tasks/plugin_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "datasets/readers.h"
#include "datasets/registry.h"
#include "scorers/added.h"
#include "tasks/guard.h"
#include "tasks/plugins.h"
#include "tasks/registry.h"

namespace assay {
namespace {

// What stands in front of the colon of a MODEL argument and is assay's own, now or later.
bool is_own_scheme(std::string_view scheme) {
  static constexpr std::array<std::string_view, 8> kOwn = {
      "scripted", "http", "https", "ollama", "hf", "file", "gguf", "reference"};
  return std::find(kOwn.begin(), kOwn.end(), scheme) != kOwn.end();
}

bool is_scheme(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// What a task lacks to be asked, "" when nothing.
std::string lacking(const Task& task) {
  if (!task.text) return "text, the function that writes the question";
  if (task.output == OutputType::kMultipleChoice && !task.choices) {
    return "choices, the function that lists the answers to choose from";
  }
  const bool judged = task.process_results || !task.scorer.empty() || task.gold_of_contexts ||
                      task.output == OutputType::kRolling;
  if (!task.target && !judged) return "target, the function that says what is right";
  if (!task.generate_items) {
    if (task.data.dataset.empty() && task.data.files.empty()) {
      return "data.dataset, the name of its data set, nor data.files, files of its own";
    }
    if (task.data.test_split.empty() && task.data.validation_split.empty()) {
      return "data.test_split, the split that is evaluated";
    }
  }
  return "";
}

// Claims the names of one kind; `taken` says whether assay or another plug-in has a name already.
template <typename Taken>
expected<void> claim(const char* kind, const std::vector<std::string>& names, Taken taken) {
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (name.empty()) return data_error(fmt::format("it adds a {} without a name", kind));
    if (seen.insert(name).second && !taken(name)) continue;
    return data_error(fmt::format(
        "it adds the {} {}, and there is one of that name already; give it another name", kind,
        name));
  }
  return {};
}

template <typename Entries>
std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries) names.push_back(name);
  return names;
}

// A kind of part is in order when its names are free and none of its functions is unset.
template <typename Entries, typename Taken>
expected<void> check_kind(const char* kind, const Entries& entries, Taken taken) {
  for (const auto& [name, entry] : entries) {
    if (!entry) return data_error(fmt::format("the {} {} has no function", kind, name));
  }
  return claim(kind, names_of(entries), taken);
}

}  // namespace

void PluginParts::add_scorer(std::string name, Scorer scorer) {
  scorers_.emplace_back(std::move(name), std::move(scorer));
}

void PluginParts::add_filter(std::string name, Filter filter) {
  filters_.emplace_back(std::move(name), std::move(filter));
}

void PluginParts::add_metric(std::string name, Metric metric) {
  metrics_.emplace_back(std::move(name), std::move(metric));
}

void PluginParts::add_aggregation(std::string name, Aggregation aggregation) {
  aggregations_.emplace_back(std::move(name), std::move(aggregation));
}

std::vector<std::string> PluginParts::names() const {
  std::vector<std::string> out;
  const auto add = [&](const char* kind, const std::string& name) {
    out.push_back(fmt::format("{} {}", kind, name));
  };
  for (const Task& task : tasks_) add("task", task.name);
  for (const TaskGroup& group : groups_) add("group", group.name);
  for (const auto& [name, entry] : scorers_) add("scorer", name);
  for (const auto& [name, entry] : filters_) add("filter", name);
  for (const auto& [name, entry] : metrics_) add("metric", name);
  for (const auto& [name, entry] : aggregations_) add("aggregation", name);
  for (const DataReader& reader : readers_) add("data", reader.dataset);
  for (const ModelKind& kind : models_) add("model", kind.scheme);
  return out;
}

expected<void> PluginParts::check() const {
  if (names().empty()) return data_error("it adds nothing");
  for (const Task& task : tasks_) {
    const std::string missing = lacking(task);
    if (!missing.empty()) {
      return data_error(fmt::format("its task {} has no {}", task.name, missing));
    }
    const auto own = [&](const auto& entry) { return entry.first == task.scorer; };
    if (!task.scorer.empty() && std::none_of(scorers_.begin(), scorers_.end(), own) &&
        added_scorers().find(task.scorer) == nullptr) {
      return data_error(fmt::format("its task {} names the scorer {}, which nobody brings",
                                    task.name, task.scorer));
    }
  }
  std::vector<std::string> names;
  for (const Task& task : tasks_) names.push_back(task.name);
  for (const TaskGroup& group : groups_) names.push_back(group.name);
  if (auto free = claim("task or group", names,
                        [](const std::string& name) {
                          return find_task(name) != nullptr || find_group(name) != nullptr;
                        });
      !free) {
    return free;
  }
  const auto free_in = [](const auto& table, bool (*own)(std::string_view)) {
    return [&table, own](const std::string& name) {
      return (own != nullptr && own(name)) || table.find(name) != nullptr;
    };
  };
  if (auto ok = check_kind("scorer", scorers_, free_in(added_scorers(), nullptr)); !ok) return ok;
  if (auto ok = check_kind("filter", filters_, free_in(added_filters(), is_own_filter)); !ok) {
    return ok;
  }
  if (auto ok = check_kind("metric", metrics_, free_in(added_metrics(), is_own_metric)); !ok) {
    return ok;
  }
  if (auto ok = check_kind("aggregation", aggregations_,
                           free_in(added_aggregations(), is_own_aggregation));
      !ok) {
    return ok;
  }
  names.clear();
  for (const DataReader& reader : readers_) {
    if (!reader.load) {
      return data_error(
          fmt::format("the reader of the data set {} has no function", reader.dataset));
    }
    if (reader.dataset.find('/') != std::string::npos) {
      return data_error(fmt::format("the data set's name {} has a '/' in it", reader.dataset));
    }
    names.push_back(reader.dataset);
  }
  if (auto ok = claim("data set", names,
                      [](const std::string& name) {
                        return find_dataset(name) != nullptr || find_reader(name) != nullptr;
                      });
      !ok) {
    return ok;
  }
  names.clear();
  for (const ModelKind& kind : models_) {
    if (!kind.open) return data_error(fmt::format("the model {} has no function", kind.scheme));
    if (!is_scheme(kind.scheme)) {
      return data_error(fmt::format(
          "the model's name \"{}\" has other characters than lower-case letters, digits and '-'",
          kind.scheme));
    }
    names.push_back(kind.scheme);
  }
  return claim("model", names, [](const std::string& name) {
    return is_own_scheme(name) || find_model_kind(name) != nullptr;
  });
}

expected<std::vector<ModelKind>> PluginParts::commit() {
  std::vector<Task> tasks;
  for (Task& task : tasks_) tasks.push_back(guarded(std::move(task), plugin_));
  if (auto added = register_tasks(std::move(tasks), std::move(groups_), "plug-in " + plugin_);
      !added) {
    return added.error();
  }
  for (auto& [name, scorer] : scorers_) added_scorers().add(name, guard(scorer, plugin_));
  for (auto& [name, filter] : filters_) added_filters().add(name, guard(filter, plugin_));
  for (auto& [name, metric] : metrics_) added_metrics().add(name, guard(metric, plugin_));
  for (auto& [name, aggregation] : aggregations_) {
    added_aggregations().add(name, guard(aggregation, plugin_));
  }
  for (DataReader& reader : readers_) {
    reader.load = guard(reader.load, plugin_);
    register_reader(std::move(reader));
  }
  for (ModelKind& kind : models_) kind.open = guard(kind.open, plugin_);
  return std::move(models_);
}

}  // namespace assay
