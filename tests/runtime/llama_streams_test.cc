// Texts that grow in streams on a real model: they are the texts that grow in a shared cache or
// alone, streams are full while texts wait, what is decoded is what was planned, and nothing that
// was answered before moves a bit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "runtime/llama_forecast.h"
#include "tests/runtime/loaded_stories.h"

namespace assay {
namespace {

using test::Loaded;

std::unique_ptr<Loaded> open(bool apart) {
  return std::make_unique<Loaded>(
      test::LoadedChoice{.change = [&](ContextSettings& settings) { settings.apart = apart; }});
}

struct Wanted {
  int count = 0;
  int samples = 1;
  bool header = false;
};

// Stories of different lengths.
std::vector<Request> texts(const Wanted& wanted) {
  std::string header;
  for (int i = 0; i < 4; ++i) header += "Once there was a big dog. It ran to the red ball. ";
  std::vector<Request> out;
  for (int i = 0; i < wanted.count; ++i) {
    Completion text;
    text.prompt = (wanted.header ? header : "") + "Number " + std::to_string(i * 37) +
                  (i % 3 == 0 ? ". Tom" : ". A cat went to the park and");
    text.max_tokens = 60 + (i * 7) % 24;
    text.seed_key = "item " + std::to_string(i);
    text.samples = wanted.samples;
    text.sampling.temperature = wanted.samples > 1 ? 0.9 : 0;
    out.emplace_back(text);
  }
  return out;
}

using Texts = std::vector<std::string>;

Texts answers(Loaded& loaded, const std::vector<Request>& requests) {
  Texts out;
  const auto responses = loaded.answer(requests);
  EXPECT_TRUE(responses) << (responses ? "" : responses.error().message);
  if (!responses) return out;
  for (const expected<Response>& one : *responses) {
    EXPECT_TRUE(one) << (one ? "" : one.error().message);
    if (!one) continue;
    const auto* written = std::get_if<std::vector<Generation>>(&one->answer);
    if (written == nullptr) continue;
    for (const Generation& text : *written) out.push_back(text.text);
  }
  return out;
}

std::size_t alike(const Texts& a, const Texts& b) {
  EXPECT_EQ(a.size(), b.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) count += a[i] == b[i] ? 1 : 0;
  return count;
}

bool is_divided(const Loaded& loaded) {
  return llama_n_ctx(loaded.context->raw()) != llama_n_ctx_seq(loaded.context->raw());
}

TEST(LlamaStreams, TextsAreThoseOfASharedCacheAndThoseWrittenAlone) {
  SKIP_WITHOUT_STORIES();
  for (const bool header : {false, true}) {
    const std::vector<Request> requests = texts({.count = 30, .header = header});
    const std::unique_ptr<Loaded> apart = open(true);
    const Texts in_streams = answers(*apart, requests);
    EXPECT_TRUE(is_divided(*apart));
    const EngineDetail detail = apart->context->detail();
    EXPECT_EQ(detail.slots_used, apart->context->generation_work().tokens);
    EXPECT_EQ(detail.slots_starved, 0u);
    const std::unique_ptr<Loaded> shared = open(false);
    EXPECT_GE(alike(in_streams, answers(*shared, requests)), 24u)
        << "neighbours' rounding may turn texts that were nearly a tie, not more";
    EXPECT_FALSE(is_divided(*shared));
    Texts alone;
    for (const Request& request : requests) alone.push_back(answers(*shared, {request}).at(0));
    EXPECT_GE(alike(in_streams, alone), 28u);
  }
}

TEST(LlamaStreams, SamplesOfAPromptDrawFromTheirSeedsAndPromptsAreReadOnce) {
  SKIP_WITHOUT_STORIES();
  for (const bool header : {false, true}) {
    const std::vector<Request> requests = texts({.count = 6, .samples = 7, .header = header});
    const std::unique_ptr<Loaded> apart = open(true);
    const std::unique_ptr<Loaded> shared = open(false);
    const Texts in_streams = answers(*apart, requests);
    EXPECT_EQ(in_streams.size(), 42u);
    Texts alone;
    for (const Request& request : requests) {
      for (const std::string& text : answers(*shared, {request})) alone.push_back(text);
    }
    EXPECT_GE(alike(in_streams, alone), 41u) << "a draw may fall to the other side of a tie";
    std::size_t most = 0;
    for (const Request& request : requests) {
      const PreparedRequest prepared =
          *prepare_request(*apart->tokenizer, request, {std::nullopt, Loaded::kLength, false});
      most += prepared.sequences[0].context.size();
    }
    const std::size_t read = apart->context->prompt_work().tokens;
    if (header) {
      EXPECT_LT(read, most / 2);
    } else {
      EXPECT_EQ(read, most);
    }
  }
}

TEST(LlamaStreams, WhatIsDecodedIsWhatWasPlannedAlsoWhereArrangementsChange) {
  SKIP_WITHOUT_STORIES();
  const std::unique_ptr<Loaded> loaded = open(true);
  const std::unique_ptr<DecodeForecast> forecast = forecast_llama(loaded->context->settings());
  std::size_t planned = 0;
  std::vector<std::vector<Request>> units;
  for (int round = 0; round < 2; ++round) {
    units.push_back(texts({.count = 12, .header = true}));
    units.push_back(texts({.count = 12, .header = true}));
    units.push_back({Choices{{"Once there was a big dog. It"}, {" ran", " sat"}}});
    units.push_back(texts({.count = 1, .header = true}));
    units.push_back(texts({.count = 9}));
  }
  for (const std::vector<Request>& unit : units) {
    std::vector<PreparedRequest> prepared;
    for (const Request& request : unit) {
      prepared.push_back(
          *prepare_request(*loaded->tokenizer, request, {std::nullopt, Loaded::kLength, false}));
    }
    planned += forecast->add(prepared);
    (void)answers(*loaded, unit);
    EXPECT_EQ(loaded->context->prompt_work().tokens, planned);
  }
}

TEST(LlamaStreams, WhatWasAnsweredBeforeMovesNothing) {
  SKIP_WITHOUT_STORIES();
  const std::vector<Request> requests = texts({.count = 20, .samples = 2, .header = true});
  const std::vector<Request> others = texts({.count = 7, .samples = 3});
  const std::unique_ptr<Loaded> fresh = open(true);
  const Texts first = answers(*fresh, requests);
  const std::unique_ptr<Loaded> used = open(true);
  (void)answers(*used, others);
  (void)answers(*used, {Choices{{"It was"}, {" big", " red"}}});
  EXPECT_EQ(answers(*used, requests), first);
  EXPECT_EQ(answers(*used, requests), first);
  (void)answers(*used, texts({.count = 3, .header = true}));
  EXPECT_EQ(answers(*used, requests), first);
}

TEST(LlamaStreams, WhereStreamsFailTextsAreWrittenOneByOne) {
  SKIP_WITHOUT_STORIES();
  const std::vector<Request> requests = texts({.count = 5});
  const std::unique_ptr<Loaded> sound = open(true);
  const Texts wanted = answers(*sound, requests);
  const std::unique_ptr<Loaded> loaded = open(true);
  loaded->context->replace_decoder([](llama_context* context, const llama_batch& batch) {
    if (llama_n_ctx(context) != llama_n_ctx_seq(context)) return 1;  // no room
    return static_cast<int>(llama_decode(context, batch));
  });
  EXPECT_GE(alike(answers(*loaded, requests), wanted), 4u);
  EXPECT_FALSE(is_divided(*loaded));
}

TEST(LlamaStreams, WhereTheirHeaderFailsTextsShareACacheAndItIsCounted) {
  SKIP_WITHOUT_STORIES();
  const std::vector<Request> requests = texts({.count = 12, .header = true});
  const std::unique_ptr<Loaded> shared = open(false);
  const Texts wanted = answers(*shared, requests);
  const std::unique_ptr<Loaded> loaded = open(true);
  loaded->context->replace_decoder([](llama_context* context, const llama_batch& batch) {
    if (llama_n_ctx(context) != llama_n_ctx_seq(context)) return 1;  // no room
    return static_cast<int>(llama_decode(context, batch));
  });
  EXPECT_EQ(answers(*loaded, requests), wanted);
  EXPECT_EQ(loaded->context->detail().undivided, 1u);
  EXPECT_FALSE(is_divided(*loaded));
}

TEST(LlamaStreams, AHeaderThatIsNotDecodedInTimeIsNotShortMemory) {
  SKIP_WITHOUT_STORIES();
  Loaded slow({.call_limit = 1e-9});
  int divided_calls = 0;
  slow.context->replace_decoder([&](llama_context* context, const llama_batch& batch) {
    if (llama_n_ctx(context) != llama_n_ctx_seq(context)) ++divided_calls;
    return static_cast<int>(llama_decode(context, batch));
  });
  const auto responses = slow.answer(texts({.count = 6, .header = true}));
  ASSERT_TRUE(responses) << responses.error().message;
  EXPECT_EQ(divided_calls, 1);
  for (const expected<Response>& one : *responses) {
    ASSERT_FALSE(one);
    EXPECT_THAT(one.error().message, testing::HasSubstr("--call-limit"));
  }
  EXPECT_EQ(slow.context->detail().undivided, 0u);
}

}  // namespace
}  // namespace assay
