// Running what a model wrote. assay scores code only through this seam; when no executor can
// isolate a program, the score is "not run" with the reason, never zero.
#pragma once

#include <string>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

// How a program ended, as a kind that can be counted.
enum class CodeOutcome {
  kPassed,
  kFailedAssertion,
  kRaised,           // detail: the exception's type and message
  kSyntaxError,      // detail: what and where
  kTimedOut,         // detail: which limit
  kOutOfMemory,      // detail: how it showed
  kKilledBySandbox,  // detail: the rule
  kEndedEarly,       // it ended itself before the test was over; detail: signal or exit status
  kDidNotStart       // nothing was measured; run() reports this as an Error
};

// All of them, in report order.
inline constexpr CodeOutcome kCodeOutcomes[] = {
    CodeOutcome::kPassed,          CodeOutcome::kFailedAssertion, CodeOutcome::kRaised,
    CodeOutcome::kSyntaxError,     CodeOutcome::kTimedOut,        CodeOutcome::kOutOfMemory,
    CodeOutcome::kKilledBySandbox, CodeOutcome::kEndedEarly,      CodeOutcome::kDidNotStart};

// The kind's name in results: "passed", "failed an assertion", "raised", …
inline const char* to_string(CodeOutcome outcome) {
  switch (outcome) {
    case CodeOutcome::kPassed:
      return "passed";
    case CodeOutcome::kFailedAssertion:
      return "failed an assertion";
    case CodeOutcome::kRaised:
      return "raised";
    case CodeOutcome::kSyntaxError:
      return "syntax error";
    case CodeOutcome::kTimedOut:
      return "timed out";
    case CodeOutcome::kOutOfMemory:
      return "out of memory";
    case CodeOutcome::kKilledBySandbox:
      return "killed by the sandbox";
    case CodeOutcome::kEndedEarly:
      return "ended early";
    case CodeOutcome::kDidNotStart:
      return "did not start";
  }
  return "did not start";
}

struct CodeVerdict {
  bool passed = false;
  std::string outcome;  // for people: "passed", "failed an assertion", "raised ValueError: …", …
  CodeOutcome kind = CodeOutcome::kDidNotStart;
  std::string detail = {};    // one line, printable, at most a few hundred bytes
  double wall_seconds = 0.0;  // from start to verdict
  bool retried = false;       // timed out once and was run again, alone
};

class CodeExecutor {
 public:
  virtual ~CodeExecutor() = default;
  // Runs candidate + "\n" + test as one Python program. Thread-safe. An Error means that nothing
  // was measured (no isolation, interpreter missing).
  virtual expected<CodeVerdict> run(const std::string& candidate, const std::string& test) = 0;
  // Everything about the executor that can change a verdict, for the manifest.
  virtual Json describe() const { return Json::object(); }
};

}  // namespace assay
