// The engine at work on real tasks, without the rest of a run: requests as `assay run` makes them,
// answered packed (by the contexts of a model, as a run does) or naively (every choice alone,
// header and all), and the speed limit that the engine itself sets. All in one process; naive
// scoring and the limit have one context with all of the threads, on weights of their own.
//
// Thread-safety: none; one thread uses it from start to end (the engine keeps its team per thread).
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/llama_context.h"
#include "runtime/llama_load.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/run_settings.h"

namespace assay::bench {

struct Workload {
  std::vector<std::vector<PreparedRequest>> units;
  std::vector<std::size_t> tasks;  // of the units
  std::size_t items = 0;
};

// What answering a workload takes of the engine at least.
struct Demand {
  std::size_t tokens = 0;   // to decode, each once
  std::size_t outputs = 0;  // rows of output among them
  std::size_t depth = 0;    // tokens in front of their calls, on average
};

class Engine {
 public:
  static expected<std::unique_ptr<Engine>> open(const ModelOptions& options);
  ~Engine();

  expected<Workload> prepare(const RunSettings& settings, const DataSource& data) const;

  // Answers everything, with no beginning in the cache. Seconds of the whole call (stopwatch.h).
  expected<double> packed_seconds(const Workload& work);
  // The same, one choice at a time with nothing kept between them; the first `items` only.
  expected<double> naive_seconds(const Workload& work, std::size_t items);
  // Counted by answering once.
  expected<Demand> demand(const Workload& work);
  // Prompt tokens per second of full batches after `depth` tokens, with an output row for every
  // token or for the last one only. Of two batch sizes the one that was faster over all calls so
  // far: the larger of two measurements that wander would be too large.
  expected<double> prompt_rate(std::size_t depth, bool outputs);
  // Seconds that the demand takes at those rates.
  expected<double> limit_seconds(const Demand& demand);

 private:
  expected<void> answer_alone(const PreparedRequest& request);

  struct Spent {
    double tokens = 0;
    double seconds = 0;
    double rate() const { return seconds > 0 ? tokens / seconds : 0; }
  };

  std::unique_ptr<Model> model_;
  LoadedLlama loaded_;
  std::unique_ptr<LlamaContext> context_;
  std::optional<LlamaTokenizer> tokenizer_;
  EncodeSettings encoding_;
  std::map<std::pair<std::size_t, bool>, std::array<Spent, 2>> spent_;  // by depth, outputs; size
};

}  // namespace assay::bench
