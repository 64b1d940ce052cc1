// See wire_text.h. Requests for texts and what answers them go through the trees: a model takes
// longer for them than any writer.
#include "runtime/wire_text.h"

#include <utility>
#include <variant>
#include <vector>

#include "runtime/wire.h"

namespace assay {
namespace {

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  bool first = true;
  for (const std::string& text : texts) {
    if (!std::exchange(first, false)) out += ',';
    append_json_text(out, text);
  }
  out += ']';
}

void append_values(std::string& out, const std::vector<MetricValue>& values) {
  out += '[';
  bool first = true;
  for (const MetricValue& value : values) {
    if (!std::exchange(first, false)) out += ',';
    ObjectText entry;
    entry.add_text("metric", value.metric);
    entry.add("value", value.value);
    if (value.weight != 1.0) entry.add("weight", value.weight);
    out += entry.text();
    out += '}';
  }
  out += ']';
}

}  // namespace

void append_request(std::string& out, const Request& request) {
  const auto* choices = std::get_if<Choices>(&request);
  if (choices == nullptr) return append_json(out, to_json(request));
  out += R"({"kind":"choices","contexts":)";
  append_texts(out, choices->contexts);
  out += R"(,"continuations":)";
  append_texts(out, choices->continuations);
  out += '}';
}

void append_response(std::string& out, const Response& response, bool with_top) {
  const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response.answer);
  if (scores == nullptr) {
    Json json = to_json(response);
    if (!with_top) json.erase("top");
    return append_json(out, json);
  }
  out += R"({"choices":[)";
  bool first = true;
  for (const ChoiceScore& score : *scores) {
    out += std::exchange(first, false) ? "[" : ",[";
    append_json(out, score.loglikelihood);
    out += score.is_greedy ? ",true," : ",false,";
    out += std::to_string(score.tokens);
    out += ']';
  }
  out += R"(],"prompt_tokens":)";
  out += std::to_string(response.prompt_tokens);
  out += R"(,"decoded_tokens":)";
  out += std::to_string(response.decoded_tokens);
  if (with_top && !response.top_tokens.empty()) {
    out += R"(,"top":)";
    append_json_text(out, response.top_tokens);
  }
  out += '}';
}

void add_judgement(ObjectText& line, const Judgement& judgement) {
  if (judgement.distinct_programs > 0) return line.add_members(to_json(judgement));
  line.add_text("filter", judgement.filter);
  append_values(line.value("values"), judgement.values);
  line.add("filtered", judgement.filtered);
  line.add_text("extracted", judgement.extracted);
  line.add_text("rule", judgement.rule);
  line.add_text("why", judgement.why);
  if (!judgement.not_run.empty()) line.add_text("not_run", judgement.not_run);
}

}  // namespace assay
