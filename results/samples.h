// samples.jsonl: one line per item and filter, for people and for other tools: what was asked, what
// came back, what was extracted by which rule, and what it was worth. Made from the evidence; it
// can be made again at any time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/expected.h"
#include "results/run_folder.h"
#include "runtime/files.h"

namespace assay {

// The first line of the file: kind and version.
std::string samples_header();

// The lines of one item, each ending in a newline: one per judgement, or one for an item error.
std::vector<std::string> sample_lines(const std::string& task, const ItemRecord& record);

// Writes all lines in task and item order; the file takes its place when it is complete.
expected<void> write_samples(const std::string& path, const std::vector<TaskRecord>& tasks);

// The same file, written while the run goes on. Without commit() there is no file.
class SampleStream {
 public:
  explicit SampleStream(std::string path) : path_(std::move(path)) {}

  expected<void> write(std::string_view lines);
  expected<void> commit();

 private:
  expected<void> begin();  // with the first line: before, the folder may be another run's

  std::string path_;
  std::optional<OutputFile> file_;
};

// Reads the items back into `tasks`, whose names and manifest entries are set. kBadData with file
// and line.
expected<void> read_samples(const std::string& path, std::vector<TaskRecord>& tasks);

}  // namespace assay
