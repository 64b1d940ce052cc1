// Long contexts: one beyond the trained length is said to be so, and memory is checked before
// anything is loaded.
#include "runtime/cache_fit.h"

#include <fmt/format.h>
#include <ggml.h>
#include <gguf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "runtime/llama_model.h"
#include "runtime/machine.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

GgufSummary header_of(std::uint64_t keys, std::uint64_t values) {
  GgufSummary gguf;
  gguf.bytes = 1000;
  gguf.trained_context = 4096;
  gguf.architecture = "any";
  gguf.metadata = {{"any.block_count", 4},
                   {"any.attention.head_count", 8},
                   {"any.attention.head_count_kv", 2},
                   {"any.attention.key_length", keys / 8},
                   {"any.attention.value_length", values / 8}};
  return gguf;
}

TEST(CacheFit, BytesOfATokenAreThoseOfItsTypes) {
  const GgufSummary gguf = header_of(256, 128);
  EXPECT_EQ(cache_bytes_per_cell(gguf, *parse_cache_types("f16")), 2u * (256 + 128));
  EXPECT_EQ(cache_bytes_per_cell(gguf, *parse_cache_types("f32,f16")), 4u * 256 + 2 * 128);
  // q8_0: 34 bytes for 32 numbers; q4_0: 18.
  EXPECT_EQ(cache_bytes_per_cell(gguf, *parse_cache_types("q8_0,q4_0")), 8u * 34 + 4 * 18);
}

// Layers may have numbers of heads of their own, and none where they have no attention.
TEST(CacheFit, LayersThatDifferAreAddedUp) {
  GgufSummary gguf = header_of(256, 128);  // 32 and 16 numbers for a head
  const CacheTypes types = *parse_cache_types("f16");
  gguf.metadata["any.attention.head_count_kv"] = {0, 2, 4, 0};
  EXPECT_EQ(cache_bytes_per_cell(gguf, types), 6u * 2 * (32 + 16));
  gguf.metadata["any.attention.head_count"] = {0, 8, 16, 0};
  EXPECT_EQ(cache_bytes_per_cell(gguf, types), 6u * 2 * (32 + 16));
  gguf.metadata.erase("any.attention.head_count_kv");  // every head has its own
  EXPECT_EQ(cache_bytes_per_cell(gguf, types), 24u * 2 * (32 + 16));
  // Widths come from the embedding where they are not given.
  gguf.metadata.erase("any.attention.key_length");
  gguf.metadata.erase("any.attention.value_length");
  gguf.metadata["any.embedding_length"] = 80;
  EXPECT_EQ(cache_bytes_per_cell(gguf, types), 24u * 2 * (10 + 10));
  // A list that is too short, or a header that makes no sense, says nothing wrong.
  gguf.metadata["any.attention.head_count_kv"] = {2};
  EXPECT_EQ(cache_bytes_per_cell(gguf, types), 2u * 2 * (10 + 10));
  gguf.metadata["any.block_count"] = 1'000'000'000;
  EXPECT_EQ(cache_bytes_per_cell(gguf, types), 0u);
}

TEST(CacheFit, TheLongestThatFitsIsNotOneTokenShorter) {
  const GgufSummary gguf = header_of(64, 64);
  const CacheTypes types = *parse_cache_types("f16");
  for (const std::uint64_t free : {1'500'000u, 3'000'000u, 100'000'000u}) {
    const int longest = longest_that_fits(gguf, {types}, free);
    ASSERT_GT(longest, 0);
    const auto bytes = [&](int context) {
      return gguf.bytes + 256u * static_cast<std::uint64_t>(settle_context(context, gguf).cells);
    };
    EXPECT_LE(bytes(longest), free);
    EXPECT_GT(bytes(longest + 1), free);
    EXPECT_TRUE(check_memory(gguf, {types}, longest, free));
    const auto refused = check_memory(gguf, {types}, longest + 1, free);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("--context {}", longest)));
  }
  EXPECT_THAT(check_memory(gguf, {types}, 4096, 500).error().message, HasSubstr("no context fits"));
}

