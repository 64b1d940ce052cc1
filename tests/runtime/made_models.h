// Small models with random weights, made by a test, and the slow twin that scores with them.
#pragma once

#include <ggml.h>
#include <gguf.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/model.h"
#include "runtime/model_options.h"
#include "runtime/sampler.h"

namespace assay::test {

// A file with a tokenizer of 512 tokens.
inline std::string stories_tokenizer() {
  return (std::filesystem::path(ASSAY_SHARED_DIR) / "models/stories260K-F16.gguf").string();
}

// Collects metadata and random tensors and writes them as a GGUF.
class GgufMaker {
 public:
  GgufMaker()
      : gguf_(gguf_init_empty(), &gguf_free),
        tensors_(ggml_init({.mem_size = 64U << 20, .mem_buffer = nullptr, .no_alloc = false}),
                 &ggml_free) {}

  gguf_context* metadata() const { return gguf_.get(); }

  void add(const std::string& name, std::vector<std::int64_t> shape, double spread,
           double centre = 0) {
    ggml_tensor* tensor = ggml_new_tensor(tensors_.get(), GGML_TYPE_F32,
                                          static_cast<int>(shape.size()), shape.data());
    ggml_set_name(tensor, name.c_str());
    float* values = ggml_get_data_f32(tensor);
    for (std::int64_t i = 0; i < ggml_nelements(tensor); ++i) {
      values[i] = static_cast<float>(centre + spread * (2 * random_.next_unit() - 1));
    }
    gguf_add_tensor(gguf_.get(), tensor);
  }

  // The tokenizer of the stories model.
  void take_tokenizer() {
    gguf_context* from =
        gguf_init_from_file(stories_tokenizer().c_str(), {.no_alloc = true, .ctx = nullptr});
    gguf_set_kv(gguf_.get(), from);
    gguf_free(from);
  }

  void write(const std::string& path) const {
    gguf_write_to_file(gguf_.get(), path.c_str(), false);
  }

 private:
  std::unique_ptr<gguf_context, decltype(&gguf_free)> gguf_;
  std::unique_ptr<ggml_context, decltype(&ggml_free)> tensors_;
  SplitMix64 random_{17};
};

// The slow twin: a fresh context, one token per call.
inline double score_token_by_token(const std::string& path, const TokenSequence& pair) {
  llama_model* model = llama_model_load_from_file(path.c_str(), llama_model_default_params());
  llama_context_params params = llama_context_default_params();
  params.n_threads = params.n_threads_batch = 1;
  params.n_ctx = 1024;
  llama_context* context = llama_init_from_model(model, params);
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  std::vector<Token> tokens = pair.context;
  tokens.insert(tokens.end(), pair.continuation.begin(), pair.continuation.end());
  double sum = 0;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    EXPECT_EQ(llama_decode(context, llama_batch_get_one(&tokens[i], 1)), 0);
    if (i + 1 < pair.context.size()) continue;
    const float* logits = llama_get_logits_ith(context, -1);
    double total = 0;
    for (int t = 0; t < vocabulary; ++t) total += std::exp(static_cast<double>(logits[t]));
    sum += logits[tokens[i + 1]] - std::log(total);
  }
  llama_free(context);
  llama_model_free(model);
  return sum;
}

inline std::unique_ptr<Model> open_or_die(const ModelOptions& options) {
  expected<std::unique_ptr<Model>> model = open_model(options);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *std::move(model) : nullptr;
}

inline std::vector<Response> answers(Model& model, const std::vector<Request>& requests) {
  std::vector<PreparedRequest> unit;
  for (const Request& request : requests) unit.push_back(*model.prepare(request));
  const expected<std::vector<expected<Response>>> all = model.answer(unit, {});
  EXPECT_TRUE(all) << all.error().message;
  std::vector<Response> good;
  for (const expected<Response>& one : *all) {
    EXPECT_TRUE(one) << one.error().message;
    good.push_back(*one);
  }
  return good;
}

}  // namespace assay::test
