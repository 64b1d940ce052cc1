// Importance matrices: the sums against the first block's input computed by hand, files read back,
// what quantizing with one does to the columns that matter, and files that are none.
#include <ggml.h>
#include <gguf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>

#include "runtime/imatrix.h"
#include "runtime/quantize.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tiny_model.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using testing_support::TempFolder;
using testing_support::TinyModel;
using testing_support::TinyModelOptions;
using testing_support::write_tiny_model;
namespace fs = std::filesystem;

const std::atomic<bool> kGoOn{false};

ImatrixRequest request_for(const std::string& model, const std::string& text) {
  ImatrixRequest request;
  request.model.spec = model;
  request.model.threads = 1;
  request.model.probe_in_child = false;
  request.text = text;
  request.text_name = "text.txt";
  request.chunk_tokens = 32;
  return request;
}

std::string letters(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>('a' + (i * i + 3 * i) % 26);
  return text;
}

// Token ids of the tiny vocabulary: the first letter carries the mark of a word's beginning.
std::vector<int> tokens_of(const std::string& text) {
  std::vector<int> tokens = {1};
  for (std::size_t i = 0; i < text.size(); ++i) {
    tokens.push_back(259 + 2 * (text[i] - 'a') + (i == 0 ? 1 : 0));
  }
  return tokens;
}

TEST(Imatrix, SumsTheSquaresOfWhatReachesTheFirstBlock) {
  const TempFolder temp;
  const TinyModel model = write_tiny_model(temp / "tiny.gguf");
  const std::string text = letters(70);  // 71 tokens: two chunks, and seven tokens left out
  const auto made = collect_imatrix(request_for(temp / "tiny.gguf", text), {}, kGoOn);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->chunks, 2U);

  std::vector<int> tokens = tokens_of(text);
  tokens[32] = 1;  // a chunk begins with BOS in place of its first token
  const auto width = static_cast<std::size_t>(model.width);
  const std::vector<float>& embedding = model.weights.at("token_embd.weight");
  const std::vector<float>& norm = model.weights.at("blk.0.attn_norm.weight");
  std::vector<double> sums(width, 0.0);
  for (std::size_t t = 0; t < 64; ++t) {
    const float* row = &embedding[static_cast<std::size_t>(tokens[t]) * width];
    double mean = 0;
    for (std::size_t i = 0; i < width; ++i) mean += double{row[i]} * row[i] / double(width);
    const double scale = 1 / std::sqrt(mean + model.epsilon);
    for (std::size_t i = 0; i < width; ++i) {
      const double value = row[i] * scale * norm[i];
      sums[i] += value * value;
    }
  }
  for (const char* name : {"blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight"}) {
    const auto found = made->entries.find(name);
    ASSERT_NE(found, made->entries.end()) << name;
    EXPECT_EQ(found->second.counts, std::vector<std::int64_t>{64});
    ASSERT_EQ(found->second.sums.size(), width);
    for (std::size_t i = 0; i < width; ++i) {
      EXPECT_NEAR(found->second.sums[i], sums[i], 1e-4 * sums[i]) << name << " " << i;
    }
  }
  EXPECT_EQ(made->entries.size(), 7U) << "the matrices of the block, not the output";
}

TEST(Imatrix, FilesAreReadBackAsWritten) {
  const TempFolder temp;
  Imatrix imatrix;
  imatrix.entries["blk.0.ffn_up.weight"] = {{1.5F, 2.5F, 0.25F}, {4}};
  imatrix.entries["blk.0.ffn_up_exps.weight"] = {{1, 2, 3, 4, 5, 6}, {2, 0}};
  imatrix.datasets = {"a.txt", "b.txt"};
  imatrix.chunks = 3;
  imatrix.chunk_tokens = 512;
  ASSERT_TRUE(write_imatrix(temp / "m.gguf", imatrix));
  const auto read = read_imatrix(temp / "m.gguf");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->datasets, imatrix.datasets);
  EXPECT_EQ(read->chunks, 3U);
  EXPECT_EQ(read->chunk_tokens, 512U);
  ASSERT_EQ(read->entries.size(), 2U);
  const ImatrixEntry& experts = read->entries.at("blk.0.ffn_up_exps.weight");
  EXPECT_EQ(experts.counts, (std::vector<std::int64_t>{2, 0}));
  EXPECT_EQ(experts.mean_squares(), (std::vector<float>{0.5F, 1, 1.5F, 1, 1, 1}));
  EXPECT_EQ(read->entries.at("blk.0.ffn_up.weight").mean_squares(),
            (std::vector<float>{0.375F, 0.625F, 0.0625F}));
}

