// Models that are not plain transformers and files that change a model, built here with random
// weights: a recurrent model (no shared batches possible) and a LoRA adapter.
#include <gguf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "runtime/llama_model.h"
#include "tests/runtime/made_models.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;
using test::answers;
using test::GgufMaker;
using test::open_or_die;
using test::score_token_by_token;

class VariantModel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(test::stories_tokenizer())) GTEST_SKIP() << "no models";
    folder_ = fs::temp_directory_path() / ("assay_variants_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    options_.threads = 1;
    options_.spec = test::stories_tokenizer();
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string file(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_;
  ModelOptions options_;
};

void make_mamba(const std::string& path) {
  GgufMaker maker;
  maker.take_tokenizer();
  gguf_context* g = maker.metadata();
  gguf_set_val_str(g, "general.architecture", "mamba");
  constexpr std::int64_t kWidth = 32;
  constexpr std::int64_t kInner = 64;
  constexpr std::int64_t kState = 16;
  constexpr std::int64_t kRank = 4;
  gguf_set_val_u32(g, "mamba.context_length", 512);
  gguf_set_val_u32(g, "mamba.embedding_length", kWidth);
  gguf_set_val_u32(g, "mamba.feed_forward_length", 0);
  gguf_set_val_u32(g, "mamba.attention.head_count", 0);
  gguf_set_val_u32(g, "mamba.block_count", 2);
  gguf_set_val_u32(g, "mamba.ssm.conv_kernel", 4);
  gguf_set_val_u32(g, "mamba.ssm.inner_size", kInner);
  gguf_set_val_u32(g, "mamba.ssm.state_size", kState);
  gguf_set_val_u32(g, "mamba.ssm.time_step_rank", kRank);
  gguf_set_val_f32(g, "mamba.attention.layer_norm_rms_epsilon", 1e-5F);
  maker.add("token_embd.weight", {kWidth, 512}, 1.0);
  maker.add("output_norm.weight", {kWidth}, 0.1, 1.0);
  for (const std::string block : {"blk.0.", "blk.1."}) {
    maker.add(block + "attn_norm.weight", {kWidth}, 0.1, 1.0);
    maker.add(block + "ssm_in.weight", {kWidth, 2 * kInner}, 0.5);
    maker.add(block + "ssm_conv1d.weight", {4, kInner}, 0.5);
    maker.add(block + "ssm_conv1d.bias", {kInner}, 0.1);
    maker.add(block + "ssm_x.weight", {kInner, kRank + 2 * kState}, 0.3);
    maker.add(block + "ssm_dt.weight", {kRank, kInner}, 0.3);
    maker.add(block + "ssm_dt.bias", {kInner}, 0.3);
    maker.add(block + "ssm_a", {kState, kInner}, 0.5, -1.0);
    maker.add(block + "ssm_d", {kInner}, 0.1, 1.0);
    maker.add(block + "ssm_out.weight", {kInner, kWidth}, 0.5);
  }
  maker.write(path);
}

TEST_F(VariantModel, ARecurrentModelIsScoredOneSequenceAtATimeFromAForkedHeader) {
  options_.spec = file("mamba.gguf");
  make_mamba(options_.spec);
  const std::unique_ptr<Model> model = open_or_die(options_);
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->info().manifest["prefix_sharing"], "header forked, one sequence per batch");
  std::string header;
  for (int i = 0; i < 6; ++i) header += "Lily had a ball and Tom had a dog. ";
  std::vector<Request> unit;
  for (const char* question : {"The cat", "The dog", "A bird"}) {
    unit.push_back(Choices{{header + question}, {" ran", " ran away", " was big."}});
  }
  const std::vector<Response> together = answers(*model, unit);
  int decoded = 0;
  int asked = 0;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    decoded += together[i].decoded_tokens;
    asked += together[i].prompt_tokens;
    const auto& shared = std::get<std::vector<ChoiceScore>>(together[i].answer);
    const auto& choices = std::get<Choices>(unit[i]);
    for (std::size_t c = 0; c < shared.size(); ++c) {
      const PreparedRequest pair =
          *model->prepare(Choices{{choices.contexts[0]}, {choices.continuations[c]}});
      EXPECT_NEAR(shared[c].loglikelihood, score_token_by_token(options_.spec, pair.sequences[0]),
                  0.02);
    }
  }
  EXPECT_LT(decoded, asked / 2);
  const std::vector<Response> again = answers(*model, unit);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    EXPECT_EQ(std::get<std::vector<ChoiceScore>>(together[i].answer)[2].loglikelihood,
              std::get<std::vector<ChoiceScore>>(again[i].answer)[2].loglikelihood);
  }
  const expected<SelfCheck> check = self_check(*model);
  ASSERT_TRUE(check);
  EXPECT_LT(check->worst_difference, 0.01);

  Completion completion;
  completion.prompt = header;
  completion.max_tokens = 8;
  completion.samples = 2;
  completion.sampling.temperature = 1;
  const std::vector<Response> texts = answers(*model, {completion, completion});
  const auto& first = std::get<std::vector<Generation>>(texts[0].answer);
  const auto& second = std::get<std::vector<Generation>>(texts[1].answer);
  EXPECT_NE(first[0].text, first[1].text);
  EXPECT_EQ(first[0].text, second[0].text);
}

