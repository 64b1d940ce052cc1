// The slow twin of everything that packs, shares and batches: the engine's plainest use, one
// sequence, one token per call, a fresh context each time.
#pragma once

#include <gtest/gtest.h>
#include <llama.h>

#include <cmath>
#include <string>
#include <vector>

#include "assay/model.h"
#include "runtime/llama_log.h"

namespace assay::test {

class Oracle {
 public:
  explicit Oracle(const std::string& path) {
    start_engine();
    llama_model_params params = llama_model_default_params();
    model_ = llama_model_load_from_file(path.c_str(), params);
  }
  ~Oracle() { llama_model_free(model_); }

  // Rows of logits after each token.
  std::vector<std::vector<float>> rows(const std::vector<Token>& tokens) const {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 1024;
    params.n_threads = params.n_threads_batch = 1;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    llama_context* context = llama_init_from_model(model_, params);
    const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model_));
    std::vector<std::vector<float>> rows;
    for (Token token : tokens) {
      EXPECT_EQ(llama_decode(context, llama_batch_get_one(&token, 1)), 0);
      const float* logits = llama_get_logits_ith(context, -1);
      rows.emplace_back(logits, logits + vocabulary);
    }
    llama_free(context);
    return rows;
  }

  ChoiceScore score(const TokenSequence& pair) const {
    std::vector<Token> input = pair.context;
    input.insert(input.end(), pair.continuation.begin(), pair.continuation.end() - 1);
    const std::vector<std::vector<float>> all = rows(input);
    double sum = 0;
    bool greedy = true;
    for (std::size_t i = 0; i < pair.continuation.size(); ++i) {
      const std::vector<float>& row = all[pair.context.size() - 1 + i];
      double total = 0;
      std::size_t best = 0;
      for (std::size_t t = 0; t < row.size(); ++t) {
        total += std::exp(static_cast<double>(row[t]));
        if (row[t] > row[best]) best = t;
      }
      const auto token = static_cast<std::size_t>(pair.continuation[i]);
      sum += row[token] - std::log(total);
      greedy = greedy && best == token;
    }
    return {sum, greedy, static_cast<int>(pair.continuation.size())};
  }

 private:
  llama_model* model_ = nullptr;
};

}  // namespace assay::test
