// Running what a model wrote. assay scores code only through this seam; when no executor can
// isolate a program, the score is "not run" with the reason, never zero.
#pragma once

#include <string>

#include "assay/expected.h"

namespace assay {

struct CodeVerdict {
  bool passed = false;
  std::string outcome;  // "passed", "failed an assertion", "raised ValueError", "timed out", …
};

class CodeExecutor {
 public:
  virtual ~CodeExecutor() = default;
  // Runs candidate + "\n" + test as one Python program. Thread-safe. An Error means that nothing
  // was measured (no isolation, interpreter missing).
  virtual expected<CodeVerdict> run(const std::string& candidate, const std::string& test) = 0;
};

}  // namespace assay
