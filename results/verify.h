// `assay verify`: is every figure of a run what its evidence says? Checks the checksum of every
// journal record, that each planned item has exactly one record, that the manifest is the one the
// journal was written for, and that samples.jsonl and summary.json (timings apart) are what scoring
// the journal again gives.
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
  std::vector<std::string> problems;     // full sentences naming file, line, task and item
  std::vector<std::string> not_checked;  // what could not be recomputed here, and why
  bool ok() const { return problems.empty(); }
};

// An Error only when nothing could be checked (no such folder, data not there).
expected<VerifyReport> verify_run(const std::string& path, const DataSource& data,
                                  CodeExecutor* executor);

}  // namespace assay
