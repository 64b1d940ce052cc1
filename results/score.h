// Scores again from the evidence: manifest and journal, with the items' documents loaded anew from
// the data home. The model is not needed.
#pragma once

#include <string>

#include "assay/code_executor.h"
#include "assay/dataset.h"
#include "assay/expected.h"
#include "results/run_folder.h"

namespace assay {

// Judges every record of the journal and computes the summary; writes nothing. `executor` may be
// null. What the engine needed is in the journal; the rest of the timing is taken from the
// summary.json found there, as far as there is one.
//
// Errors: kBadData when the data differ from those the run was made with, when the journal is
// damaged or lacks items (the record is named); kUnavailable when there is no such run.
expected<RunFolder> rescore(const std::string& path, const DataSource& data,
                            CodeExecutor* executor);

// rescore(), then writes samples.jsonl and summary.json anew. Takes the run folder's lock.
expected<Summary> score_run(const std::string& path, const DataSource& data,
                            CodeExecutor* executor);

}  // namespace assay
