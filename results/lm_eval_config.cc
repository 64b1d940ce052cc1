// See lm_eval_config.h. The order of the keys is the original's.
#include "results/lm_eval_config.h"

namespace assay {
namespace {

const char* output_name(OutputType output) {
  switch (output) {
    case OutputType::kMultipleChoice:
      return "multiple_choice";
    case OutputType::kLoglikelihood:
      return "loglikelihood";
    case OutputType::kRolling:
      return "loglikelihood_rolling";
    case OutputType::kGenerate:
      return "generate_until";
  }
  return "";
}

Json metric_list(const Task& task) {
  Json list = Json::array();
  for (const MetricSpec& metric : task.metrics) {
    Json entry = {{"metric", metric.name},
                  {"aggregation", metric.aggregation},
                  {"higher_is_better", metric.higher_is_better}};
    entry.update(metric.args);
    list.push_back(std::move(entry));
  }
  return list;
}

Json filter_list(const Task& task) {
  Json list = Json::array();
  for (const FilterPipeline& pipeline : task.filters) {
    Json steps = Json::array();
    for (const FilterStep& step : pipeline.steps) {
      Json entry = {{"function", step.function}};
      entry.update(step.args);
      steps.push_back(std::move(entry));
    }
    list.push_back({{"name", pipeline.name}, {"filter", std::move(steps)}});
  }
  return list;
}

}  // namespace

Json lm_eval_task_config(const Task& task, int shots, const Json& generation_kwargs,
                         const Json& version) {
  const Json& source = task.config_for_reports;
  Json config = Json::object();
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) config[key] = value;
  };
  const auto from_source = [&](Json& target, const char* key) {
    if (const auto found = source.find(key); found != source.end()) target[key] = *found;
  };
  config["task"] = task.name;
  if (!task.alias.empty() && task.alias != task.name) config["task_alias"] = task.alias;
  set("dataset_path", task.data.hub_path);
  set("dataset_name", task.data.hub_name);
  set("training_split", task.data.training_split);
  set("validation_split", task.data.validation_split);
  set("test_split", task.data.test_split);
  set("fewshot_split", task.data.fewshot_split);
  from_source(config, "doc_to_text");
  from_source(config, "doc_to_target");
  config["unsafe_code"] = static_cast<bool>(task.build_program);
  from_source(config, "doc_to_choice");
  config["description"] = task.description;
  config["target_delimiter"] = task.target_delimiter;
  config["fewshot_delimiter"] = task.fewshot_delimiter;

  Json fewshot = Json::object();
  fewshot["sampler"] = task.shots.sampler == ShotSampler::kFirstN ? "first_n" : "default";
  fewshot["split"] =
      task.data.fewshot_split.empty() ? Json(nullptr) : Json(task.data.fewshot_split);
  for (const char* key : {"process_docs", "fewshot_indices", "samples"}) fewshot[key] = nullptr;
  for (const char* key : {"doc_to_text", "doc_to_choice", "doc_to_target", "gen_prefix"}) {
    fewshot[key] = nullptr;
    from_source(fewshot, key);
  }
  fewshot["fewshot_delimiter"] = task.fewshot_delimiter;
  fewshot["target_delimiter"] = task.target_delimiter;
  if (const auto own = source.find("fewshot_config"); own != source.end() && own->is_object()) {
    fewshot.update(*own);
  }
  config["fewshot_config"] = std::move(fewshot);
  config["num_fewshot"] = shots;
  config["metric_list"] = metric_list(task);
  config["output_type"] = output_name(task.output);
  if (task.output == OutputType::kGenerate) config["generation_kwargs"] = generation_kwargs;
  config["repeats"] = task.repeats;
  if (!task.filters.empty()) config["filter_list"] = filter_list(task);
  config["should_decontaminate"] = source.contains("doc_to_decontamination_query");
  for (const auto& [key, value] : source.items()) {
    if (key != "metadata" && !config.contains(key)) config[key] = value;
  }
  Json metadata = {{"version", version}};
  if (const auto own = source.find("metadata"); own != source.end() && own->is_object()) {
    metadata.update(*own);
  }
  config["metadata"] = std::move(metadata);
  return config;
}

}  // namespace assay
