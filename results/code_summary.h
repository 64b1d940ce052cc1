// What became of the programs of a code task, beside its pass@k: how many ended in which way, how
// many are different ones, and pass@k for every k that the samples allow. docs/formats.md has the
// JSON, docs/statistics.md the figures.
//
// Thread-safety: value types and pure functions.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "assay/code_executor.h"
#include "assay/expected.h"
#include "assay/json.h"
#include "assay/measurement.h"
#include "assay/scorer.h"

namespace assay {

struct OutcomeCount {
  CodeOutcome kind = CodeOutcome::kPassed;
  std::size_t count = 0;
  // By exception type, sandbox rule, or signal; most frequent first, then by name. Empty for kinds
  // that have no such thing.
  std::vector<std::pair<std::string, std::size_t>> groups = {};
};

struct CurvePoint {
  std::size_t k = 1;
  Measurement value;
};

// Under one filter pipeline.
struct CodeSummary {
  std::string filter;
  std::size_t problems = 0;  // items of which programs were made
  std::size_t programs = 0;  // over all problems and samples
  std::size_t distinct = 0;  // different programs of a problem, added up over problems
  std::vector<OutcomeCount> outcomes = {};  // all kinds, in their order; empty when nothing was run
  // k = 1 … samples (beyond kWholeCurve samples: 1, 5, 10, 50, … and the number of samples); empty
  // when nothing was run.
  std::vector<CurvePoint> curve = {};
};

inline constexpr std::size_t kWholeCurve = 1000;

// How code was executed, from the manifest's "code": nothing for runs without code tasks.
struct CodeExecutionNote {
  std::string isolation;            // "bubblewrap", "none (--unsafe-exec)", "refused", "" = no code
  std::vector<std::string> layers;  // what was in force
  bool is_unsafe() const { return isolation.find("unsafe") != std::string::npos; }
};

// Counts how programs ended while judgements go by, in data set order. One thread at a time.
class CodeTally {
 public:
  void add(const Judgement& judgement);
  // One per pipeline that made programs, in the order of the judgements. Errors: kInternal.
  expected<std::vector<CodeSummary>> summaries() const;

 private:
  // n and c of each problem whose programs all started.
  struct Problem {
    std::size_t n = 0;
    std::size_t passed = 0;
  };
  struct Pipeline {
    CodeSummary code;
    std::map<CodeOutcome, std::size_t> kinds;
    std::map<CodeOutcome, std::map<std::string, std::size_t>> groups;
    std::vector<Problem> problems;
  };
  static expected<std::vector<CurvePoint>> curve_of(const std::vector<Problem>& problems);
  static expected<CodeSummary> finished(const Pipeline& pipeline);

  std::vector<Pipeline> pipelines_;
};

CodeExecutionNote code_execution_of(const Json& manifest);

Json to_json(const CodeSummary& code);
expected<CodeSummary> code_summary_from_json(const Json& json);

// For people. "passed 12, raised 30 (NameError 21, TypeError 9), syntax error 3": kinds that
// occurred, at most `most_groups` groups of each by name.
std::string outcomes_text(const CodeSummary& code, std::size_t most_groups = 4);
// A bar per k between 0 and 1, at most `width` of them: "▁▁▂▃▄".
std::string curve_text(const CodeSummary& code, std::size_t width = 40);
// "code ran in bubblewrap", or the warning that it ran without a sandbox; "" without code.
std::string execution_text(const CodeExecutionNote& note);

}  // namespace assay
