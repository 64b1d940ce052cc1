// See settings_json.h.
#include "runtime/settings_json.h"

#include <fmt/format.h>

#include <exception>
#include <optional>

namespace assay {
namespace {

template <typename T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

template <typename T>
void read_optional(const Json& json, const char* name, std::optional<T>& value) {
  if (!json.at(name).is_null()) value = json.at(name).get<T>();
}

}  // namespace

Json to_json(const RunSettings& settings) {
  Json json = {{"targets", settings.targets},
               {"shots", optional_json(settings.shots)},
               {"limit", optional_json(settings.limit)},
               {"items", optional_json(settings.items)},
               {"subset_seed", settings.subset_seed},
               {"seed", settings.seed},
               {"samples", optional_json(settings.samples)},
               {"temperature", optional_json(settings.temperature)},
               {"top_k", optional_json(settings.top_k)},
               {"top_p", optional_json(settings.top_p)},
               {"min_p", optional_json(settings.min_p)},
               {"repeat_penalty", optional_json(settings.repeat_penalty)},
               {"max_tokens", optional_json(settings.max_tokens)},
               {"chat", settings.chat},
               {"fewshot_as_multiturn", settings.fewshot_as_multiturn},
               {"system_instruction", settings.system_instruction},
               {"compat", settings.compat},
               {"task_settings", settings.task_settings}};
  // Only when asked for, so that runs without keep the fingerprint they had before this existed.
  if (settings.keep_probs > 0) json["keep_probs"] = settings.keep_probs;
  return json;
}

expected<RunSettings> settings_from_json(const Json& json) {
  try {
    RunSettings settings;
    settings.targets = json.at("targets").get<std::vector<std::string>>();
    read_optional(json, "shots", settings.shots);
    read_optional(json, "limit", settings.limit);
    read_optional(json, "items", settings.items);
    settings.subset_seed = json.at("subset_seed").get<std::uint64_t>();
    settings.seed = json.at("seed").get<std::uint64_t>();
    read_optional(json, "samples", settings.samples);
    read_optional(json, "temperature", settings.temperature);
    read_optional(json, "top_k", settings.top_k);
    read_optional(json, "top_p", settings.top_p);
    read_optional(json, "min_p", settings.min_p);
    read_optional(json, "repeat_penalty", settings.repeat_penalty);
    read_optional(json, "max_tokens", settings.max_tokens);
    settings.chat = json.at("chat").get<bool>();
    settings.fewshot_as_multiturn = json.at("fewshot_as_multiturn").get<bool>();
    settings.system_instruction = json.at("system_instruction").get<std::string>();
    settings.keep_probs = json.value("keep_probs", 0);
    settings.compat = json.value("compat", std::string());
    settings.task_settings = json.at("task_settings");
    return settings;
  } catch (const std::exception& problem) {
    return data_error(fmt::format("the settings in the manifest are damaged ({})", problem.what()));
  }
}

GenerationOverrides generation_overrides(const RunSettings& settings) {
  GenerationOverrides overrides;
  overrides.samples = settings.samples;
  overrides.temperature = settings.temperature;
  overrides.top_k = settings.top_k;
  overrides.top_p = settings.top_p;
  overrides.min_p = settings.min_p;
  overrides.repeat_penalty = settings.repeat_penalty;
  overrides.max_tokens = settings.max_tokens;
  overrides.seed = settings.seed;
  return overrides;
}

}  // namespace assay