// Σ importance × (weight − stored weight)² over a matrix of a quantized file.
double weighted_error(const std::string& file, const std::string& tensor,
                      const std::vector<float>& weights, const std::vector<float>& importance) {
  ggml_context* raw = nullptr;
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> header(
      gguf_init_from_file(file.c_str(), {.no_alloc = false, .ctx = &raw}), &gguf_free);
  const std::unique_ptr<ggml_context, decltype(&ggml_free)> owner(raw, &ggml_free);
  const ggml_tensor* stored = ggml_get_tensor(raw, tensor.c_str());
  std::vector<float> values(weights.size());
  ggml_get_type_traits(stored->type)
      ->to_float(stored->data, values.data(), static_cast<std::int64_t>(values.size()));
  double error = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double off = double{weights[i]} - values[i];
    error += importance[i % importance.size()] * off * off;
  }
  return error;
}

TEST(Imatrix, ColumnsThatMatterAreRoundedMoreCarefully) {
  const TempFolder temp;
  TinyModelOptions options;
  options.loudness = 6;
  const TinyModel model = write_tiny_model(temp / "tiny.gguf", options);
  const auto made = collect_imatrix(request_for(temp / "tiny.gguf", letters(300)), {}, kGoOn);
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(write_imatrix(temp / "m.gguf", *made));
  const std::string name = "blk.0.attn_q.weight";
  const std::vector<float> importance = made->entries.at(name).mean_squares();
  for (const char* type : {"Q2_K", "Q4_K_M", "Q4_0"}) {
    ASSERT_TRUE(
        quantize_file({temp / "tiny.gguf", temp / "plain.gguf", type, "", false, 1}, {}, kGoOn));
    const auto guided = quantize_file(
        {temp / "tiny.gguf", temp / "guided.gguf", type, temp / "m.gguf", false, 1}, {}, kGoOn);
    ASSERT_TRUE(guided) << guided.error().message;
    const double plain =
        weighted_error(temp / "plain.gguf", name, model.weights.at(name), importance);
    const double better =
        weighted_error(temp / "guided.gguf", name, model.weights.at(name), importance);
    EXPECT_LT(better, 0.9 * plain) << type;
  }
  // The smallest types cannot be made without one.
  EXPECT_TRUE(quantize_file(
      {temp / "tiny.gguf", temp / "small.gguf", "Q2_K_S", temp / "m.gguf", false, 1}, {}, kGoOn));
}

TEST(Imatrix, OfAnotherModelOrNoneIsRefused) {
  const TempFolder temp;
  write_tiny_model(temp / "tiny.gguf");
  const auto check = [&](const std::string& matrix) {
    return check_quantize({temp / "tiny.gguf", "", "Q2_K", matrix, false, 1}).error();
  };
  EXPECT_EQ(check(temp / "nowhere.gguf").code, ErrorCode::kUnavailable);
  std::ofstream(temp / "text.gguf") << "some words";
  EXPECT_THAT(check(temp / "text.gguf").message, HasSubstr("not an importance matrix"));
  EXPECT_THAT(check(temp / "tiny.gguf").message, HasSubstr("general.type"));

  Imatrix narrow;
  narrow.entries["blk.0.attn_q.weight"] = {std::vector<float>(64, 1.0F), {8}};
  ASSERT_TRUE(write_imatrix(temp / "narrow.gguf", narrow));
  EXPECT_THAT(check(temp / "narrow.gguf").message, HasSubstr("64 columns there and 256"));
  Imatrix stranger;
  stranger.entries["model.layers.0"] = {{1.0F}, {8}};
  ASSERT_TRUE(write_imatrix(temp / "stranger.gguf", stranger));
  EXPECT_THAT(check(temp / "stranger.gguf").message, HasSubstr("names none of its tensors"));
  Imatrix broken;
  broken.entries["blk.0.attn_q.weight"] = {std::vector<float>(256, std::nanf("")), {8}};
  ASSERT_TRUE(write_imatrix(temp / "broken.gguf", broken));
  EXPECT_THAT(check(temp / "broken.gguf").message, HasSubstr("not finite"));

  fs::resize_file(temp / "narrow.gguf", fs::file_size(temp / "narrow.gguf") - 100);
  EXPECT_EQ(check(temp / "narrow.gguf").code, ErrorCode::kBadData);
}

TEST(Imatrix, ATextShorterThanAChunkIsRefused) {
  const TempFolder temp;
  write_tiny_model(temp / "tiny.gguf");
  const auto refused = collect_imatrix(request_for(temp / "tiny.gguf", letters(20)), {}, kGoOn);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_THAT(refused.error().message, HasSubstr("21 tokens, fewer than one chunk of 32"));
  const std::atomic<bool> stop{true};
  EXPECT_EQ(collect_imatrix(request_for(temp / "tiny.gguf", letters(90)), {}, stop).error().code,
            ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace assay
