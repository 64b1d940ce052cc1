// See the header.
#include "scorers/code_judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scorers/judge_parts.h"
#include "scorers/pass_at_k.h"

namespace assay {

std::string outcome_text(const ProgramOutcome& outcome) {
  if (outcome.detail.empty()) return to_string(outcome.kind);
  const char* between = outcome.kind == CodeOutcome::kRaised ? " " : ": ";
  return std::string(to_string(outcome.kind)) + between + outcome.detail;
}

std::string outcome_group(const ProgramOutcome& outcome) {
  switch (outcome.kind) {
    case CodeOutcome::kRaised:
    case CodeOutcome::kKilledBySandbox:
      return outcome.detail.substr(0, outcome.detail.find(':'));
    case CodeOutcome::kEndedEarly:
      return outcome.detail;
    default:
      return "";
  }
}

void settle_programs(const Task& task, Judgement& judgement) {
  const auto count = [&](CodeOutcome kind) {
    return static_cast<std::size_t>(
        std::count_if(judgement.programs.begin(), judgement.programs.end(),
                      [&](const ProgramOutcome& p) { return p.kind == kind; }));
  };
  judgement.values.clear();
  judgement.why.clear();
  if (count(CodeOutcome::kDidNotStart) > 0) return;
  const std::size_t n = judgement.programs.size();
  const std::size_t passed = count(CodeOutcome::kPassed);
  judgement.why = fmt::format("{} of {} programs passed", passed, n);
  const auto first =
      std::find_if(judgement.programs.begin(), judgement.programs.end(),
                   [](const ProgramOutcome& p) { return p.kind != CodeOutcome::kPassed; });
  if (first != judgement.programs.end()) {
    judgement.why += "; the first that did not " + outcome_text(*first);
  }
  for (const MetricSpec& metric : effective_metrics(task)) {
    for (const PassMetric& pass : pass_metrics(metric)) {
      if (pass.k <= n) {
        judgement.values.push_back({pass.name, pass_at_k(n, passed, pass.k)});
      } else {
        judgement.why += fmt::format("; {} needs {} samples", pass.name, pass.k);
      }
    }
  }
}

std::string normalised_program(std::string_view program) {
  std::string out;
  while (!program.empty()) {
    const std::size_t end = program.find('\n');
    std::string_view line = program.substr(0, end);
    program = end == std::string_view::npos ? std::string_view{} : program.substr(end + 1);
    const std::size_t last = line.find_last_not_of(" \t\r\f\v");
    if (last == std::string_view::npos) continue;
    out.append(line.substr(0, last + 1)).push_back('\n');
  }
  return out;
}

std::size_t count_distinct_programs(const std::vector<std::string>& programs) {
  std::set<std::string> distinct;
  for (const std::string& program : programs) distinct.insert(normalised_program(program));
  return distinct.size();
}

}  // namespace assay
