// samples.jsonl: one line per item and filter, for people and for other tools: what was asked, what
// came back, what was extracted by which rule, and what it was worth. Made from the evidence; it
// can be made again at any time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "results/run_folder.h"

namespace assay {

// The first line of the file: kind and version.
std::string samples_header();

// The lines of one item, each ending in a newline: one per judgement, or one for an item error.
std::vector<std::string> sample_lines(const std::string& task, const ItemRecord& record);

// Writes all lines in task and item order; the file takes its place when it is complete.
expected<void> write_samples(const std::string& path, const std::vector<TaskRecord>& tasks);

// Reads the items back into `tasks`, whose names and manifest entries are set. kBadData with file
// and line.
expected<void> read_samples(const std::string& path, std::vector<TaskRecord>& tasks);

}  // namespace assay
