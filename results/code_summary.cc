// Counting and curves; how they are written is in code_summary_text.cc.
#include "results/code_summary.h"

#include <algorithm>

#include "scorers/aggregate.h"
#include "scorers/code_judgement.h"
#include "scorers/pass_at_k.h"
#include "tasks/samples.h"

namespace assay {
namespace {

std::vector<std::size_t> curve_ks(std::size_t samples) {
  std::vector<std::size_t> ks;
  if (samples <= kWholeCurve) {
    for (std::size_t k = 1; k <= samples; ++k) ks.push_back(k);
    return ks;
  }
  for (const int k : pass_at_ks(static_cast<int>(samples)))
    ks.push_back(static_cast<std::size_t>(k));
  if (ks.back() != samples) ks.push_back(samples);
  return ks;
}

}  // namespace

void CodeTally::add(const Judgement& judgement) {
  if (judgement.distinct_programs == 0) return;  // no programs were made
  auto pipeline = std::find_if(pipelines_.begin(), pipelines_.end(), [&](const Pipeline& known) {
    return known.code.filter == judgement.filter;
  });
  if (pipeline == pipelines_.end()) {
    pipeline = pipelines_.insert(pipelines_.end(), Pipeline{{judgement.filter}, {}, {}, {}});
  }
  ++pipeline->code.problems;
  pipeline->code.distinct += judgement.distinct_programs;
  Problem problem;
  bool complete = !judgement.programs.empty();
  for (const ProgramOutcome& program : judgement.programs) {
    ++pipeline->code.programs;
    ++problem.n;
    ++pipeline->kinds[program.kind];
    if (program.kind == CodeOutcome::kPassed) ++problem.passed;
    if (program.kind == CodeOutcome::kDidNotStart) complete = false;
    const std::string group = outcome_group(program);
    if (!group.empty()) ++pipeline->groups[program.kind][group];
  }
  if (complete) pipeline->problems.push_back(problem);
}

expected<std::vector<CurvePoint>> CodeTally::curve_of(const std::vector<Problem>& problems) {
  std::vector<CurvePoint> curve;
  if (problems.empty()) return curve;
  std::size_t samples = problems.front().n;
  for (const Problem& problem : problems) samples = std::min(samples, problem.n);
  for (const std::size_t k : curve_ks(samples)) {
    ValueSeries values;
    for (const Problem& problem : problems) values.add(pass_at_k(problem.n, problem.passed, k));
    expected<Measurement> value = aggregate({"pass@k"}, values);
    if (!value) return value.error();
    curve.push_back({k, std::move(*value)});
  }
  return curve;
}

expected<CodeSummary> CodeTally::finished(const Pipeline& pipeline) {
  CodeSummary code = pipeline.code;
  if (code.programs > 0) {
    for (const CodeOutcome kind : kCodeOutcomes) {
      OutcomeCount count{kind, 0};
      if (const auto n = pipeline.kinds.find(kind); n != pipeline.kinds.end()) {
        count.count = n->second;
      }
      if (const auto groups = pipeline.groups.find(kind); groups != pipeline.groups.end()) {
        count.groups.assign(groups->second.begin(), groups->second.end());
      }
      std::stable_sort(count.groups.begin(), count.groups.end(),
                       [](const auto& a, const auto& b) { return a.second > b.second; });
      code.outcomes.push_back(std::move(count));
    }
  }
  expected<std::vector<CurvePoint>> curve = curve_of(pipeline.problems);
  if (!curve) return curve.error();
  code.curve = std::move(*curve);
  return code;
}

expected<std::vector<CodeSummary>> CodeTally::summaries() const {
  std::vector<CodeSummary> out;
  for (const Pipeline& pipeline : pipelines_) {
    expected<CodeSummary> code = finished(pipeline);
    if (!code) return code.error();
    out.push_back(std::move(*code));
  }
  return out;
}

CodeExecutionNote code_execution_of(const Json& manifest) {
  CodeExecutionNote note;
  const Json code = manifest.value("code", Json());
  if (!code.is_object()) return note;
  note.isolation = code.value("isolation", std::string());
  for (const Json& layer : code.value("layers", Json::array())) {
    if (layer.is_string()) note.layers.push_back(layer.get<std::string>());
  }
  return note;
}

}  // namespace assay
