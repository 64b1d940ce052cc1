// The options that say which model to open and how: `-m MODEL` and the engine's settings. Shared
// by run, show and doctor.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "runtime/model_options.h"

namespace CLI {
class App;
}

namespace assay::cli {

class ModelArguments {
 public:
  // REQUIRES: the object outlives the parsing of `app`.
  void add_to(CLI::App& app);
  // What was asked for, checked. `spec` is empty when no model was named. kUsage for several.
  expected<ModelOptions> resolve() const;
  // One per -m, alike but for the spec; one with an empty spec when no model was named. kUsage for
  // a model that was named twice.
  expected<std::vector<ModelOptions>> resolve_each() const;

 private:
  ModelOptions options_;
  std::vector<std::string> specs_;
  std::vector<std::string> lora_;
  std::string rope_;
  bool bos_ = false;
  bool no_bos_ = false;
  bool fast_ = false;  // the default, said aloud
};

// "adapter.gguf", "adapter.gguf:0.5"; a colon that no number follows belongs to the file name.
expected<LoraOption> parse_lora(const std::string& text);

}  // namespace assay::cli
