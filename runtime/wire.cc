// See wire.h. Member names are the format: changing one changes the file version.
#include "runtime/wire.h"

#include <fmt/format.h>

#include <cmath>
#include <type_traits>
#include <utility>
#include <variant>

#include "datasets/utf8.h"
#include "runtime/json_text.h"
#include "runtime/kept_tokens.h"

namespace assay {
namespace {

// What bad bytes become is decided by one place, the writer of JSON.
void make_valid_utf8(std::string& text) {
  if (first_invalid_utf8(text)) text = Json::parse(dump_line(text)).get<std::string>();
}

const char* finish_name(FinishReason finish) {
  switch (finish) {
    case FinishReason::kStop:
      return "stop";
    case FinishReason::kEndOfText:
      return "end";
    case FinishReason::kLength:
      return "length";
  }
  return "stop";
}

expected<FinishReason> finish_from(const std::string& name) {
  if (name == "stop") return FinishReason::kStop;
  if (name == "end") return FinishReason::kEndOfText;
  if (name == "length") return FinishReason::kLength;
  return data_error(fmt::format("\"{}\" is not a finish reason", name));
}

// Runs a reader written with nlohmann's throwing accessors; what it throws becomes an Error.
template <typename Read>
auto guarded(std::string_view what, const Read& read) -> decltype(read()) {
  try {
    return read();
  } catch (const std::exception& problem) {
    return data_error(
        fmt::format("the {} is not of the form this version writes ({})", what, problem.what()));
  }
}

Sampling sampling_from_json(const Json& json) {
  Sampling sampling;
  sampling.temperature = json.at("temperature").get<double>();
  sampling.top_k = json.at("top_k").get<int>();
  sampling.top_p = json.at("top_p").get<double>();
  sampling.min_p = json.at("min_p").get<double>();
  sampling.repeat_penalty = json.at("repeat_penalty").get<double>();
  sampling.seed = json.at("seed").get<std::uint64_t>();
  return sampling;
}

}  // namespace

std::string dump_line(const Json& json) {
  std::string out;
  append_json(out, json);
  return out;
}

std::string dump_pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

expected<Json> parse_json(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const std::exception& problem) {
    return data_error(fmt::format("it is not JSON ({})", problem.what()));
  }
}

std::string to_valid_utf8(std::string_view text) {
  std::string clean(text);
  make_valid_utf8(clean);
  return clean;
}

Request to_valid_utf8(const Request& request) {
  Request clean = request;
  if (auto* choices = std::get_if<Choices>(&clean)) {
    for (std::string& text : choices->contexts) make_valid_utf8(text);
    for (std::string& text : choices->continuations) make_valid_utf8(text);
  } else if (auto* completion = std::get_if<Completion>(&clean)) {
    make_valid_utf8(completion->prompt);
    make_valid_utf8(completion->seed_key);
    for (std::string& text : completion->stops) make_valid_utf8(text);
  } else if (auto* rolling = std::get_if<Rolling>(&clean)) {
    make_valid_utf8(rolling->text);
  }
  return clean;
}

std::optional<CodeOutcome> code_outcome_from(std::string_view name) {
  for (const CodeOutcome kind : kCodeOutcomes) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

Json to_json(const Sampling& sampling) {
  return {{"temperature", sampling.temperature},
          {"top_k", sampling.top_k},
          {"top_p", sampling.top_p},
          {"min_p", sampling.min_p},
          {"repeat_penalty", sampling.repeat_penalty},
          {"seed", sampling.seed}};
}

Json to_json(const Request& request) {
  if (const auto* choices = std::get_if<Choices>(&request)) {
    return {{"kind", "choices"},
            {"contexts", choices->contexts},
            {"continuations", choices->continuations}};
  }
  if (const auto* completion = std::get_if<Completion>(&request)) {
    return {{"kind", "completion"},
            {"prompt", completion->prompt},
            {"stops", completion->stops},
            {"max_tokens", completion->max_tokens},
            {"samples", completion->samples},
            {"sampling", to_json(completion->sampling)},
            {"seed_key", completion->seed_key}};
  }
  return {{"kind", "rolling"}, {"text", std::get<Rolling>(request).text}};
}

expected<Request> request_from_json(const Json& json) {
  return guarded("request", [&]() -> expected<Request> {
    const auto kind = json.at("kind").get<std::string>();
    if (kind == "choices") {
      return Request(Choices{json.at("contexts").get<std::vector<std::string>>(),
                             json.at("continuations").get<std::vector<std::string>>()});
    }
    if (kind == "completion") {
      Completion completion;
      completion.prompt = json.at("prompt").get<std::string>();
      completion.stops = json.at("stops").get<std::vector<std::string>>();
      completion.max_tokens = json.at("max_tokens").get<int>();
      completion.samples = json.at("samples").get<int>();
      completion.sampling = sampling_from_json(json.at("sampling"));
      completion.seed_key = json.at("seed_key").get<std::string>();
      return Request(std::move(completion));
    }
    if (kind == "rolling") return Request(Rolling{json.at("text").get<std::string>()});
    return data_error(fmt::format("\"{}\" is not a kind of request", kind));
  });
}

Json to_json(const Response& response) {
  Json json = Json::object();
  if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response.answer)) {
    Json list = Json::array();
    for (const ChoiceScore& score : *scores) {
      list.push_back({score.loglikelihood, score.is_greedy, score.tokens});
    }
    json["choices"] = std::move(list);
  } else if (const auto* texts = std::get_if<std::vector<Generation>>(&response.answer)) {
    Json list = Json::array();
    for (const Generation& text : *texts) {
      Json entry = {
          {"text", text.text}, {"finish", finish_name(text.finish)}, {"tokens", text.tokens}};
      if (text.token_ids) entry["ids"] = encode_ids(*text.token_ids);
      list.push_back(std::move(entry));
    }
    json["texts"] = std::move(list);
  } else {
    const auto& rolling = std::get<RollingScore>(response.answer);
    json["rolling"] = {rolling.loglikelihood, rolling.tokens};
  }
  json["prompt_tokens"] = response.prompt_tokens;
  json["decoded_tokens"] = response.decoded_tokens;
  if (!response.top_tokens.empty()) json["top"] = response.top_tokens;
  return json;
}