TEST(CacheFit, WhatIsNotKnownIsNotChecked) {
  EXPECT_TRUE(check_memory(GgufSummary{}, {*parse_cache_types("f16")}, 1 << 20, 500));
  EXPECT_TRUE(check_memory(header_of(64, 64), {*parse_cache_types("f16")}, 1 << 20, 0));
  EXPECT_GT(available_memory_bytes(), 0u);
}

std::string stories() {
  return (fs::path(ASSAY_SHARED_DIR) / "models" / "stories260K-F16.gguf").string();
}

#define SKIP_WITHOUT_MODELS() \
  if (!fs::exists(stories())) GTEST_SKIP() << "no models"

ModelOptions options_for(int context) {
  ModelOptions options;
  options.spec = stories();
  options.threads = 1;
  options.probe_in_child = false;
  options.context = context;
  return options;
}

Json settings_of(int context) {
  const expected<std::unique_ptr<Model>> model = open_model(options_for(context));
  EXPECT_TRUE(model) << model.error().message;
  return model ? (*model)->info().manifest : Json::object();
}

TEST(LongOptions, ALongerContextThanTrainedIsSaid) {
  SKIP_WITHOUT_MODELS();
  const auto trained = inspect_gguf(stories());
  ASSERT_TRUE(trained);
  EXPECT_FALSE(settings_of(trained->trained_context).contains("warnings"));
  const Json settings = settings_of(trained->trained_context + 1);
  ASSERT_TRUE(settings.contains("warnings"));
  EXPECT_THAT(settings.at("warnings").at(0).get<std::string>(), HasSubstr("longer than"));
}

TEST(LongOptions, TheHeaderGivesTheCacheThatTheEngineMakes) {
  SKIP_WITHOUT_MODELS();
  const auto gguf = inspect_gguf(stories());
  ASSERT_TRUE(gguf);
  const Json settings = settings_of(256);
  EXPECT_EQ(cache_bytes_per_cell(*gguf, *parse_cache_types("f16")) *
                settings.at("cache_cells").get<std::uint64_t>(),
            settings.at("cache_bytes").get<std::uint64_t>());
}

// The same file with a list of heads in place of their number.
TEST(LongOptions, TheHeaderOfAFileHasItsLists) {
  SKIP_WITHOUT_MODELS();
  ggml_context* raw = nullptr;
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> from(
      gguf_init_from_file(stories().c_str(), {.no_alloc = false, .ctx = &raw}), &gguf_free);
  const std::unique_ptr<ggml_context, decltype(&ggml_free)> tensors(raw, &ggml_free);
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> gguf(gguf_init_empty(), &gguf_free);
  ASSERT_NE(from, nullptr);
  gguf_set_kv(gguf.get(), from.get());
  for (ggml_tensor* t = ggml_get_first_tensor(raw); t != nullptr;
       t = ggml_get_next_tensor(raw, t)) {
    const bool is_one = gguf_find_tensor(from.get(), ggml_get_name(t)) >= 0;  // not all together
    if (is_one) gguf_add_tensor(gguf.get(), t);
  }
  const auto before = inspect_gguf(stories());
  ASSERT_TRUE(before);
  const std::vector<std::int32_t> heads = {4, 0, 4, 4, 2};
  ASSERT_EQ(before->block_count, 5);
  gguf_set_arr_data(gguf.get(), "llama.attention.head_count_kv", GGUF_TYPE_INT32, heads.data(),
                    heads.size());
  const fs::path file = fs::path(::testing::TempDir()) / "assay_lists.gguf";
  ASSERT_TRUE(gguf_write_to_file(gguf.get(), file.c_str(), false));
  const auto after = inspect_gguf(file.string());
  fs::remove(file);
  ASSERT_TRUE(after) << after.error().message;
  const CacheTypes types = *parse_cache_types("f16");
  EXPECT_EQ(cache_bytes_per_cell(*after, types) * 20, cache_bytes_per_cell(*before, types) * 14);
}

TEST(LongOptions, AContextWithoutMemoryIsRefusedBeforeLoading) {
  SKIP_WITHOUT_MODELS();
  const auto model = open_model(options_for(2'000'000'000));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(model.error().message, HasSubstr("the longest that fits is --context "));
}

}  // namespace
}  // namespace assay
