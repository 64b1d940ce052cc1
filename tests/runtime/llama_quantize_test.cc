// Quantizing on a model written by the test: sizes and types against the formats' own arithmetic,
// fallbacks against the widths, the ladder's skipping and refusing, and bad input of each kind.
#include <ggml.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "runtime/file_digest.h"
#include "runtime/files.h"
#include "runtime/imatrix.h"
#include "runtime/ladder.h"
#include "runtime/llama_tensors.h"
#include "runtime/quantize.h"
#include "runtime/wire.h"
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

expected<QuantizedFile> quantize(const std::string& source, const std::string& type,
                                 const std::string& output, const std::string& imatrix = "") {
  return quantize_file({source, output, type, imatrix, false, 1}, {}, kGoOn);
}

int type_of(const std::string& model, const std::string& tensor) {
  const auto tensors = list_tensors(model);
  for (const TensorEntry& entry : tensors ? *tensors : std::vector<TensorEntry>{}) {
    if (entry.name == tensor) return entry.type;
  }
  return -1;
}

TEST(Quantize, SizesAreThoseOfTheFormats) {
  const TempFolder temp;
  const TinyModel model = write_tiny_model(temp / "tiny.gguf");
  std::vector<std::string> tensors;
  const auto made = quantize_file(
      {temp / "tiny.gguf", temp / "tiny-Q8_0.gguf", "Q8_0", "", false, 1},
      [&](int done, int total, const std::string& tensor) {
        EXPECT_EQ(total, 12);
        EXPECT_EQ(done, static_cast<int>(tensors.size()) + 1);
        tensors.push_back(tensor);
      },
      kGoOn);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(tensors.size(), 12U);
  EXPECT_TRUE(made->fallbacks.empty());
  std::uint64_t bytes = 0;
  std::uint64_t parameters = 0;
  for (const auto& [name, values] : model.weights) {
    parameters += values.size();
    const bool kept = values.size() == 256;  // norms stay in F32; a block of 32 takes 34 bytes
    bytes += kept ? 4 * values.size() : values.size() / 32 * 34;
  }
  EXPECT_EQ(made->tensors.parameters, parameters);
  EXPECT_EQ(made->tensors.bytes, bytes);
  EXPECT_DOUBLE_EQ(made->tensors.bits_per_weight(),
                   8.0 * static_cast<double>(bytes) / static_cast<double>(parameters));
  EXPECT_EQ(made->tensors.types, (std::map<std::string, std::size_t>{{"f32", 3}, {"q8_0", 9}}));
  EXPECT_EQ(made->bytes, fs::file_size(temp / "tiny-Q8_0.gguf"));
  EXPECT_FALSE(fs::exists(temp / "tiny-Q8_0.gguf.partial"));
}

TEST(Quantize, SameBytesWhateverTheThreads) {
  const TempFolder temp;
  write_tiny_model(temp / "tiny.gguf");
  for (const int threads : {1, 3}) {
    const std::string output = temp / ("t" + std::to_string(threads) + ".gguf");
    ASSERT_TRUE(
        quantize_file({temp / "tiny.gguf", output, "Q4_K_M", "", false, threads}, {}, kGoOn));
  }
  EXPECT_EQ(sha256_of_file(temp / "t1.gguf").value_or("1"),
            sha256_of_file(temp / "t3.gguf").value_or("3"));
}

