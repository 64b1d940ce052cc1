// How a code summary is written: as JSON and for people. See code_summary.h.
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "results/code_summary.h"
#include "results/summary.h"
#include "runtime/wire.h"

namespace assay {

Json to_json(const CodeSummary& code) {
  Json outcomes = Json::array();
  for (const OutcomeCount& outcome : code.outcomes) {
    Json one = {{"outcome", to_string(outcome.kind)}, {"count", outcome.count}};
    for (const auto& [name, count] : outcome.groups) one["by"][name] = count;
    outcomes.push_back(std::move(one));
  }
  Json curve = Json::array();
  for (const CurvePoint& point : code.curve) {
    Json one = {{"k", point.k}};
    one.update(to_json(point.value));
    curve.push_back(std::move(one));
  }
  return {{"filter", code.filter},     {"problems", code.problems}, {"programs", code.programs},
          {"distinct", code.distinct}, {"outcomes", outcomes},      {"pass_at_k", curve}};
}

expected<CodeSummary> code_summary_from_json(const Json& json) {
  try {
    CodeSummary code;
    code.filter = json.at("filter").get<std::string>();
    code.problems = json.at("problems").get<std::size_t>();
    code.programs = json.at("programs").get<std::size_t>();
    code.distinct = json.at("distinct").get<std::size_t>();
    for (const Json& one : json.at("outcomes")) {
      const auto name = one.at("outcome").get<std::string>();
      const auto kind = code_outcome_from(name);
      if (!kind) return data_error(fmt::format("\"{}\" is not an outcome of a program", name));
      OutcomeCount outcome{*kind, one.at("count").get<std::size_t>()};
      const Json groups = one.value("by", Json::object());
      for (const auto& [group, count] : groups.items()) {
        outcome.groups.emplace_back(group, count.get<std::size_t>());
      }
      code.outcomes.push_back(std::move(outcome));
    }
    for (const Json& point : json.at("pass_at_k")) {
      expected<Measurement> value = measurement_from_json(point);
      if (!value) return value.error();
      code.curve.push_back({point.at("k").get<std::size_t>(), std::move(*value)});
    }
    return code;
  } catch (const std::exception& problem) {
    return data_error(
        fmt::format("a task's account of its programs cannot be read ({})", problem.what()));
  }
}

std::string outcomes_text(const CodeSummary& code, std::size_t most_groups) {
  std::string text;
  for (const OutcomeCount& outcome : code.outcomes) {
    if (outcome.count == 0) continue;
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(outcome.kind), outcome.count);
    std::string groups;
    std::size_t others = 0;
    for (std::size_t i = 0; i < outcome.groups.size(); ++i) {
      const auto& [name, count] = outcome.groups[i];
      if (i < most_groups) groups += fmt::format("{}{} {}", i > 0 ? ", " : "", name, count);
      if (i >= most_groups) others += count;
    }
    if (others > 0) groups += fmt::format(", others {}", others);
    if (!groups.empty()) text += " (" + groups + ")";
  }
  return text.empty() ? "nothing was run" : text;
}

std::string curve_text(const CodeSummary& code, std::size_t width) {
  static constexpr const char* kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t shown = std::min(width, code.curve.size());
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    // Evenly spread, the first and the last point always among them.
    const std::size_t at = shown < 2 ? 0 : i * (code.curve.size() - 1) / (shown - 1);
    const Estimate* estimate = as_estimate(code.curve[at].value);
    if (estimate == nullptr) return "";
    text += kBars[std::min<std::size_t>(7, static_cast<std::size_t>(estimate->value * 8))];
  }
  return text;
}

std::string execution_text(const CodeExecutionNote& note) {
  if (note.isolation.empty()) return "";
  if (note.is_unsafe()) {
    return "UNSAFE: what the model wrote ran without a sandbox (--unsafe-exec)";
  }
  if (note.isolation == "refused") return "what the model wrote was not run: no isolation";
  return "what the model wrote ran in " + note.isolation;
}

}  // namespace assay
