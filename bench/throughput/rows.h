// The rows of the throughput table: which work, against what, and the ratio wanted.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "bench/throughput/side_by_side.h"

namespace assay::bench {

struct Setting {
  std::string program;  // assay
  std::string data;     // a data home
  std::string model;    // a GGUF file
  std::string tools;   // folder with the engine's own programs; "" = rows against them are left out
  std::string driver;  // served_choices.py, which drives llama-server; "" = left out
  std::size_t items = 16;
  int threads = 2;
  int contexts = 0;               // of ours; theirs have one. 0: what the program takes by itself
  std::vector<std::string> rows;  // only rows whose name holds one of these; empty: all
};

bool is_asked(const Setting& setting, const std::string& work, const std::string& against);

// Opens the model. The rows hold what they need.
expected<std::vector<Row>> make_rows(const Setting& setting);

}  // namespace assay::bench
