// Counting and curves; how they are written is in code_summary_text.cc.
#include "results/code_summary.h"

#include <algorithm>
#include <map>

#include "results/run_folder.h"
#include "scorers/aggregate.h"
#include "scorers/code_judgement.h"
#include "scorers/pass_at_k.h"
#include "tasks/samples.h"

namespace assay {
namespace {

// n and c of each problem whose programs all started.
struct Problem {
  std::size_t n = 0;
  std::size_t passed = 0;
};

struct Tally {
  CodeSummary code;
  std::map<CodeOutcome, std::size_t> kinds;
  std::map<CodeOutcome, std::map<std::string, std::size_t>> groups;
  std::vector<Problem> problems;
};

void add(const Judgement& judgement, Tally& tally) {
  ++tally.code.problems;
  tally.code.distinct += judgement.distinct_programs;
  Problem problem;
  bool complete = !judgement.programs.empty();
  for (const ProgramOutcome& program : judgement.programs) {
    ++tally.code.programs;
    ++problem.n;
    ++tally.kinds[program.kind];
    if (program.kind == CodeOutcome::kPassed) ++problem.passed;
    if (program.kind == CodeOutcome::kDidNotStart) complete = false;
    const std::string group = outcome_group(program);
    if (!group.empty()) ++tally.groups[program.kind][group];
  }
  if (complete) tally.problems.push_back(problem);
}

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

expected<std::vector<CurvePoint>> curve_of(const std::vector<Problem>& problems) {
  std::vector<CurvePoint> curve;
  if (problems.empty()) return curve;
  std::size_t samples = problems.front().n;
  for (const Problem& problem : problems) samples = std::min(samples, problem.n);
  for (const std::size_t k : curve_ks(samples)) {
    std::vector<MetricValue> values;
    for (const Problem& problem : problems) {
      values.push_back({"pass@k", pass_at_k(problem.n, problem.passed, k)});
    }
    expected<Measurement> value = aggregate({"pass@k"}, values);
    if (!value) return value.error();
    curve.push_back({k, std::move(*value)});
  }
  return curve;
}

expected<CodeSummary> finished(Tally tally) {
  if (tally.code.programs > 0) {
    for (const CodeOutcome kind : kCodeOutcomes) {
      OutcomeCount count{kind, tally.kinds[kind]};
      count.groups.assign(tally.groups[kind].begin(), tally.groups[kind].end());
      std::stable_sort(count.groups.begin(), count.groups.end(),
                       [](const auto& a, const auto& b) { return a.second > b.second; });
      tally.code.outcomes.push_back(std::move(count));
    }
  }
  expected<std::vector<CurvePoint>> curve = curve_of(tally.problems);
  if (!curve) return curve.error();
  tally.code.curve = std::move(*curve);
  return std::move(tally.code);
}

}  // namespace

expected<std::vector<CodeSummary>> summarise_code(const TaskRecord& task) {
  std::vector<Tally> tallies;
  for (const ItemRecord& item : task.items) {
    for (const Judgement& judgement : item.judged.judgements) {
      if (judgement.distinct_programs == 0) continue;  // no programs were made
      auto tally = std::find_if(tallies.begin(), tallies.end(), [&](const Tally& known) {
        return known.code.filter == judgement.filter;
      });
      if (tally == tallies.end()) {
        tally = tallies.insert(tallies.end(), Tally{{judgement.filter}, {}, {}, {}});
      }
      add(judgement, *tally);
    }
  }
  std::vector<CodeSummary> out;
  for (Tally& tally : tallies) {
    expected<CodeSummary> code = finished(std::move(tally));
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
