// How a task file's answers are made and scored: generation_kwargs, filter_list, metric_list and
// fewshot_config.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "scorers/added.h"
#include "scorers/aggregate.h"
#include "scorers/exact_match.h"
#include "scorers/filters.h"
#include "tasks/declarative/build_task.h"
#include "tasks/declarative/field.h"
#include "tasks/declarative/native_hooks.h"
#include "tasks/registry.h"

namespace assay {
namespace {

using Kind = YamlNode::Kind;

struct MetricDefault {
  const char* aggregation;
  bool higher_is_better;
};

// What may be measured for each kind of answer, with the original's defaults.
const std::map<std::string, MetricDefault>& metrics_of(OutputType output) {
  static const std::map<std::string, MetricDefault> kChoices = {
      {"acc", {"mean", true}},         {"acc_norm", {"mean", true}},
      {"acc_bytes", {"mean", true}},   {"acc_mutual_info", {"mean", true}},
      {"exact_match", {"mean", true}}, {"brier_score", {"mean", false}}};
  static const std::map<std::string, MetricDefault> kLikelihood = {
      {"acc", {"mean", true}}, {"perplexity", {"perplexity", false}}};
  static const std::map<std::string, MetricDefault> kRolling = {
      {"word_perplexity", {"weighted_perplexity", false}},
      {"byte_perplexity", {"weighted_perplexity", false}},
      {"bits_per_byte", {"bits_per_byte", false}}};
  static const std::map<std::string, MetricDefault> kText = {{"exact_match", {"mean", true}}};
  switch (output) {
    case OutputType::kMultipleChoice:
      return kChoices;
    case OutputType::kLoglikelihood:
      return kLikelihood;
    case OutputType::kRolling:
      return kRolling;
    default:
      return kText;
  }
}

template <typename Map>
std::string names(const Map& map) {
  std::string out;
  for (const auto& [name, value] : map) out += (out.empty() ? "" : ", ") + name;
  return out;
}

expected<MetricSpec> metric(const Task& task, const YamlNode& node) {
  const YamlNode* name = node.find("metric");
  if (node.kind != Kind::kMap || name == nullptr || !name->is_text()) {
    return yaml_error(node, "metric_list", "each entry is a map with the key metric");
  }
  const auto& known = metrics_of(task.output);
  MetricSpec spec;
  spec.name = name->text();
  const auto found = known.find(spec.name);
  const bool added = added_metrics().find(spec.name) != nullptr;  // by a plug-in
  if (found == known.end() && !added && !task.process_results) {
    return yaml_error(*name, "metric",
                      fmt::format("there is no metric {} for this output_type; known are {}",
                                  spec.name, names(known)));
  }
  if (found != known.end()) {
    spec.aggregation = found->second.aggregation;
    spec.higher_is_better = found->second.higher_is_better;
  }
  for (const auto& [key, value] : node.members) {
    if (value.is_null() || key == "metric") continue;
    if (value.kind == Kind::kFunction) {
      return yaml_error(value, key,
                        fmt::format("!function {} is Python; name one of the aggregations "
                                    "mean, median, perplexity, weighted_perplexity, bits_per_byte",
                                    value.function));
    }
    if (key == "aggregation") {
      if (!value.is_text()) return yaml_error(value, key, "a name is expected here");
      spec.aggregation = value.text();
    } else if (key == "higher_is_better") {
      if (!value.scalar.is_boolean())
        return yaml_error(value, key, "true or false is expected here");
      spec.higher_is_better = value.scalar.get<bool>();
    } else if (key == "hf_evaluate") {
      if (value.scalar == true)
        return yaml_error(value, key, "metrics of the Python package evaluate cannot be run");
    } else {
      spec.args[key] = yaml_to_json(value);
    }
  }
  if (spec.name == "exact_match" && task.output == OutputType::kGenerate) {
    if (const auto compiled = ExactMatch::compile(spec.args); !compiled) {
      return yaml_error(node, "exact_match", compiled.error().message);
    }
  } else if (!spec.args.empty() && !added) {
    return yaml_error(node, spec.args.begin().key(),
                      fmt::format("the metric {} takes no such argument", spec.name));
  }
  const MetricValue one{spec.name, 0.0, 1.0};
  if (const auto tried = aggregate(spec, {&one, 1}, {0}); !tried) {
    return yaml_error(node, "aggregation", tried.error().message);
  }
  return spec;
}

expected<FilterStep> filter_step(Task& task, const YamlNode& node) {
  const YamlNode* function = node.find("function");
  if (node.kind != Kind::kMap || function == nullptr || !function->is_text()) {
    return yaml_error(node, "filter", "each step is a map with the key function");
  }
  FilterStep step{function->text(), Json::object()};
  if (step.function == "custom") {
    const YamlNode* own = node.find("filter_fn");
    if (own == nullptr || own->kind != Kind::kFunction) {
      return yaml_error(node, "filter_fn", "a custom filter names its function");
    }
    if (auto applied = apply_native_hook(task, *own, "filter_fn"); !applied) return applied.error();
    return FilterStep{"create_test", Json::object()};
  }
  for (const auto& [key, value] : node.members) {
    if (key == "function" || value.is_null()) continue;
    if (value.kind == Kind::kFunction) {
      return yaml_error(
          value, key,
          fmt::format("!function {} is Python, which assay does not run", value.function));
    }
    step.args[key] = yaml_to_json(value);
  }
  const auto known = filter_names();
  if (std::find(known.begin(), known.end(), step.function) == known.end()) {
    return yaml_error(
        *function, "function",
        fmt::format("there is no filter {}; known are {}", step.function, fmt::join(known, ", ")));
  }
  if (const auto compiled = CompiledPipeline::compile({"", {step}}); !compiled) {
    return yaml_error(node, step.function, compiled.error().message);
  }
  return step;
}

bool set_number(const YamlNode& node, double& to) {
  if (!node.scalar.is_number()) return false;
  to = node.scalar.get<double>();
  return true;
}

expected<void> set_stops(Task& task, const YamlNode& node) {
  std::vector<std::string> stops;
  const auto items = node.kind == Kind::kList ? node.items : std::vector<YamlNode>{node};
  for (const YamlNode& item : items) {
    if (!item.is_text())
      return yaml_error(node, "until", "a text or a list of texts is expected here");
    stops.push_back(item.text());
  }
  task.stops = std::move(stops);
  return {};
}

}  // namespace

expected<void> apply_generation(Task& task, const YamlNode& node) {
  if (node.kind != Kind::kMap)
    return yaml_error(node, "generation_kwargs", "a map is expected here");
  bool sample = false;
  bool sample_given = false;
  bool warm = false;
  for (const auto& [key, value] : node.members) {
    if (value.is_null()) continue;
    bool ok = true;
    double number = 0.0;
    if (key == "until") {
      if (auto set = set_stops(task, value); !set) return set;
    } else if (key == "max_gen_toks" || key == "max_new_tokens" || key == "max_tokens" ||
               key == "max_completion_tokens") {
      ok = value.scalar.is_number_integer() && value.scalar.get<std::int64_t>() > 0 &&
           value.scalar.get<std::int64_t>() < 10'000'000;
      if (ok) task.max_tokens = value.scalar.get<int>();
    } else if (key == "do_sample") {
      ok = value.scalar.is_boolean();
      sample_given = true;
      sample = ok && value.scalar.get<bool>();
    } else if (key == "temperature") {
      warm = ok = set_number(value, task.sampling.temperature);
    } else if (key == "top_p") {
      ok = set_number(value, task.sampling.top_p);
    } else if (key == "min_p") {
      ok = set_number(value, task.sampling.min_p);
    } else if (key == "repetition_penalty") {
      ok = set_number(value, task.sampling.repeat_penalty);
    } else if (key == "top_k") {
      ok = set_number(value, number) && number >= 0 && number < 1e6;
      if (ok) task.sampling.top_k = static_cast<int>(number);
    } else {
      return yaml_error(
          value, "generation_kwargs." + key,
          "known are until, max_gen_toks, do_sample, temperature, top_p, top_k, min_p and "
          "repetition_penalty");
    }
    if (!ok) return yaml_error(value, "generation_kwargs." + key, "the value is of the wrong kind");
  }
  if (sample_given && !sample) task.sampling.temperature = 0.0;  // do_sample: false wins
  if (sample && !warm) task.sampling.temperature = 1.0;
  return {};
}

expected<void> apply_filters(Task& task, const YamlNode& node) {
  if (node.kind != Kind::kList) return yaml_error(node, "filter_list", "a list is expected here");
  task.filters.clear();
  for (const YamlNode& entry : node.items) {
    const YamlNode* name = entry.find("name");
    const YamlNode* steps = entry.find("filter");
    if (entry.kind != Kind::kMap || name == nullptr || !name->is_text() || steps == nullptr ||
        steps->kind != Kind::kList) {
      return yaml_error(entry, "filter_list", "each entry has a name and a list filter");
    }
    FilterPipeline pipeline{name->text(), {}};
    for (const YamlNode& one : steps->items) {
      expected<FilterStep> step = filter_step(task, one);
      if (!step) return step.error();
      pipeline.steps.push_back(std::move(*step));
    }
    for (const FilterPipeline& other : task.filters) {
      if (other.name == pipeline.name)
        return yaml_error(entry, "name", "two filters have this name");
    }
    task.filters.push_back(std::move(pipeline));
  }
  return {};
}

expected<void> apply_metrics(Task& task, const YamlNode& node) {
  if (node.kind != Kind::kList) return yaml_error(node, "metric_list", "a list is expected here");
  task.metrics.clear();
  for (const YamlNode& entry : node.items) {
    const YamlNode* name = entry.find("metric");
    if (name != nullptr && name->kind == Kind::kFunction) {
      if (auto applied = apply_native_hook(task, *name, "metric"); !applied) return applied;
      continue;
    }
    expected<MetricSpec> spec = metric(task, entry);
    if (!spec) return spec.error();
    task.metrics.push_back(std::move(*spec));
  }
  return {};
}

expected<void> apply_shots(Task& task, const YamlNode& node) {
  if (node.kind != Kind::kMap) return yaml_error(node, "fewshot_config", "a map is expected here");
  const YamlNode* choice = node.find("doc_to_choice");
  const bool indexed = choice != nullptr || static_cast<bool>(task.choices);
  for (const auto& [key, value] : node.members) {
    if (value.is_null() || key == "split") continue;
    const std::string where = "fewshot_config." + key;
    if (key == "samples" && value.kind == Kind::kFunction) {
      if (auto applied = apply_native_hook(task, value, "samples"); !applied) return applied;
    } else if (value.kind == Kind::kFunction) {
      return yaml_error(
          value, where,
          fmt::format("!function {} is Python, which assay does not run", value.function));
    } else if (key == "sampler") {
      if (value.scalar != "default" && value.scalar != "first_n") {
        return yaml_error(value, where, "known are default and first_n");
      }
      task.shots.sampler = value.scalar == "first_n" ? ShotSampler::kFirstN : ShotSampler::kRandom;
    } else if (key == "samples") {
      std::vector<Json> docs;
      for (const YamlNode& item : value.items) docs.push_back(yaml_to_json(item));
      const bool objects =
          std::all_of(docs.begin(), docs.end(), [](const Json& doc) { return doc.is_object(); });
      if (docs.empty() || !objects)
        return yaml_error(value, where, "a list of maps is expected here");
      task.shots.samples = [docs](const DataSource&) -> expected<std::vector<Json>> {
        return docs;
      };
    } else if (key == "doc_to_text" || key == "gen_prefix") {
      auto made = text_function(value, where);
      if (!made) return made.error();
      (key == "gen_prefix" ? task.shots.gen_prefix : task.shots.text) = std::move(*made);
    } else if (key == "doc_to_target") {
      auto made = target_function(value, where, indexed);
      if (!made) return made.error();
      task.shots.target = std::move(*made);
    } else if (key == "doc_to_choice") {
      auto made = choice_function(value, where);
      if (!made) return made.error();
      task.shots.choices = std::move(*made);
    } else if ((key == "target_delimiter" || key == "fewshot_delimiter") && value.is_text()) {
      (key == "target_delimiter" ? task.shots.target_delimiter : task.shots.fewshot_delimiter) =
          value.text();
    } else {
      return yaml_error(value, where,
                        "the key is not supported, or its value is of the wrong kind");
    }
  }
  return {};
}

}  // namespace assay
