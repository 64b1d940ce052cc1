// The small cache for layers with a sliding window: it is as small as said, and answers are those
// of the full cache for texts that are longer than the window and than the small cache itself.
#include <gguf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <regex>

#include "runtime/cache_fit.h"
#include "runtime/decode_forecast.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/llama_model.h"
#include "runtime/sliding_window.h"
#include "tests/runtime/made_models.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using test::answers;
using test::GgufMaker;
using test::open_or_die;
using ::testing::HasSubstr;

constexpr int kWindow = 96;
constexpr int kContext = 768;

// Layers 0 and 2 have windows, 1 and 3 none.
void make_gemma2(const std::string& path, int window) {
  GgufMaker maker;
  maker.take_tokenizer();
  gguf_context* g = maker.metadata();
  constexpr std::int64_t kWidth = 64;
  constexpr std::int64_t kHead = 16;
  constexpr std::int64_t kInner = 96;
  gguf_set_val_str(g, "general.architecture", "gemma2");
  gguf_set_val_u32(g, "gemma2.context_length", 2048);
  gguf_set_val_u32(g, "gemma2.embedding_length", kWidth);
  gguf_set_val_u32(g, "gemma2.feed_forward_length", kInner);
  gguf_set_val_u32(g, "gemma2.block_count", 4);
  gguf_set_val_u32(g, "gemma2.attention.head_count", 4);
  gguf_set_val_u32(g, "gemma2.attention.head_count_kv", 2);
  gguf_set_val_u32(g, "gemma2.attention.key_length", kHead);
  gguf_set_val_u32(g, "gemma2.attention.value_length", kHead);
  gguf_set_val_u32(g, "gemma2.attention.sliding_window", static_cast<std::uint32_t>(window));
  gguf_set_val_f32(g, "gemma2.attention.layer_norm_rms_epsilon", 1e-5F);
  maker.add("token_embd.weight", {kWidth, 512}, 0.3);
  maker.add("output_norm.weight", {kWidth}, 0.1, 1.0);
  for (int layer = 0; layer < 4; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    for (const char* norm : {"attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"}) {
      maker.add(block + norm + ".weight", {kWidth}, 0.1, 1.0);
    }
    maker.add(block + "attn_q.weight", {kWidth, 4 * kHead}, 0.4);
    maker.add(block + "attn_k.weight", {kWidth, 2 * kHead}, 0.4);
    maker.add(block + "attn_v.weight", {kWidth, 2 * kHead}, 0.4);
    maker.add(block + "attn_output.weight", {4 * kHead, kWidth}, 0.4);
    maker.add(block + "ffn_gate.weight", {kWidth, kInner}, 0.3);
    maker.add(block + "ffn_up.weight", {kWidth, kInner}, 0.3);
    maker.add(block + "ffn_down.weight", {kInner, kWidth}, 0.3);
  }
  maker.write(path);
}

class WindowCache : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(test::stories_tokenizer())) GTEST_SKIP() << "no models";
    folder_ = fs::temp_directory_path() / ("assay_window_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    options_.spec = (folder_ / "gemma2.gguf").string();
    options_.threads = 1;
    options_.batch = 64;
    options_.context = kContext;
    options_.swa_cache = "window";
    options_.probe_in_child = false;
    make_gemma2(options_.spec, kWindow);
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  // `words` words, different for each `seed`.
  static std::string text(int words, std::uint64_t seed) {
    SplitMix64 random(seed);
    std::string made;
    for (int i = 0; i < words; ++i) {
      constexpr const char* kWords[] = {"Lily", "ball", "dog", "ran", "big", "tree", "the", "was"};
      made += std::string(i == 0 ? "" : " ") + kWords[random.next() % 8];
    }
    return made;
  }

  // Short and long beginnings in common, a context below the window, and some that are longer than
  // all of the small cache.
  static std::vector<Request> questions() {
    std::vector<Request> requests;
    for (const int shared : {45, 200}) {
      for (const int own : {3, 60, 250}) {
        requests.push_back(Choices{{text(shared, 1) + " " + text(own, 2 + own)},
                                   {" the ball", " was big", " ran"}});
      }
    }
    return requests;
  }

  static Completion completion(int words, std::uint64_t seed) {
    Completion made;
    made.prompt = text(words, seed);
    made.max_tokens = 24;
    return made;
  }

  static std::vector<double> scores(const Response& response) {
    std::vector<double> all;
    for (const ChoiceScore& score : std::get<std::vector<ChoiceScore>>(response.answer)) {
      all.push_back(score.loglikelihood);
    }
    return all;
  }

  fs::path folder_;
  ModelOptions options_;
};

