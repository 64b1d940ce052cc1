// An engine that refuses batches, hangs or has too little memory: what can be answered is answered,
// what cannot is an item error, and the run goes on. The engine's decode call is replaced by one
// that fails as the real one does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>
#include <sys/resource.h>

#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/runtime/loaded_stories.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

using test::Loaded;

std::vector<Request> questions() {
  std::vector<Request> out;
  for (const char* text : {"Tom had a cat. The cat", "Ben saw a big red bird. It", "A zoo! Max zzz",
                           "Mia went to the park. She"}) {
    out.emplace_back(Choices{{text}, {" was happy.", " ran", " saw a tree in the park"}});
    Completion completion;
    completion.prompt = text;
    completion.max_tokens = 9;
    completion.samples = 2;
    completion.sampling.temperature = 0.5;
    completion.seed_key = text;
    out.emplace_back(completion);
  }
  return out;
}

const std::vector<ChoiceScore>& scores_of(const expected<Response>& response) {
  return std::get<std::vector<ChoiceScore>>(response->answer);
}
const std::vector<Generation>& texts_of(const expected<Response>& response) {
  return std::get<std::vector<Generation>>(response->answer);
}

TEST(LlamaFaults, ARefusedBatchIsMadeAsTwoAndCounted) {
  SKIP_WITHOUT_STORIES();
  Loaded sound;
  const auto wanted = sound.answer(questions());
  ASSERT_TRUE(wanted) << wanted.error().message;
  EXPECT_EQ(sound.context->detail().refused, 0u);
  for (const int code : {1, -3}) {
    Loaded small;
    small.context->replace_decoder([code](llama_context* context, const llama_batch& batch) {
      return batch.n_tokens > 5 ? code : llama_decode(context, batch);
    });
    const auto got = small.answer(questions());
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_GT(small.context->detail().refused, 5u);
    for (std::size_t i = 0; i < got->size(); ++i) {
      ASSERT_TRUE((*got)[i]) << (*got)[i].error().message;
      if (i % 2 == 1) {
        EXPECT_EQ(texts_of((*got)[i]).size(), 2u);
        continue;
      }
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(scores_of((*got)[i])[c].loglikelihood, scores_of((*wanted)[i])[c].loglikelihood,
                    0.02);
      }
    }
  }
}

TEST(LlamaFaults, WhatTheEngineCannotDoCostsItsOwnItemOnly) {
  SKIP_WITHOUT_STORIES();
  for (const bool exact : {false, true}) {
    Loaded sound({.exact = exact});
    const auto wanted = sound.answer(questions());
    ASSERT_TRUE(wanted);
    Loaded failing({.exact = exact});
    const std::vector<Token> zoo = failing.tokenizer->encode("A zoo! Max zzz", false);
    const Token poison = zoo.back();
    failing.context->replace_decoder([&](llama_context* context, const llama_batch& batch) {
      for (int i = 0; i < batch.n_tokens; ++i) {
        if (batch.token[i] == poison) return -3;
      }
      return llama_decode(context, batch);
    });
    const auto got = failing.answer(questions());
    ASSERT_TRUE(got) << got.error().message;
    for (std::size_t i = 0; i < got->size(); ++i) {
      if (i / 2 == 2) {
        ASSERT_FALSE((*got)[i]) << i;
        EXPECT_THAT((*got)[i].error().message, HasSubstr("could not decode"));
        continue;
      }
      ASSERT_TRUE((*got)[i]) << i << (*got)[i].error().message;
      if (i % 2 == 0) {
        const double slack = exact ? 0 : 0.02;
        EXPECT_NEAR(scores_of((*got)[i])[1].loglikelihood, scores_of((*wanted)[i])[1].loglikelihood,
                    slack);
      } else if (exact) {
        EXPECT_EQ(texts_of((*got)[i])[1].text, texts_of((*wanted)[i])[1].text);
      }
    }
  }
}

TEST(LlamaFaults, ACallThatTakesTooLongIsGivenUpAndTheNextItemAnswered) {
  SKIP_WITHOUT_STORIES();
  Loaded slow({.call_limit = 1e-9});
  const auto got = slow.answer({questions()[0]});
  ASSERT_TRUE(got) << got.error().message;
  ASSERT_FALSE(got->front());
  EXPECT_THAT(got->front().error().message, HasSubstr("--call-limit"));
  // The real engine answers again.
  slow.context->replace_decoder([&](llama_context*, const llama_batch&) { return 2; });
  const auto stuck = slow.answer({questions()[1]});
  ASSERT_TRUE(stuck.error().code == ErrorCode::kInterrupted) << "aborted, but not by the clock";
}

TEST(LlamaFaults, AnEngineThatNeverAnswersEndsTheRun) {
  SKIP_WITHOUT_STORIES();
  Loaded dead;
  dead.context->replace_decoder([](llama_context*, const llama_batch&) { return -3; });
  std::vector<Request> many;
  for (int i = 0; i < 6; ++i) {
    for (const Request& request : questions()) many.push_back(request);
  }
  const auto got = dead.answer(many);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("could not decode"));
}

TEST(LlamaFaults, SettingsShrinkFirstTheCacheThenTheBatch) {
  ContextSettings settings;
  settings.max_length = 1000;
  settings.cells = 3048;
  settings.batch = 256;
  settings.outputs = 256;
  std::vector<std::pair<int, int>> steps;
  for (std::optional<ContextSettings> next = settings; next; next = smaller_settings(*next)) {
    steps.emplace_back(next->cells, next->batch);
  }
  EXPECT_EQ(steps,
            (std::vector<std::pair<int, int>>{{3048, 256}, {1000, 256}, {1000, 128}, {1000, 64}}));
  settings.exact = true;
  settings.cells = 1000;
  EXPECT_FALSE(smaller_settings(settings)) << "the batch is part of the exact layout";
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(LlamaFaults, TooLittleMemoryForTheCacheMakesItSmaller) {
  SKIP_WITHOUT_STORIES();
  Loaded loaded;
  ContextSettings large = loaded.llama.context;
  large.cells = 3 << 20;  // 640 bytes each
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = pages * 4096 + (600U << 20);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &tight), 0);
  const auto made = LlamaContext::create(loaded.llama.model.get(), large);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*made)->settings().cells, 256);
  EXPECT_EQ((*made)->settings().batch, 256) << "no batch is larger than its cache";
}
#endif

}  // namespace
}  // namespace assay