expected<Response> response_from_json(const Json& json) {
  return guarded("response", [&]() -> expected<Response> {
    Response response;
    if (json.contains("choices")) {
      std::vector<ChoiceScore> scores;
      for (const Json& score : json.at("choices")) {
        scores.push_back(
            {score.at(0).get<double>(), score.at(1).get<bool>(), score.at(2).get<int>()});
      }
      response.answer = std::move(scores);
    } else if (json.contains("texts")) {
      std::vector<Generation> texts;
      for (const Json& text : json.at("texts")) {
        const expected<FinishReason> finish = finish_from(text.at("finish").get<std::string>());
        if (!finish) return finish.error();
        texts.push_back(
            {text.at("text").get<std::string>(), *finish, text.at("tokens").get<int>()});
        if (!text.contains("ids")) continue;
        expected<std::vector<std::int32_t>> ids = decode_ids(text.at("ids").get<std::string>());
        if (!ids) return ids.error();
        texts.back().token_ids = *std::move(ids);
      }
      response.answer = std::move(texts);
    } else {
      const Json& rolling = json.at("rolling");
      response.answer = RollingScore{rolling.at(0).get<double>(), rolling.at(1).get<int>()};
    }
    response.prompt_tokens = json.at("prompt_tokens").get<int>();
    response.decoded_tokens = json.at("decoded_tokens").get<int>();
    response.top_tokens = json.value("top", std::string());
    if (!response.top_tokens.empty()) {
      const expected<KeptTokens> kept = decode_kept(response.top_tokens);
      if (!kept) return kept.error();
    }
    return response;
  });
}

Json to_json(const Judgement& judgement) {
  Json values = Json::array();
  for (const MetricValue& value : judgement.values) {
    Json entry = {{"metric", value.metric}, {"value", value.value}};
    if (value.weight != 1.0) entry["weight"] = value.weight;
    values.push_back(std::move(entry));
  }
  Json json = {{"filter", judgement.filter},     {"values", std::move(values)},
               {"filtered", judgement.filtered}, {"extracted", judgement.extracted},
               {"rule", judgement.rule},         {"why", judgement.why}};
  if (!judgement.not_run.empty()) json["not_run"] = judgement.not_run;
  if (judgement.distinct_programs > 0) {
    Json programs = Json::array();
    for (const ProgramOutcome& program : judgement.programs) {
      Json entry = {{"outcome", to_string(program.kind)}};
      if (!program.detail.empty()) entry["detail"] = program.detail;
      programs.push_back(std::move(entry));
    }
    json["programs"] = std::move(programs);
    json["distinct_programs"] = judgement.distinct_programs;
  }
  return json;
}

expected<Judgement> judgement_from_json(const Json& json) {
  return guarded("judgement", [&]() -> expected<Judgement> {
    Judgement judgement;
    judgement.filter = json.at("filter").get<std::string>();
    for (const Json& value : json.at("values")) {
      judgement.values.push_back({value.at("metric").get<std::string>(),
                                  value.at("value").get<double>(), value.value("weight", 1.0)});
    }
    judgement.filtered = json.at("filtered");
    judgement.extracted = json.at("extracted").get<std::string>();
    judgement.rule = json.at("rule").get<std::string>();
    judgement.why = json.at("why").get<std::string>();
    judgement.not_run = json.value("not_run", std::string());
    judgement.distinct_programs = json.value("distinct_programs", std::size_t{0});
    for (const Json& program : json.value("programs", Json::array())) {
      const auto name = program.at("outcome").get<std::string>();
      const auto kind = code_outcome_from(name);
      if (!kind) return data_error(fmt::format("\"{}\" is not an outcome of a program", name));
      judgement.programs.push_back({*kind, program.value("detail", std::string())});
    }
    return judgement;
  });
}

Json to_json(const Error& error) {
  return {{"code", static_cast<int>(error.code)}, {"message", error.message}};
}

std::optional<Error> error_from_json(const Json& json) {
  try {
    return Error{static_cast<ErrorCode>(json.at("code").get<int>()),
                 json.at("message").get<std::string>()};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace assay