TEST_F(WindowCache, ScoresAreThoseOfTheFullCacheTokenByToken) {
  const std::unique_ptr<Model> model = open_or_die(options_);
  ASSERT_NE(model, nullptr);
  const std::string other = (folder_ / "wide.gguf").string();
  make_gemma2(other, 4 * kContext);
  const std::vector<Request> unit = questions();
  const std::vector<Response> responses = answers(*model, unit);
  std::size_t longest = 0;
  double moved = 0;  // by a window that takes nothing away
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const PreparedRequest prepared = *model->prepare(unit[i]);
    const std::size_t c = i % prepared.sequences.size();
    const TokenSequence& sequence = prepared.sequences[c];
    longest = std::max(longest, sequence.context.size());
    const double naive = test::score_token_by_token(options_.spec, sequence);
    EXPECT_NEAR(scores(responses[i])[c], naive, 0.02) << i;
    moved = std::max(moved, std::fabs(naive - test::score_token_by_token(other, sequence)));
  }
  EXPECT_GT(longest, model->info().manifest.at("swa_cells").get<std::size_t>());
  EXPECT_GT(moved, 0.2) << "these texts cannot tell a window from none";
}

TEST_F(WindowCache, TextsAreThoseOfTheFullCache) {
  const std::vector<Request> unit = {completion(40, 5), completion(300, 5), completion(300, 6)};
  const std::vector<Response> small = answers(*open_or_die(options_), unit);
  options_.swa_cache = "full";
  const std::vector<Response> full = answers(*open_or_die(options_), unit);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    EXPECT_EQ(std::get<std::vector<Generation>>(small[i].answer)[0].text,
              std::get<std::vector<Generation>>(full[i].answer)[0].text);
  }
}

// What stays in the cache between units, and what is forgotten while a text goes on, changes no
// bit.
TEST_F(WindowCache, WhatWasAskedBeforeMakesNoDifference) {
  for (const bool exact : {false, true}) {
    options_.exact = exact;
    const std::unique_ptr<Model> model = open_or_die(options_);
    const std::unique_ptr<Model> fresh = open_or_die(options_);
    const std::vector<Request> unit = questions();
    const std::vector<Response> first = answers(*fresh, {unit[4]});
    answers(*model, unit);
    answers(*model, {completion(300, 9), completion(60, 9)});
    const std::vector<Response> later = answers(*model, {unit[4]});
    EXPECT_EQ(scores(first[0]), scores(later[0])) << exact;
  }
}

// A header is kept whole while it is shorter than the window; the forecast knows what is decoded.
TEST_F(WindowCache, TheForecastIsWhatIsDecoded) {
  const expected<std::unique_ptr<Model>> planning = open_for_planning(options_);
  ASSERT_TRUE(planning) << planning.error().message;
  const std::unique_ptr<Model> model = open_or_die(options_);
  const std::unique_ptr<DecodeForecast> forecast = forecast_of(**planning);
  ASSERT_NE(forecast, nullptr);
  std::vector<Request> all = questions();
  std::vector<std::vector<Request>> units = {{all[0], all[1], all[2]},
                                             {all[0], all[1]},
                                             {all[3], all[4], all[5]},
                                             {completion(300, 5), completion(300, 5)}};
  std::size_t foreseen = 0;
  std::size_t asked = 0;
  for (const std::vector<Request>& requests : units) {
    std::vector<PreparedRequest> unit;
    for (const Request& request : requests) unit.push_back(*model->prepare(request));
    for (const PreparedRequest& prepared : unit) {
      for (const TokenSequence& s : prepared.sequences) {
        asked += s.context.size() + s.continuation.size();
      }
    }
    foreseen += forecast->add(unit);
    answers(*model, requests);
  }
  ASSERT_TRUE(model->work());
  EXPECT_EQ(foreseen, model->work()->prompt.tokens);
  EXPECT_LT(foreseen + 64 * 8, asked) << "headers are shared";
  EXPECT_EQ((*planning)->info().manifest.at("cache_bytes"),
            model->info().manifest.at("cache_bytes"));
}

// The engine's own account of its caches against the header's and the manifest's.
TEST_F(WindowCache, TheCacheIsAsSmallAsSaid) {
  start_engine();
  for (const char* kind : {"window", "full"}) {
    options_.swa_cache = kind;
    std::string log;
    listen_to_engine([&](std::string_view text) { log += text; });
    const std::unique_ptr<Model> model = open_or_die(options_);
    listen_to_engine({});
    ASSERT_NE(model, nullptr);
    const std::regex line("size = +[0-9.]+ MiB \\( *([0-9]+) cells, +([0-9]+) layers");
    std::uint64_t bytes = 0;
    for (std::sregex_iterator at(log.begin(), log.end(), line), end; at != end; ++at) {
      bytes += std::stoull((*at)[1]) * std::stoull((*at)[2]) * 2 * (16 + 16) * 2;
    }
    const Json& settings = model->info().manifest;
    EXPECT_GT(bytes, 0U);
    EXPECT_EQ(settings.at("cache_bytes").get<std::uint64_t>(), bytes) << kind;
    const bool window = options_.swa_cache == "window";
    EXPECT_EQ(settings.at("swa_full"), !window);
    EXPECT_EQ(settings.contains("swa_window"), window);
    if (!window) continue;
    EXPECT_EQ(settings.at("swa_window"), kWindow);
    EXPECT_EQ(settings.at("swa_cells"), 256);  // two windows and a batch, rounded
    EXPECT_EQ(settings.at("sequences"), 2);
  }
}

