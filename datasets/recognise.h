// Finds out which file of the registry some bytes are. First by SHA-256, which is certain. Else by
// shape: the adaptor of a split must be able to read the whole file, and either the file has the
// registry's name, or its number of rows is the official one of exactly one file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/registry.h"

namespace assay {

struct Recognised {
  // Paths in the data home; several when the registry has the same bytes twice. Empty: unknown.
  std::vector<std::string> paths;
  bool verified = false;  // by SHA-256
  std::string reason;     // why not, for people
};

// `name` is the file's path below the imported folder; `bytes` are unpacked. `labels` are the bytes
// of the label file beside it ("dev-labels.lst" for "dev.jsonl"), empty when there is none.
Recognised recognise(std::string_view name, std::string_view bytes, std::string_view labels);

// "piqa/dev.jsonl" -> "piqa/dev-labels.lst".
std::string label_file_of(std::string_view data_file);

}  // namespace assay
