// The registry: what assay knows about each data set before any byte of it is on the machine -
// where it comes from, under which licence, which files it has, their SHA-256 and the number of
// items of each split. It is data (registry.json, compiled into the program).
//
// Thread-safety: the registry is built on first use and never changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"

namespace assay {

struct RegistryFile {
  std::string path;                 // in the data home: "gsm8k/train.jsonl"
  std::vector<std::string> sha256;  // any of them is the real file; empty = no digest is known
  std::uint64_t bytes = 0;          // 0 = unknown
};

// One way to fill a split; ways are tried in order and the first whose files are all there is used.
struct SplitSource {
  std::vector<std::string> files;  // paths of RegistryFiles
  std::size_t rows = 0;            // rows these files hold when complete, 0 = unknown
  std::string adaptor;             // datasets/adaptors.h
  std::string note;                // how it differs from upstream, "" = not at all
};

struct RegistrySplit {
  std::string config;
  std::string split;     // "train", "validation", "test", "dev"
  std::size_t rows = 0;  // the official number of items, 0 = unknown
  std::vector<SplitSource> sources;
};

// Something to download. `urls` are mirrors, tried in order. The transfer is one file of the data
// home (`file`, after unpacking gzip when `unpack` is "gz"), or an archive ("zip", "tar") whose
// `members` (archive path -> data home path) or whole `tree` (folder -> folder) are taken out.
struct Download {
  std::vector<std::string> urls;
  std::string unpack;
  std::string file;
  std::map<std::string, std::string> members;
  std::map<std::string, std::string> tree;
};

struct DatasetInfo {
  std::string name;    // "gsm8k"
  std::string folder;  // in the data home
  std::string title;
  std::string homepage;
  std::string license;
  std::string citation;
  std::string note;
  std::vector<std::string> texts;  // files for DataSource::text, relative to the folder
  std::vector<RegistryFile> files;
  std::vector<RegistrySplit> splits;
  std::vector<Download> downloads;  // empty: import only

  const RegistryFile* file(std::string_view path) const;
  const RegistrySplit* split(std::string_view config, std::string_view split_name) const;
};

// All data sets in registry order. Ends the process when the compiled-in registry is broken, which
// a test rules out.
const std::vector<DatasetInfo>& registry();

// nullptr when there is no data set of that name. "mini/gsm8k" is not a registry name.
const DatasetInfo* find_dataset(std::string_view name);

// Builds data sets from a registry text (for tests of hostile registries and of the downloader).
expected<std::vector<DatasetInfo>> parse_registry(std::string_view json);

}  // namespace assay