TEST_F(WindowCache, AModelWithoutWindowsIsAnsweredAndSaid) {
  options_.spec = test::stories_tokenizer();
  options_.context = 128;
  const std::unique_ptr<Model> model = open_or_die(options_);
  ASSERT_NE(model, nullptr);
  const Json& settings = model->info().manifest;
  EXPECT_EQ(settings.at("swa_full"), true);
  EXPECT_EQ(settings.at("sequences"), 64);
  EXPECT_THAT(settings.at("warnings").at(0).get<std::string>(), HasSubstr("changes nothing"));
  options_.swa_cache = "half";
  EXPECT_EQ(open_model(options_).error().code, ErrorCode::kUsage);
}

GgufSummary header(const std::string& architecture, int layers, const Json& metadata) {
  GgufSummary gguf;
  gguf.architecture = architecture;
  gguf.block_count = layers;
  for (const auto& [name, value] : metadata.items()) {
    gguf.metadata[architecture + ".attention." + name] = value;
  }
  return gguf;
}

TEST(SlidingWindow, FollowsTheArchitectureAndTheHeader) {
  using Layers = std::vector<bool>;
  const auto gemma3 = sliding_window(header("gemma3", 7, {{"sliding_window", 512}}));
  EXPECT_EQ(gemma3.tokens, 512);
  EXPECT_EQ(gemma3.layers, (Layers{true, true, true, true, true, false, true}));
  EXPECT_EQ(sliding_window(header("gemma3", 7, Json::object())).tokens, 0);
  EXPECT_EQ(sliding_window(header("gemma2", 2, Json::object())).tokens, 4096);
  EXPECT_EQ(sliding_window(header("llama4", 4, {{"sliding_window", 0}})).tokens, 0);
  EXPECT_EQ(sliding_window(header("llama4", 4, {{"sliding_window", 100}})).tokens, 8192);
  const auto first = sliding_window(header("smallthinker", 5, {{"sliding_window", 1}}));
  EXPECT_EQ(first.tokens, 4096);
  EXPECT_EQ(first.layers, (Layers{false, true, true, true, false}));
  // A header's own list or period comes before the architecture's.
  const Json list = {{"sliding_window", 64}, {"sliding_window_pattern", {1, 0, 1}}};
  EXPECT_EQ(sliding_window(header("gemma3", 3, list)).layers, (Layers{true, false, true}));
  EXPECT_EQ(sliding_window(header("gemma4", 3, list)).layers, (Layers{true, false, true}));
  const Json period = {{"sliding_window", 64}, {"sliding_window_pattern", 2}};
  EXPECT_EQ(sliding_window(header("gemma3", 3, period)).layers, (Layers{true, false, true}));
  // Where the engine knows none, or needs a list that is not there, there is none.
  EXPECT_EQ(sliding_window(header("llama", 3, list)).tokens, 0);
  EXPECT_EQ(sliding_window(header("gemma4", 3, {{"sliding_window", 64}})).tokens, 0);
  EXPECT_EQ(sliding_window(header("exaone4", 30, {{"sliding_window", 64}})).tokens, 0);
  EXPECT_EQ(sliding_window(header("exaone4", 64, {{"sliding_window", 64}})).tokens, 64);
}

TEST(SlidingWindow, MemoryIsThatOfTheSmallCache) {
  GgufSummary gguf = header("gemma3", 6,
                            {{"sliding_window", 512},
                             {"head_count", 4},
                             {"head_count_kv", 1},
                             {"key_length", 32},
                             {"value_length", 32},
                             {"key_length_swa", 16}});
  gguf.metadata["gemma3.block_count"] = 6;
  gguf.trained_context = 32768;
  const CacheTypes types = *parse_cache_types("f16");
  EXPECT_EQ(cache_bytes(gguf, types, 1000, 10), 2U * (1000 * 64 + 5 * 10 * 48));
  ModelOptions options;
  options.swa_cache = "window";
  const CacheShape small = cache_shape(options, gguf, types);
  EXPECT_EQ(small.window, 512);
  const std::uint64_t free = 2 * (32768 * 64 + 5 * 1536 * 48);  // two windows and a batch
  EXPECT_EQ(longest_that_fits(gguf, small, free), 32768);
  EXPECT_TRUE(check_memory(gguf, small, 32768, free));
  EXPECT_FALSE(check_memory(gguf, small, 32768, free - 1));
  EXPECT_LT(longest_that_fits(gguf, {types}, free), 32768 / 4);
}

}  // namespace
}  // namespace assay