TEST(Quantize, EachTensorThatDoesNotFitIsNamed) {
  const TempFolder temp;
  TinyModelOptions options;
  options.feed_forward = 96;  // ffn_down's rows: a multiple of 32, not of 256
  write_tiny_model(temp / "tiny.gguf", options);
  const auto made = quantize(temp / "tiny.gguf", "Q4_K_S", temp / "out.gguf");
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->fallbacks.size(), 1U);
  const Fallback& only = made->fallbacks.front();
  EXPECT_EQ(only.tensor, "blk.0.ffn_down.weight");
  EXPECT_EQ(only.row_length, 96);
  EXPECT_EQ(only.wanted, "q4_K");
  EXPECT_EQ(only.got, "q5_0");
  EXPECT_EQ(type_of(temp / "out.gguf", only.tensor), GGML_TYPE_Q5_0);
  EXPECT_EQ(type_of(temp / "out.gguf", "blk.0.ffn_up.weight"), GGML_TYPE_Q4_K);
  EXPECT_TRUE(quantize(temp / "tiny.gguf", "Q8_0", temp / "fits.gguf")->fallbacks.empty());

  options.width = 64;  // nothing fits, the output matrix included, of which the engine is silent
  write_tiny_model(temp / "narrow.gguf", options);
  const auto narrow = quantize(temp / "narrow.gguf", "Q6_K", temp / "narrow-Q6_K.gguf");
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow->fallbacks.size(), 9U);
  for (const Fallback& entry : narrow->fallbacks) EXPECT_EQ(entry.got, "q8_0") << entry.tensor;
}

TEST(Quantize, TypesAreFoundByNameAndListedWhenNot) {
  EXPECT_EQ(quantization_type("q4_k_m").value_or(""), "Q4_K_M");
  EXPECT_EQ(quantization_type("Q4_K").value_or(""), "Q4_K_M");
  const auto unknown = quantization_type("Q4_X");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kUsage);
  for (const std::string& type : quantization_types()) {
    EXPECT_THAT(unknown.error().message, HasSubstr(type));
  }
}

// Every name reaches the quantizer and gives a file, or asks for a matrix.
TEST(Quantize, EachTypeThatNeedsNoMatrixMakesAFile) {
  const TempFolder temp;
  write_tiny_model(temp / "tiny.gguf");
  std::vector<std::string> refused;
  for (const std::string& type : quantization_types()) {
    const std::string output = temp / (type + ".gguf");
    const auto made = quantize(temp / "tiny.gguf", type, output);
    if (!made) {
      EXPECT_THAT(made.error().message, HasSubstr("importance matrix")) << type;
      EXPECT_EQ(made.error().code, ErrorCode::kUsage);
      EXPECT_FALSE(fs::exists(output));
      EXPECT_FALSE(fs::exists(output + ".partial"));
      refused.push_back(type);
    }
  }
  EXPECT_THAT(refused,
              ::testing::UnorderedElementsAre("IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S",
                                              "IQ2_M", "Q2_K_S", "IQ3_XXS", "IQ3_XS"));
}

TEST(Quantize, AQuantizedSourceIsRefusedUnlessWanted) {
  const TempFolder temp;
  write_tiny_model(temp / "tiny.gguf");
  ASSERT_TRUE(quantize(temp / "tiny.gguf", "Q8_0", temp / "q8.gguf"));
  QuantizeRequest again{temp / "q8.gguf", temp / "q4.gguf", "Q4_0", "", false, 1};
  const auto refused = check_quantize(again);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_THAT(refused.error().message, HasSubstr("9 of 12 tensors: 9 q8_0"));
  EXPECT_THAT(refused.error().message, HasSubstr("--requantize"));
  again.requantize = true;
  EXPECT_TRUE(check_quantize(again));
  EXPECT_TRUE(quantize_file(again, {}, kGoOn));
}

class LadderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write_tiny_model(temp_ / "tiny-F32.gguf");
    request_.source = temp_ / "tiny-F32.gguf";
    request_.types = {"Q8_0", "q4_0"};
    request_.folder = temp_ / "ladder";
    request_.threads = 1;
  }
  Ladder make() {
    LadderObserver nobody;
    auto ladder = make_ladder(request_, nobody, kGoOn);
    EXPECT_TRUE(ladder) << ladder.error().message;
    return ladder ? *ladder : Ladder{};
  }
  std::string q8() const { return temp_ / "ladder/tiny-Q8_0.gguf"; }

  TempFolder temp_;
  LadderRequest request_;
};

