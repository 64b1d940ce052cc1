// The verdicts on a run's programs, compared with those that samples.jsonl records: the part of
// `assay verify` that is about code.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "results/run_folder.h"

namespace assay {

struct VerdictCheck {
  std::size_t compared = 0;                                     // programs run again
  std::vector<std::string> differences;                         // full sentences
  std::vector<std::pair<std::string, std::size_t>> taken_over;  // task, programs not run again
};

// `anew` is what scoring the journal again gave, with an executor (`was_run`) or without. Where a
// recorded program ended in the same way, or none could be run, the record's words and outcomes are
// put into `anew` and its figures are computed from them; where one ended differently the new
// outcome stays and the difference is named. A record of other programs is left for the comparison
// of samples.jsonl to find.
VerdictCheck compare_verdicts(RunFolder& anew, const std::string& path, bool was_run);

}  // namespace assay
