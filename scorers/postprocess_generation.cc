// See the header.
#include "scorers/postprocess_generation.h"

#include <fmt/format.h>

#include <algorithm>

#include "assay/text.h"

namespace assay {

std::string postprocess_generation(std::string_view text, const std::vector<std::string>& stops,
                                   std::string_view think_end) {
  if (!think_end.empty()) {
    const std::size_t at = text.rfind(think_end);
    if (at != std::string_view::npos) text = lstrip(text.substr(at + think_end.size()));
  }
  for (const std::string& stop : stops) {
    if (!stop.empty()) text = text.substr(0, text.find(stop));
  }
  return std::string(text);
}

std::vector<std::string> stop_list(std::vector<std::string> until, std::string_view end_of_text) {
  if (!end_of_text.empty() && std::find(until.begin(), until.end(), end_of_text) == until.end()) {
    until.emplace_back(end_of_text);
  }
  return until;
}

expected<Json> normalise_generation_kwargs(const Json& kwargs, int default_max_tokens) {
  try {
    Json out = kwargs;
    const Json until = kwargs.value("until", Json());
    out["until"] = until.is_null()     ? Json::array()
                   : until.is_string() ? Json::array({until})
                                       : Json(until.get<std::vector<std::string>>());
    int max_tokens = default_max_tokens;
    bool found = false;
    for (const char* name :
         {"max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens"}) {
      const auto limit = kwargs.find(name);
      if (limit == kwargs.end()) continue;
      if (!found) max_tokens = limit->get<int>();
      found = true;
      out.erase(name);
    }
    out["max_gen_toks"] = max_tokens;
    const double temperature = kwargs.value("temperature", 0.0);
    const bool sample = kwargs.value("do_sample", temperature > 0.0);
    out["do_sample"] = sample;
    if (!sample && out.contains("temperature")) out["temperature"] = 0.0;
    return out;
  } catch (const std::exception& e) {
    return usage_error(
        fmt::format("The generation settings {} cannot be read: {}.", kwargs.dump(), e.what()));
  }
}

PromptFit fit_prompt(std::size_t prompt_tokens, std::size_t max_tokens,
                     std::size_t max_model_length, bool shrink) {
  if (prompt_tokens + max_tokens <= max_model_length) return {prompt_tokens, max_tokens};
  if (shrink) {
    const std::size_t room =
        max_model_length > prompt_tokens ? max_model_length - prompt_tokens : 0;
    max_tokens = std::max(room, std::size_t{1});
  }
  return {std::min(prompt_tokens, max_model_length - max_tokens), max_tokens};
}

}  // namespace assay