TEST_F(LadderTest, MakesThenFindsWhatItMade) {
  const Ladder first = make();
  ASSERT_EQ(first.rungs.size(), 2U);
  for (const Rung& rung : first.rungs) EXPECT_EQ(rung.state, RungState::kMade);
  EXPECT_EQ(first.rungs[1].path, temp_ / "ladder/tiny-Q4_0.gguf");
  EXPECT_EQ(first.rungs[0].sha256, sha256_of_file(q8()).value_or(""));

  request_.types = {"Q4_0", "Q8_0", "Q5_0"};
  const Ladder second = make();
  EXPECT_EQ(second.rungs[0].state, RungState::kThere);
  EXPECT_EQ(second.rungs[1].state, RungState::kThere);
  EXPECT_EQ(second.rungs[2].state, RungState::kMade);
  EXPECT_EQ(second.rungs[0].file.tensors.bytes, first.rungs[1].file.tensors.bytes);
  EXPECT_EQ(to_json(second)["rungs"][1]["bits_per_weight"],
            to_json(first)["rungs"][0]["bits_per_weight"]);
}

TEST_F(LadderTest, OverwritesNothingThatItDidNotMakeAlike) {
  make();
  const std::string before = sha256_of_file(q8()).value_or("");
  const auto refuses = [&](const std::string& why) {
    const Ladder ladder = make();
    ASSERT_EQ(ladder.rungs[0].state, RungState::kFailed) << why;
    EXPECT_EQ(ladder.rungs[0].failure->code, ErrorCode::kUsage);
    EXPECT_THAT(ladder.rungs[0].failure->message, HasSubstr(why));
    EXPECT_THAT(ladder.rungs[0].failure->message, HasSubstr("--force"));
  };
  TinyModelOptions other;
  other.seed = 2;
  write_tiny_model(request_.source, other);
  refuses("source.sha256");
  EXPECT_EQ(sha256_of_file(q8()).value_or(""), before);
  request_.force = true;
  EXPECT_EQ(make().rungs[0].state, RungState::kMade);
  request_.force = false;
  EXPECT_EQ(make().rungs[0].state, RungState::kThere);

  std::ofstream(q8(), std::ios::binary | std::ios::app) << "x";
  refuses("changed after it was made");
  fs::remove(q8() + ".json");
  refuses("nothing says how it was made");
  std::ofstream(q8() + ".json") << "{";
  refuses("record cannot be read");
  fs::remove(q8());  // a record without a file is as good as none
  EXPECT_EQ(make().rungs[0].state, RungState::kMade);
}

TEST_F(LadderTest, NeverWritesOverItsSource) {
  request_.folder = "";
  request_.types = {"F32"};
  LadderObserver nobody;
  const auto refused = make_ladder(request_, nobody, kGoOn);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("would overwrite the model"));
}

TEST_F(LadderTest, OneRungThatCannotBeMadeLeavesTheOthers) {
  request_.types = {"IQ1_S", "Q4_0"};
  const Ladder ladder = make();
  EXPECT_EQ(ladder.rungs[0].state, RungState::kFailed);
  EXPECT_THAT(ladder.rungs[0].failure->message, HasSubstr("--imatrix"));
  EXPECT_EQ(ladder.rungs[1].state, RungState::kMade);
  EXPECT_EQ(to_json(ladder)["rungs"][0]["state"], "failed");
}

TEST(RungPath, DropsTheSourcesTypeAndPartNumber) {
  EXPECT_EQ(rung_path("a/model-F16.gguf", "Q4_0", ""), "a/model-Q4_0.gguf");
  EXPECT_EQ(rung_path("a/model.bf16.gguf", "Q4_0", "b"), "b/model-Q4_0.gguf");
  EXPECT_EQ(rung_path("model.gguf", "Q4_0", "b"), "b/model-Q4_0.gguf");
  EXPECT_EQ(rung_path("model-1.5b-Q8_0.gguf", "Q4_K_M", "b"), "b/model-1.5b-Q4_K_M.gguf");
  EXPECT_EQ(rung_path("my-model-7b.gguf", "Q4_0", "b"), "b/my-model-7b-Q4_0.gguf");
  EXPECT_EQ(rung_path("m-F16-00001-of-00003.gguf", "Q4_0", "b"), "b/m-Q4_0.gguf");
}

}  // namespace
}  // namespace assay
