// How the program ends, as a number a script can read. The values are part of the interface
// (docs/cli.md) and never change meaning. An Error carries the one that its kind leads to.
#pragma once

#include "assay/expected.h"
#include "results/comparison.h"

namespace assay::cli {

enum class ExitCode : int {
  kOk = 0,
  kRegression = 1,     // compare and ladders: a regression was found
  kInconclusive = 2,   // compare and ladders: the evidence does not decide
  kUsage = 64,         // the command line or a setting is wrong
  kBadData = 65,       // a data set, run folder or model file is damaged or of the wrong kind
  kUnavailable = 69,   // something needed is not there
  kInternal = 70,      // a defect in assay or the engine
  kInterrupted = 130,  // Ctrl-C or SIGTERM: what was measured is kept
};

inline ExitCode exit_code_of(const Error& error) {
  return static_cast<ExitCode>(static_cast<int>(error.code));
}

// A comparison that is refused is never a verdict.
inline ExitCode exit_code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNoRegression:
      return ExitCode::kOk;
    case Outcome::kRegression:
      return ExitCode::kRegression;
    case Outcome::kInconclusive:
      return ExitCode::kInconclusive;
    case Outcome::kRefused:
      break;
  }
  return ExitCode::kBadData;
}

}  // namespace assay::cli
