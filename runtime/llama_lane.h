// One lane of a GGUF model: a context, and the thread on which all of its decoding is done. Several
// lanes share one set of weights; each has a key/value cache and a team of threads of its own.
//
// Ownership: owns the context, which is made and freed on the lane's thread; model and tokenizer
// must outlive it. Thread-safety: calls are done one after the other; totals are for when nothing
// is under way.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/llama_context.h"
#include "runtime/llama_thread.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/session_stats.h"

struct llama_model;

namespace assay {

class LlamaLane {
 public:
  LlamaLane() = default;
  ~LlamaLane();
  LlamaLane(const LlamaLane&) = delete;
  LlamaLane& operator=(const LlamaLane&) = delete;

  // Does `work` on the lane's thread; what it throws becomes an Error.
  expected<void> run(const std::function<expected<void>()>& work);

  // Has the lane's thread and its team stay on some processors; before open().
  void stay_on(std::span<const int> processors);
  // Makes the context, once, before anything is answered.
  expected<void> open(llama_model* model, const ContextSettings& settings,
                      std::span<const Adapter> adapters);
  expected<std::vector<expected<Response>>> answer(std::span<const PreparedRequest> unit,
                                                   const LlamaTokenizer& tokenizer,
                                                   const std::function<bool()>& should_stop);

  void close();  // frees the context; on the lane's thread

  // REQUIRES for all below: open() succeeded.
  LlamaContext& context() { return *context_; }
  const ContextSettings& settings() const { return context_->settings(); }
  EngineWork work() const;  // without the seconds of loading
  EngineDetail detail() const;

 private:
  LlamaThread thread_;  // First, so that it outlives what it works on.
  std::unique_ptr<LlamaContext> context_;
  double likelihood_seconds_ = 0;
  double sampling_seconds_ = 0;
};

}  // namespace assay
