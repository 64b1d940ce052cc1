// Another program, run to its end and timed: what a user would wait for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "assay/expected.h"

namespace assay::bench {

struct ChildResult {
  double seconds = 0;  // start to end, by the clock of the measurements (stopwatch.h)
  double wall = 0;     // start to end
  std::string out;     // its standard output; standard error is dropped
};

// words[0] is the program. An Error when it cannot be started or ends with another code than 0.
expected<ChildResult> run_child(const std::vector<std::string>& words);

}  // namespace assay::bench
