// The options of tasks that make up their own items: lengths, depths, needles, hay, and any other
// setting by its name. They go to every such task of the run.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace CLI {
class App;
}

namespace assay::cli {

class GridArguments {
 public:
  // REQUIRES: the object outlives the parsing of `app`.
  void add_to(CLI::App& app, const char* group);
  // What was given, by the names of settings; empty when nothing was.
  expected<Json> resolve() const;

 private:
  std::string lengths_;
  std::string depths_;
  int needles_ = 0;
  std::string filler_;
  std::vector<std::string> settings_;
};

// "512,4k,1m" → [512, 4096, 1048576]: k is 1024, m is 1024². kUsage names what is not a length.
expected<Json> parse_lengths(const std::string& text);

// "5" → 5 (a number of depths); "0,50,100" or "50%" → percents.
expected<Json> parse_depths(const std::string& text);

}  // namespace assay::cli
