// Files that are not what they should be: each is refused with one sentence, none ends this
// process. The broken files are made here from a sound one.
#include <ggml.h>
#include <gguf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "runtime/doctor.h"
#include "runtime/llama_gguf.h"
#include "runtime/llama_load.h"
#include "runtime/model_options.h"
#include "runtime/model_probe.h"
#include "runtime/sampler.h"

namespace assay {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

const fs::path kSound = fs::path(ASSAY_SHARED_DIR) / "models/stories260K-Q8_0.gguf";

class HostileFile : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kSound)) GTEST_SKIP() << "no models";
    folder_ = fs::temp_directory_path() / ("assay_hostile_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    std::ifstream in(kSound, std::ios::binary);
    sound_.assign(std::istreambuf_iterator<char>(in), {});
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string write(const std::string& bytes, const std::string& name = "model.gguf") const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }

  // The sound model with its metadata changed; `tensors` false leaves them out.
  std::string rewrite(const std::function<void(gguf_context*)>& change, bool tensors = true,
                      const std::string& name = "model.gguf") const {
    ggml_context* data = nullptr;
    gguf_context* from = gguf_init_from_file(kSound.c_str(), {.no_alloc = false, .ctx = &data});
    gguf_context* to = gguf_init_empty();
    gguf_set_kv(to, from);
    change(to);
    for (ggml_tensor* t = tensors ? ggml_get_first_tensor(data) : nullptr; t != nullptr;
         t = ggml_get_next_tensor(data, t)) {
      gguf_add_tensor(to, t);
    }
    const std::string path = (folder_ / name).string();
    gguf_write_to_file(to, path.c_str(), false);
    gguf_free(to);
    gguf_free(from);
    ggml_free(data);
    return path;
  }

  static Error refusal(const std::string& path) {
    ModelOptions options;
    options.spec = path;
    options.threads = 1;
    const expected<std::unique_ptr<Model>> model = open_model(options);
    EXPECT_FALSE(model) << path << " was opened";
    return model ? Error{} : model.error();
  }

  fs::path folder_;
  std::string sound_;
};

TEST_F(HostileFile, WhatIsNoFileIsNamedAsSuch) {
  EXPECT_EQ(refusal((folder_ / "none.gguf").string()).code, ErrorCode::kUnavailable);
  EXPECT_THAT(refusal((folder_ / "none.gguf").string()).message, HasSubstr("There is no file"));
  EXPECT_THAT(refusal(folder_.string()).message, HasSubstr("is a directory"));
  EXPECT_THAT(refusal(write("")).message, HasSubstr("is empty"));
  EXPECT_THAT(refusal(write("PK\x03\x04 something")).message, HasSubstr("is not a GGUF file"));
  EXPECT_THAT(refusal(write("GG")).message, HasSubstr("is not a GGUF file"));
}

TEST_F(HostileFile, AnUnreadableFileIsNamedAsSuch) {
  const std::string path = write(sound_);
  ::chmod(path.c_str(), 0);
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  EXPECT_EQ(refusal(path).code, ErrorCode::kUnavailable);
  EXPECT_THAT(refusal(path).message, HasSubstr("cannot be read"));
}

TEST_F(HostileFile, ATruncatedFileSaysHowMuchIsMissing) {
  const Error weights = refusal(write(sound_.substr(0, sound_.size() - 1000)));
  EXPECT_EQ(weights.code, ErrorCode::kBadData);
  EXPECT_THAT(weights.message, HasSubstr("it has " + std::to_string(sound_.size() - 1000) +
                                         " bytes but its header "));
  for (const std::size_t size : {4U, 8U, 100U, 5000U, 12000U}) {
    const Error header = refusal(write(sound_.substr(0, size)));
    EXPECT_EQ(header.code, ErrorCode::kBadData) << size;
    EXPECT_THAT(header.message, HasSubstr("truncated")) << size;
  }
}

TEST_F(HostileFile, OtherKindsOfGgufAreNamed) {
  EXPECT_THAT(refusal(rewrite([](gguf_context* g) {
                gguf_set_val_str(g, "general.type", "adapter");
              })).message,
              HasSubstr("is a LoRA adapter"));
  EXPECT_THAT(refusal(rewrite([](gguf_context* g) {
                gguf_set_val_str(g, "general.type", "mmproj");
              })).message,
              HasSubstr("multimodal projector"));
  EXPECT_THAT(refusal(rewrite([](gguf_context* g) {
                gguf_remove_key(g, "tokenizer.ggml.tokens");
              })).message,
              HasSubstr("has no vocabulary"));
  EXPECT_THAT(
      refusal(rewrite([](gguf_context* g) { gguf_remove_key(g, "tokenizer.ggml.model"); })).message,
      HasSubstr("has no vocabulary"));
  EXPECT_THAT(refusal(rewrite([](gguf_context*) {}, false)).message,
              HasSubstr("vocabulary but no weights"));
  EXPECT_THAT(
      refusal(rewrite([](gguf_context* g) { gguf_remove_key(g, "general.architecture"); })).message,
      HasSubstr("which architecture"));
  const Error unknown = refusal(
      rewrite([](gguf_context* g) { gguf_set_val_str(g, "general.architecture", "teapot"); }));
  EXPECT_EQ(unknown.code, ErrorCode::kBadData);
  EXPECT_THAT(unknown.message, HasSubstr("architecture \"teapot\""));
}

TEST_F(HostileFile, MetadataOfTheWrongTypeIsRefused) {
  EXPECT_THAT(refusal(rewrite([](gguf_context* g) {
                gguf_set_val_u32(g, "general.architecture", 7);
              })).message,
              HasSubstr("which architecture"));
  EXPECT_EQ(refusal(rewrite([](gguf_context* g) {
              gguf_set_val_str(g, "llama.block_count", "five");
            })).code,
            ErrorCode::kBadData);
}

