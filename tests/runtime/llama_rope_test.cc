// RoPE options: read by name, mistakes named, and what was asked for reaches the engine and the
// manifest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "runtime/model_options.h"
#include "runtime/rope_options.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(RopeOptions, AreReadByName) {
  const auto rope = parse_rope_options("scaling=yarn,scale=0.25,original=4096,base=1e6");
  ASSERT_TRUE(rope) << rope.error().message;
  EXPECT_EQ(rope->scaling, "yarn");
  EXPECT_EQ(rope->scale, 0.25);
  EXPECT_EQ(rope->original, 4096);
  EXPECT_EQ(rope->base, 1e6);
  EXPECT_FALSE(rope->ext);
  const Json json = {{"scaling", "yarn"}, {"base", 1e6}, {"scale", 0.25}, {"original", 4096}};
  EXPECT_EQ(rope->to_json(), json);
  EXPECT_TRUE(rope->asked());
  EXPECT_FALSE(RopeOptions{}.asked());
  EXPECT_EQ(parse_rope_options("ext=1,attn=0.5,fast=32,slow=1")->to_json().size(), 4u);
}

TEST(RopeOptions, MistakesAreNamed) {
  for (const char* wrong : {"", "yarn", "scaling=ntk", "base=0", "scale=0", "scale=-1", "base=1e6,",
                            "original=0.5", "original=0", "speed=1", "attn=many", "base=inf"}) {
    const auto rope = parse_rope_options(wrong);
    ASSERT_FALSE(rope) << wrong;
    EXPECT_THAT(rope.error().message, HasSubstr("scaling (none, linear or yarn)"));
  }
}

std::string stories() {
  return (fs::path(ASSAY_SHARED_DIR) / "models" / "stories260K-F16.gguf").string();
}

#define SKIP_WITHOUT_MODELS() \
  if (!fs::exists(stories())) GTEST_SKIP() << "no models"

ModelOptions options_for(const std::string& rope, int context) {
  ModelOptions options;
  options.spec = stories();
  options.threads = 1;
  options.probe_in_child = false;
  options.context = context;
  if (!rope.empty()) options.rope = *parse_rope_options(rope);
  return options;
}

// Log-likelihood of a continuation after some forty tokens.
double score(const ModelOptions& options, Json& settings) {
  expected<std::unique_ptr<Model>> model = open_model(options);
  if (!model) {
    ADD_FAILURE() << model.error().message;
    return 0;
  }
  settings = (*model)->info().manifest;
  const Request request = Choices{{"Once upon a time there was a little girl named Lily. She liked "
                                   "to play in the park with her dog. One day the dog"},
                                  {" ran away and Lily was very sad."}};
  const expected<PreparedRequest> prepared = (*model)->prepare(request);
  EXPECT_TRUE(prepared) << prepared.error().message;
  const std::vector<PreparedRequest> unit = {*prepared};
  const auto answers = (*model)->answer(unit, {});
  EXPECT_TRUE(answers && answers->front());
  return std::get<std::vector<ChoiceScore>>(answers->front()->answer).front().loglikelihood;
}

TEST(RopeOptions, ReachTheEngineAndTheManifest) {
  SKIP_WITHOUT_MODELS();
  Json usual;
  Json settings;
  const double before = score(options_for("", 256), usual);
  EXPECT_FALSE(usual.contains("rope"));
  // What the model has anyway changes nothing; anything else does.
  EXPECT_DOUBLE_EQ(score(options_for("base=10000,scale=1", 256), settings), before);
  for (const char* other : {"base=500000", "scaling=linear,scale=0.5",
                            "scaling=yarn,scale=0.25,original=128", "scale=0.5,attn=1.5,ext=1"}) {
    EXPECT_GT(std::abs(score(options_for(other, 256), settings) - before), 1e-3) << other;
    EXPECT_EQ(settings.at("rope"), parse_rope_options(other)->to_json());
  }
}

}  // namespace
}  // namespace assay
