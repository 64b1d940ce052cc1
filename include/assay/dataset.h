// Where a task's rows come from. A DataSource hands out the splits of named data sets as JSON
// documents in the column form and order that the benchmark's protocol defines (the columns of the
// data set on its usual hub), whatever the file format on disk was.
//
// Names: `dataset` is a registry name ("arc", "mmlu", "mini/arc"), `config` the upstream
// configuration ("ARC-Challenge", "anatomy", "" when there is only one), `split` one of "train",
// "validation", "test", "dev".
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

// How far a loaded split can be trusted; shown wherever a score made from it is shown.
struct DataStatus {
  std::size_t rows = 0;
  std::size_t expected_rows = 0;  // 0: the registry knows no count
  bool verified = false;          // every file's sha256 equals the registry's
  std::string note;  // why it is not what upstream has ("composed from TruthfulQA.csv"), or ""
  // "" (complete and verified), "partial 1000/10042", "unverified", or both joined by ", ".
  std::string label() const;
};

struct DataSplit {
  std::vector<Json> rows;
  DataStatus status;
  std::string sha256;              // digest over the digests of the files the rows came from
  std::vector<std::string> files;  // names relative to the data home, or embedded names
};

class DataSource {
 public:
  virtual ~DataSource() = default;
  // Thread-safe. kUnavailable when the data is not there (the message says what to run to get it),
  // kBadData when a file is broken (file and line named).
  virtual expected<DataSplit> load(std::string_view dataset, std::string_view config,
                                   std::string_view split) const = 0;
  // A whole text file of a data set (needle filler, protocol texts): `file` as in the registry.
  virtual expected<std::string> text(std::string_view dataset, std::string_view file) const = 0;
};

// Reads a data set that the registry does not know; a plug-in brings it (plugin.h).
struct DataReader {
  std::string dataset;  // the name that tasks use, TaskData::dataset
  std::string about;    // one line for `assay list data`
  // The rows of a split. `folder` is the data set's own folder, <data home>/<dataset>; it need not
  // exist, and the reader may look elsewhere. Name what was read in `files`. An empty sha256 is
  // filled with a digest over the rows, and rows of an unset status are counted. Thread-safe.
  std::function<expected<DataSplit>(const std::string& folder, std::string_view config,
                                    std::string_view split)>
      load;
};

}  // namespace assay