void make_adapter(const std::string& path, const char* architecture) {
  GgufMaker maker;
  gguf_set_val_str(maker.metadata(), "general.type", "adapter");
  gguf_set_val_str(maker.metadata(), "general.architecture", architecture);
  gguf_set_val_str(maker.metadata(), "adapter.type", "lora");
  gguf_set_val_f32(maker.metadata(), "adapter.lora.alpha", 4.0F);
  maker.add("blk.0.attn_q.weight.lora_a", {64, 4}, 0.5);
  maker.add("blk.0.attn_q.weight.lora_b", {4, 64}, 0.5);
  maker.write(path);
}

TEST_F(VariantModel, AnAdapterChangesAnswersByItsScale) {
  make_adapter(file("lora.gguf"), "llama");
  const Request request = Choices{{"Once upon a time there was a"}, {" little girl", " dog"}};
  const auto score = [&](std::vector<LoraOption> adapters) {
    options_.lora = std::move(adapters);
    const std::unique_ptr<Model> model = open_or_die(options_);
    const std::vector<Response> responses = answers(*model, {request});
    return std::pair(std::get<std::vector<ChoiceScore>>(responses[0].answer)[0].loglikelihood,
                     model->info().identity);
  };
  const auto plain = score({});
  const auto off = score({{file("lora.gguf"), 0.0}});
  const auto on = score({{file("lora.gguf"), 1.0}});
  const auto half = score({{file("lora.gguf"), 0.5}});
  EXPECT_EQ(plain.first, off.first);
  EXPECT_GT(std::fabs(plain.first - on.first), 1e-3);
  EXPECT_NE(on.first, half.first);
  EXPECT_NE(plain.second, on.second) << "the adapter is part of the model's identity";
  EXPECT_NE(half.second, on.second);
}

TEST_F(VariantModel, AnAdapterIsThereInEachArrangementOfTheCache) {
  make_adapter(file("lora.gguf"), "llama");
  std::vector<Request> requests;
  for (const char* prompt : {"Once upon a time there was a", "Tom and his dog went to the"}) {
    Completion completion;
    completion.prompt = prompt;
    completion.max_tokens = 24;
    requests.emplace_back(completion);
  }
  const auto texts = [&](std::vector<LoraOption> adapters, std::size_t size) {
    options_.lora = std::move(adapters);
    const std::unique_ptr<Model> model = open_or_die(options_);
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin < requests.size(); begin += size) {
      const auto unit =
          std::vector<Request>(requests.begin() + static_cast<std::ptrdiff_t>(begin),
                               requests.begin() + static_cast<std::ptrdiff_t>(begin + size));
      for (const Response& response : answers(*model, unit)) {
        out.push_back(std::get<std::vector<Generation>>(response.answer)[0].text);
      }
    }
    return out;
  };
  const std::vector<LoraOption> adapter = {{file("lora.gguf"), 1.0}};
  const std::vector<std::string> apart = texts(adapter, 2);
  EXPECT_EQ(apart, texts(adapter, 1));
  EXPECT_NE(apart, texts({}, 2));
}

TEST_F(VariantModel, AnAdapterOfAnotherModelIsRefused) {
  make_adapter(file("other.gguf"), "gemma");
  options_.lora = {{file("other.gguf"), 1.0}};
  const expected<std::unique_ptr<Model>> model = open_model(options_);
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("does not fit"));
  options_.lora = {{file("absent.gguf"), 1.0}};
  EXPECT_EQ(open_model(options_).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace assay
