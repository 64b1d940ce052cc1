// Continuous batching in a shared cache on a real model: slots are full while texts wait, every
// text is the one that is written alone, a sample depends on its seed and nothing else, and what is
// decoded is what was planned. (Streams: llama_streams_test.cc.)
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "runtime/llama_forecast.h"
#include "runtime/model_options.h"
#include "runtime/session_stats.h"
#include "runtime/wave_plan.h"
#include "tests/runtime/loaded_stories.h"

namespace assay {
namespace {

constexpr std::size_t kSlots = 16;  // texts that grow together on a processor

std::unique_ptr<Model> open_exact() {
  ModelOptions options;
  options.spec = test::stories_file();
  options.context = 512;
  options.exact = true;
  options.threads = 1;
  options.probe_in_child = false;
  expected<std::unique_ptr<Model>> model = open_model(options);
  EXPECT_TRUE(model) << (model ? "" : model.error().message);
  return model ? std::move(*model) : nullptr;
}

test::LoadedChoice shared_cache(int batch) {
  return {.change = [=](ContextSettings& settings) {
    settings.apart = false;
    settings.batch = batch;
  }};
}

// `count` stories of different lengths after a beginning that all share.
std::vector<Request> texts(int count, int longest) {
  std::string header;
  for (int i = 0; i < 5; ++i) header += "Once there was a big dog. It ran to the red ball. ";
  std::vector<Request> out;
  for (int i = 0; i < count; ++i) {
    Completion text;
    text.prompt = header + "Number " + std::to_string(i * 37) + (i % 3 == 0 ? ". Tom" : ". A cat");
    text.max_tokens = 1 + (i * 7) % longest;
    text.seed_key = "item " + std::to_string(i);
    out.emplace_back(text);
  }
  return out;
}

std::vector<PreparedRequest> prepared(const Model& model, const std::vector<Request>& requests) {
  std::vector<PreparedRequest> unit;
  for (const Request& request : requests) {
    expected<PreparedRequest> one = model.prepare(request);
    EXPECT_TRUE(one) << one.error().message;
    if (one) unit.push_back(*std::move(one));
  }
  return unit;
}

using Texts = std::vector<std::vector<Generation>>;

// In units of `size`.
Texts answers(Model& model, const std::vector<Request>& requests, std::size_t size) {
  const std::vector<PreparedRequest> all = prepared(model, requests);
  Texts out;
  for (std::size_t begin = 0; begin < all.size(); begin += size) {
    const auto unit = std::span(all).subspan(begin, std::min(size, all.size() - begin));
    const auto answered = model.answer(unit, {});
    EXPECT_TRUE(answered) << answered.error().message;
    if (!answered) return out;
    for (const expected<Response>& one : *answered) {
      EXPECT_TRUE(one) << one.error().message;
      out.push_back(one ? std::get<std::vector<Generation>>(one->answer)
                        : std::vector<Generation>{});
    }
  }
  return out;
}

Texts answers(test::Loaded& loaded, const std::vector<Request>& requests) {
  const auto answered = loaded.answer(requests);
  EXPECT_TRUE(answered) << (answered ? "" : answered.error().message);
  Texts out;
  for (std::size_t i = 0; answered && i < answered->size(); ++i) {
    const expected<Response>& one = (*answered)[i];
    EXPECT_TRUE(one) << (one ? "" : one.error().message);
    out.push_back(one ? std::get<std::vector<Generation>>(one->answer) : std::vector<Generation>{});
  }
  return out;
}

// Calls that list scheduling needs: each text in turn takes the slot that is free first.
std::size_t calls_in_slots(const Texts& texts, std::size_t slots) {
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free_at;
  for (std::size_t i = 0; i < slots; ++i) free_at.push(0);
  std::size_t last = 0;
  for (const std::vector<Generation>& samples : texts) {
    for (const Generation& text : samples) {
      // The prompt gives the first token; the end token is decoded by nobody.
      const auto calls = static_cast<std::size_t>(
          text.finish == FinishReason::kEndOfText ? text.tokens : text.tokens - 1);
      const std::size_t end = free_at.top() + calls;
      if (calls == 0) continue;
      free_at.pop();
      free_at.push(end);
      last = std::max(last, end);
    }
  }
  return last;
}

TEST(LlamaWaves, SlotsAreFullWhileTextsWaitAndTextsAreThoseWrittenAlone) {
  SKIP_WITHOUT_STORIES();
  const std::vector<Request> requests = texts(60, 16);
  test::Loaded loaded(shared_cache(128));  // several waves
  std::vector<PreparedRequest> unit;
  for (const Request& request : requests) {
    unit.push_back(
        *prepare_request(*loaded.tokenizer, request, {std::nullopt, test::Loaded::kLength, false}));
  }
  const std::size_t planned = forecast_llama(loaded.context->settings())->add(unit);
  const Texts together = answers(loaded, requests);
  EXPECT_EQ(loaded.context->prompt_work().tokens, planned);
  const DecodeWork work = loaded.context->generation_work();
  const EngineDetail detail = loaded.context->detail();
  EXPECT_EQ(detail.slots_starved, 0u);
  EXPECT_EQ(detail.slots_used, work.tokens);
  EXPECT_EQ(work.calls, calls_in_slots(together, kSlots));
  EXPECT_EQ(detail.slots, work.calls * kSlots);

  int alike = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    alike += together[i][0].text == answers(loaded, {requests[i]})[0][0].text;
  }
  EXPECT_GE(alike, 57) << "rounding may turn a text that was nearly a tie, not more";
}

TEST(LlamaWaves, AFullCacheMakesTextsWaitAndIsCounted) {
  SKIP_WITHOUT_STORIES();
  // Room for 2,304 cells, and texts that are allowed 20 × 140 but end sooner.
  std::vector<Request> requests = texts(20, 2);
  for (Request& request : requests) {
    std::get<Completion>(request).max_tokens = 140;
    std::get<Completion>(request).stops = {"."};
  }
  test::Loaded loaded(shared_cache(512));
  const Texts together = answers(loaded, requests);
  EXPECT_GT(loaded.context->detail().slots_starved, 0u);
  const Texts again = answers(loaded, requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(together[i][0].finish, FinishReason::kStop);
    EXPECT_EQ(together[i][0].text, again[i][0].text);
  }
}

TEST(LlamaWaves, ExactTextsAreTheSameAloneAndInRefilledSlots) {
  SKIP_WITHOUT_STORIES();
  const std::vector<Request> requests = texts(34, 14);
  const std::unique_ptr<Model> model = open_exact();
  const Texts together = answers(*model, requests, requests.size());
  EXPECT_EQ(detail_of(*model).slots % 16, 0u);
  const std::unique_ptr<Model> other = open_exact();
  const Texts alone = answers(*other, requests, 1);
  for (std::size_t i = 0; i < alone.size(); ++i) {
    EXPECT_EQ(together[i][0].token_ids, alone[i][0].token_ids) << i;
  }
}

TEST(LlamaWaves, SamplesEndAtTheirStopsAndDependOnTheirSeedsOnly) {
  SKIP_WITHOUT_STORIES();
  const std::unique_ptr<Model> model = open_exact();
  std::vector<Request> free = texts(6, 2);
  for (Request& request : free) {
    auto& text = std::get<Completion>(request);
    text.max_tokens = 30;
    text.samples = 5;
    text.sampling.temperature = 0.9;
  }
  std::vector<Request> stopped = free;
  const std::vector<std::vector<std::string>> stops = {{"."}, {" the"}, {"was", " a big "}, {"e"}};
  for (std::size_t i = 0; i < stopped.size(); ++i) {
    std::get<Completion>(stopped[i]).stops = stops[i % stops.size()];
  }
  const Texts whole = answers(*model, free, 100);
  const Texts cut = answers(*model, stopped, 100);
  int ended = 0;
  for (std::size_t i = 0; i < free.size(); ++i) {
    ASSERT_EQ(cut[i].size(), 5u);
    EXPECT_NE(whole[i][0].text, whole[i][1].text);
    for (std::size_t s = 0; s < 5; ++s) {
      std::string wanted = whole[i][s].text;
      for (const std::string& stop : stops[i % stops.size()]) {
        wanted = wanted.substr(0, wanted.find(stop));
      }
      EXPECT_EQ(cut[i][s].text, wanted) << i << " " << s;
      ended += cut[i][s].finish == FinishReason::kStop ? 1 : 0;
      EXPECT_LE(cut[i][s].tokens, whole[i][s].tokens);
    }
  }
  EXPECT_GT(ended, 15);
  // One item alone, as many samples: the same.
  EXPECT_EQ(answers(*model, {stopped[3]}, 1)[0][4].text, cut[3][4].text);
}

}  // namespace
}  // namespace assay
