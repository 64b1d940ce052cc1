// See lm_eval_samples.h. In `resps` and `filtered_resps` the original turns every number and bool
// into its Python text ("-1.6663236618041992", "False").
#include "results/lm_eval_samples.h"

#include <fmt/format.h>

#include <exception>

#include "assay/digest.h"
#include "scorers/python_format.h"

namespace assay {
namespace {

// Every scalar as str() of it.
Json as_texts(const Json& value) {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& element : value) out.push_back(as_texts(element));
    return out;
  }
  return python_str(value);
}

struct Asked {
  Json arguments = Json::object();
  std::string prompt;  // what prompt_hash is taken over
};

Asked asked_of(const Request& request, const Json& generation_kwargs) {
  Asked asked;
  if (const auto* choices = std::get_if<Choices>(&request)) {
    for (std::size_t i = 0; i < choices->continuations.size(); ++i) {
      asked.arguments[fmt::format("gen_args_{}", i)] = {{"arg_0", choices->context_of(i)},
                                                        {"arg_1", choices->continuations[i]}};
    }
    asked.prompt = choices->contexts.front();
  } else if (const auto* completion = std::get_if<Completion>(&request)) {
    asked.arguments["gen_args_0"] = {{"arg_0", completion->prompt}, {"arg_1", generation_kwargs}};
    asked.prompt = completion->prompt;
  } else {
    asked.prompt = std::get<Rolling>(request).text;
    asked.arguments["gen_args_0"] = Json::object({{"arg_0", asked.prompt}});
  }
  return asked;
}

// One element per request, each the list of its repeats.
Json responses_of(const Response& response) {
  Json resps = Json::array();
  if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response.answer)) {
    for (const ChoiceScore& score : *scores) {
      resps.push_back(Json::array({Json::array({score.loglikelihood, score.is_greedy})}));
    }
  } else if (const auto* texts = std::get_if<std::vector<Generation>>(&response.answer)) {
    Json repeats = Json::array();
    for (const Generation& generation : *texts) repeats.push_back(generation.text);
    resps.push_back(std::move(repeats));
  } else {
    resps.push_back(Json::array({std::get<RollingScore>(response.answer).loglikelihood}));
  }
  return resps;
}

// The original's unnamed pipeline takes the first sample. assay keeps all samples of a code task
// there, for pass@k; with a single one that is the same answer in a list of its own.
Json logged_filtered(const Judgement& judgement) {
  const Json& filtered = judgement.filtered;
  const bool nested = filtered.is_array() && filtered.size() == 1 && filtered[0].is_array() &&
                      filtered[0].size() == 1 && filtered[0][0].is_string();
  return judgement.filter == "none" && nested ? filtered[0] : filtered;
}

// Values as the original keeps them per item: weighted metrics are [value, weight] pairs, and the
// greedy flag of a log-likelihood task is an int.
Json metric_value(const Task& task, const MetricValue& value) {
  for (const MetricSpec& spec : task.metrics) {
    if (spec.name != value.metric) continue;
    if (spec.aggregation == "weighted_perplexity" || spec.aggregation == "bits_per_byte") {
      return Json::array({value.value, static_cast<long long>(value.weight)});
    }
  }
  if (task.output == OutputType::kLoglikelihood && value.metric == "acc") {
    return static_cast<int>(value.value);
  }
  return value.value;
}

}  // namespace

Json lm_eval_generation_kwargs(const Task& task, const Json& asked) {
  if (task.output != OutputType::kGenerate) return Json::object();
  Json kwargs = Json::object();
  if (const auto own = task.config_for_reports.find("generation_kwargs");
      own != task.config_for_reports.end()) {
    kwargs = *own;
  } else {
    kwargs["until"] = task.stops ? Json(*task.stops) : Json::array({task.fewshot_delimiter});
    kwargs["max_gen_toks"] = task.max_tokens;
    kwargs["do_sample"] = task.sampling.temperature > 0;
    kwargs["temperature"] = task.sampling.temperature;
  }
  const auto replace = [&](const char* setting, const char* name) {
    const auto found = asked.find(setting);
    if (found != asked.end() && !found->is_null()) kwargs[name] = *found;
  };
  replace("temperature", "temperature");
  replace("top_k", "top_k");
  replace("top_p", "top_p");
  replace("min_p", "min_p");
  replace("repeat_penalty", "repetition_penalty");
  replace("max_tokens", "max_gen_toks");
  if (asked.contains("temperature") && asked["temperature"].is_number()) {
    kwargs["do_sample"] = asked["temperature"].get<double>() > 0;
  }
  return kwargs;
}

expected<std::string> lm_eval_samples(const Task& task, const TaskRecord& record,
                                      const Json& generation_kwargs,
                                      const std::function<bool(std::string_view line)>& write) {
  Sha256 task_hash;
  std::size_t pipelines = 0;
  for (const ItemRecord& item : record.items) {
    if (!item.judged.error) pipelines = std::max(pipelines, item.judged.judgements.size());
  }
  for (std::size_t filter = 0; filter < pipelines; ++filter) {
    for (const ItemRecord& item : record.items) {
      if (item.judged.error || !item.evidence.request || !item.evidence.answer) continue;
      if (filter >= item.judged.judgements.size()) continue;
      const Judgement& judgement = item.judged.judgements[filter];
      try {
        const Asked asked = asked_of(*item.evidence.request, generation_kwargs);
        const Response& response = *item.evidence.answer;
        const std::string target = task.target ? python_str(task.target(item.item.doc)) : "";
        const Json resps = responses_of(response);
        Json line = Json::object();
        line["doc_id"] = item.item.index;
        line["doc"] = item.item.doc;
        line["target"] = target;
        line["arguments"] = asked.arguments;
        line["resps"] = as_texts(resps);
        line["filtered_resps"] = as_texts(logged_filtered(judgement));
        line["filter"] = judgement.filter;
        line["metrics"] = Json::array();
        for (const MetricValue& value : judgement.values) line["metrics"].push_back(value.metric);
        line["doc_hash"] = sha256_hex(document_text(item.item.doc));
        line["prompt_hash"] = sha256_hex(asked.prompt);
        line["target_hash"] = sha256_hex(target);
        for (const char* hash : {"doc_hash", "prompt_hash", "target_hash"}) {
          task_hash.update(line[hash].get_ref<const std::string&>());
        }
        for (const MetricValue& value : judgement.values) {
          line[value.metric] = metric_value(task, value);
        }
        if (!judgement.not_run.empty()) line["assay_not_run"] = judgement.not_run;
        if (!write(python_json(line, -1, false) + "\n")) {
          return unavailable("The sample lines could not be written.");
        }
      } catch (const std::exception& problem) {
        return data_error(fmt::format("Task {}, item {}: its sample line cannot be made: {}.",
                                      task.name, item.item.id, problem.what()));
      }
    }
  }
  return task_hash.hex();
}

}  // namespace assay
