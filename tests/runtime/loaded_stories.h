// A small trained model with a context whose settings a test may choose, below the Model interface.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/encode.h"
#include "runtime/llama_context.h"
#include "runtime/llama_generate.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/llama_score.h"
#include "runtime/llama_tokenizer.h"

namespace assay::test {

inline std::string stories_file() {
  return (std::filesystem::path(ASSAY_SHARED_DIR) / "models/stories260K-F16.gguf").string();
}

#define SKIP_WITHOUT_STORIES()                        \
  if (!std::filesystem::exists(test::stories_file())) \
  GTEST_SKIP() << "the shared models are not here"

struct LoadedChoice {
  bool exact = false;
  double call_limit = 900;
  std::function<void(ContextSettings&)> change{};  // before the context is made
};

struct Loaded {
  LoadedLlama llama;
  std::unique_ptr<LlamaContext> context;
  std::optional<LlamaTokenizer> tokenizer;

  explicit Loaded(const LoadedChoice& choice = {}) {
    start_engine();
    ModelOptions options;
    options.spec = stories_file();
    options.context = kLength;
    options.threads = 1;
    options.exact = choice.exact;
    options.call_limit = choice.call_limit;
    expected<LoadedLlama> loaded = load_llama(options, {});
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
    llama = *std::move(loaded);
    if (choice.change) choice.change(llama.context);
    expected<std::unique_ptr<LlamaContext>> made =
        LlamaContext::create(llama.model.get(), llama.context);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    context = *std::move(made);
    tokenizer = LlamaTokenizer::of(llama.model.get(), std::nullopt);
  }
  ~Loaded() { context.reset(); }

  // One unit.
  expected<std::vector<expected<Response>>> answer(const std::vector<Request>& requests) {
    std::vector<PreparedRequest> unit;
    std::vector<std::size_t> scored;
    std::vector<std::size_t> written;
    for (const Request& request : requests) {
      (std::holds_alternative<Completion>(request) ? written : scored).push_back(unit.size());
      unit.push_back(*prepare_request(*tokenizer, request, {std::nullopt, kLength, false}));
    }
    std::vector<expected<Response>> responses(unit.size(), internal_error("not answered"));
    const expected<void> first = score_requests(*context, unit, scored, {}, responses);
    if (!first) return first.error();
    const expected<void> second =
        generate_requests(*context, *tokenizer, unit, written, {}, responses);
    if (!second) return second.error();
    return responses;
  }

  static constexpr int kLength = 256;  // tokens a request may have
};

}  // namespace assay::test
