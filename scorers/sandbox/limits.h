// What a program may use, and how a test asks for more than is usual: by its first line, a comment,
//
//   # limits: cpu_seconds=60 wall_seconds=180
//
// with any of cpu_seconds, wall_seconds and memory_bytes. The test is the task's, never the
// model's, so it can be trusted with that; and the limits go wherever the test goes.
#pragma once

#include <cstddef>
#include <string_view>

#include "assay/expected.h"

namespace assay {

struct CodeLimits {
  double cpu_seconds = 3.0;  // of its process, rounded up to whole seconds
  // From its start to the verdict, not counting what its processes waited for a processor.
  double wall_seconds = 10.0;
  std::size_t memory_bytes = std::size_t{1} << 30;  // address space

  friend bool operator==(const CodeLimits&, const CodeLimits&) = default;
};

// `usual` with what the test asks for; `usual` where it asks for nothing. Errors: kBadData, a line
// of limits that cannot be read. Pure.
expected<CodeLimits> limits_of_test(std::string_view test, const CodeLimits& usual);

}  // namespace assay
