// `assay verify`: is every figure of a run what its evidence says? Checks the checksum of every
// journal record, that each planned item has exactly one record, that the manifest is the one the
// journal was written for, and that samples.jsonl and summary.json (timings apart) are what scoring
// the journal again gives.
//
// Programs that a model wrote are run again when there is an executor, and each verdict is
// compared. Without one the recorded verdicts are taken as they are, everything that follows from
// them is checked, and `not_checked` says that they were not run again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "assay/code_executor.h"
#include "assay/dataset.h"
#include "assay/expected.h"

namespace assay {

struct VerifyReport {
  std::size_t records = 0;               // journal records whose checksum was right
  std::size_t figures = 0;               // figures recomputed and compared
  std::size_t samples = 0;               // lines of samples.jsonl compared
  std::size_t programs = 0;              // programs run again whose verdicts were compared
  std::vector<std::string> problems;     // full sentences naming file, line, task and item
  std::vector<std::string> not_checked;  // what could not be recomputed here, and why
  bool ok() const { return problems.empty(); }
};

// An Error only when nothing could be checked (no such folder, data not there). `executor` may be
// null; `why_no_executor` then stands in `not_checked`.
expected<VerifyReport> verify_run(const std::string& path, const DataSource& data,
                                  CodeExecutor* executor,
                                  const std::string& why_no_executor = "no sandbox");

}  // namespace assay