TEST_F(HostileFile, AFileThatAbortsTheEngineEndsTheChildOnly) {
  // Two tokens of the same text break an assertion of the engine's vocabulary.
  const std::string path = rewrite([](gguf_context* g) {
    const std::int64_t id = gguf_find_key(g, "tokenizer.ggml.tokens");
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < gguf_get_arr_n(g, id); ++i) {
      tokens.emplace_back(gguf_get_arr_str(g, id, i));
    }
    tokens[300] = tokens[301];
    std::vector<const char*> raw;
    for (const std::string& token : tokens) raw.push_back(token.c_str());
    gguf_set_arr_str(g, "tokenizer.ggml.tokens", raw.data(), raw.size());
  });
  const Error error = refusal(path);
  EXPECT_EQ(error.code, ErrorCode::kBadData);
  EXPECT_THAT(error.message, HasSubstr("makes the engine abort"));
  EXPECT_THAT(error.message, HasSubstr("damaged or of a kind"));
}

TEST_F(HostileFile, FlippedHeaderBytesNeverEndThisProcess) {
  SplitMix64 random(11);
  int opened = 0;
  for (int trial = 0; trial < 40; ++trial) {
    std::string bytes = sound_;
    for (int flips = 0; flips < 3; ++flips) {
      bytes[random.next() % 12000] = static_cast<char>(random.next() % 256);
    }
    ModelOptions options;
    options.spec = write(bytes);
    options.threads = 1;
    options.context = 64;
    const expected<std::unique_ptr<Model>> model = open_model(options);
    if (model) {
      ++opened;
    } else {
      EXPECT_FALSE(model.error().message.empty());
    }
  }
  EXPECT_GT(opened, 0) << "some flips only change a token's text";
  EXPECT_LT(opened, 40);
}

TEST_F(HostileFile, OutputThatIsNotFiniteIsAnItemError) {
  // NaN in the scale of a quantized block of the last tensor data.
  std::string bytes = sound_;
  for (std::size_t at = bytes.size() / 2; at + 2 < bytes.size(); at += 34) {
    bytes[at] = '\xff';
    bytes[at + 1] = '\x7f';
  }
  ModelOptions options;
  options.spec = write(bytes);
  options.threads = 1;
  const expected<std::unique_ptr<Model>> model = open_model(options);
  ASSERT_TRUE(model) << model.error().message;
  const expected<PreparedRequest> prepared = (*model)->prepare(Choices{{"Once"}, {" upon"}});
  const expected<std::vector<expected<Response>>> answered = (*model)->answer({&*prepared, 1}, {});
  ASSERT_TRUE(answered);
  ASSERT_FALSE(answered->front());
  EXPECT_THAT(answered->front().error().message, HasSubstr("not finite"));

  const DoctorReport report = examine_model(options);
  EXPECT_TRUE(report.refused());
  EXPECT_EQ(report.checks.back().name, "arithmetic");
  EXPECT_THAT(report.checks.back().sentence, HasSubstr("not finite"));
}

TEST_F(HostileFile, PartsOfASplitModelAreAllNeeded) {
  const auto as_part = [&](int number) {
    return [number](gguf_context* g) {
      gguf_set_val_u16(g, "split.count", 2);
      gguf_set_val_u16(g, "split.no", static_cast<std::uint16_t>(number));
    };
  };
  const std::string first = rewrite(as_part(0), true, "m-00001-of-00002.gguf");
  EXPECT_THAT(refusal(first).message, HasSubstr("m-00002-of-00002.gguf"));
  const std::string second = rewrite(as_part(1), true, "m-00002-of-00002.gguf");
  EXPECT_THAT(refusal(second).message, HasSubstr("name the first part"));
  // As converters write them: a later part says nothing of the model.
  const std::string bare = rewrite(
      [&](gguf_context* g) {
        as_part(1)(g);
        gguf_remove_key(g, "general.architecture");
      },
      true, "bare-00002-of-00002.gguf");
  EXPECT_THAT(refusal(bare).message, HasSubstr("name the first part"));
  const expected<GgufSummary> both = inspect_gguf(first);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->files.size(), 2U);
  EXPECT_EQ(both->bytes, fs::file_size(first) + fs::file_size(second));
  EXPECT_THAT(refusal(rewrite(as_part(0), true, "renamed.gguf")).message,
              HasSubstr("original name"));
}

TEST_F(HostileFile, TheEnginesVocabularyFilesAreNoModels) {
  const fs::path file = fs::path(ASSAY_ENGINE_SOURCE_DIR) / "models/ggml-vocab-gpt-2.gguf";
  if (!fs::exists(file)) GTEST_SKIP() << "no engine sources";
  EXPECT_THAT(refusal(file.string()).message, HasSubstr("vocabulary but no weights"));
}

TEST_F(HostileFile, TheDoctorAcceptsASoundModelAndNamesWhatItSaw) {
  ModelOptions options;
  options.spec = kSound.string();
  options.threads = 1;
  const DoctorReport sound = examine_model(options);
  EXPECT_FALSE(sound.refused());
  EXPECT_EQ(sound.checks.size(), 7U);
  options.spec = write("");
  const DoctorReport empty = examine_model(options);
  EXPECT_TRUE(empty.refused());
  EXPECT_EQ(empty.checks.front().name, "file");
  EXPECT_EQ(empty.checks.back().state, CheckState::kNotRun);
  options.spec = "scripted:hash";
  EXPECT_FALSE(examine_model(options).refused());
  EXPECT_STREQ(name_of(examine_machine().checks.front().state), "ok");
}

}  // namespace
}  // namespace assay
