// The GGUF model on the small stories models, against slow twins: each choice scored alone, one
// token at a time, in a fresh context; greedy text grown by scoring; units alone and in a row.
#include "runtime/llama_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "runtime/llama_log.h"
#include "runtime/llama_score.h"
#include "runtime/llama_vocabulary.h"
#include "runtime/sampler.h"
#include "tests/runtime/row_oracle.h"

namespace assay {
namespace {

using test::Oracle;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string stories(const std::string& type) {
  return (fs::path(ASSAY_SHARED_DIR) / "models" / ("stories260K-" + type + ".gguf")).string();
}

ModelOptions options_for(const std::string& type) {
  ModelOptions options;
  options.spec = stories(type);
  options.threads = 1;
  options.probe_in_child = false;
  return options;
}

std::unique_ptr<Model> open_or_die(const ModelOptions& options) {
  expected<std::unique_ptr<Model>> model = open_model(options);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *std::move(model) : nullptr;
}

#define SKIP_WITHOUT_MODELS() \
  if (!fs::exists(stories("F16"))) GTEST_SKIP() << "no models"

std::vector<PreparedRequest> prepared(const Model& model, const std::vector<Request>& requests) {
  std::vector<PreparedRequest> unit;
  for (const Request& request : requests) {
    expected<PreparedRequest> one = model.prepare(request);
    EXPECT_TRUE(one) << one.error().message;
    if (one) unit.push_back(*std::move(one));
  }
  return unit;
}

std::vector<Response> answers(Model& model, const std::vector<Request>& requests) {
  const std::vector<PreparedRequest> unit = prepared(model, requests);
  const expected<std::vector<expected<Response>>> all = model.answer(unit, {});
  std::vector<Response> good;
  EXPECT_TRUE(all) << all.error().message;
  if (!all) return good;
  for (const expected<Response>& one : *all) {
    EXPECT_TRUE(one) << one.error().message;
    if (one) good.push_back(*one);
  }
  return good;
}

const std::vector<ChoiceScore>& scores_of(const Response& response) {
  return std::get<std::vector<ChoiceScore>>(response.answer);
}
const std::vector<Generation>& texts_of(const Response& response) {
  return std::get<std::vector<Generation>>(response.answer);
}

const std::string kHeader =
    "Once upon a time there was a little girl named Lily. She liked to play in the park with her "
    "dog. One day the dog ran away and Lily was very sad. Her mom said that the dog would come "
    "home. Then they saw a big red ball. The dog was behind the ball. Lily was happy again.\n\n";

std::vector<Request> story_choices() {
  std::vector<Request> requests;
  for (const char* question :
       {"Tom had a cat. The cat liked to", "Ben saw a bird. The bird was", "Mia went to the"}) {
    requests.push_back(
        Choices{{kHeader + question}, {" play", " play with a ball", " sleep all day.", " xyz"}});
  }
  requests.push_back(Choices{{"Sam had a toy", "Sam had a big toy"}, {" car.", " car."}});
  requests.push_back(Choices{{""}, {"Once upon", "Zebra"}});
  return requests;
}

TEST(LlamaModel, PackedScoresEqualEachChoiceScoredAlone) {
  SKIP_WITHOUT_MODELS();
  for (const std::string type : {"F16", "Q4_0"}) {
    const std::unique_ptr<Model> model = open_or_die(options_for(type));
    const Oracle oracle(stories(type));
    const std::vector<Request> requests = story_choices();
    const std::vector<PreparedRequest> unit = prepared(*model, requests);
    const std::vector<Response> packed = answers(*model, requests);
    ASSERT_EQ(packed.size(), requests.size());
    int decoded = 0;
    int asked = 0;
    for (std::size_t r = 0; r < unit.size(); ++r) {
      decoded += packed[r].decoded_tokens;
      asked += packed[r].prompt_tokens;
      std::size_t best = 0;
      std::size_t oracle_best = 0;
      std::vector<ChoiceScore> alone;
      for (std::size_t c = 0; c < unit[r].sequences.size(); ++c) {
        alone.push_back(oracle.score(unit[r].sequences[c]));
        const ChoiceScore& score = scores_of(packed[r])[c];
        EXPECT_NEAR(score.loglikelihood, alone[c].loglikelihood, 0.01 * (score.tokens + 1))
            << type << r << c;
        EXPECT_EQ(score.is_greedy, alone[c].is_greedy) << type << r << c;
        EXPECT_EQ(score.tokens, alone[c].tokens);
        if (score.loglikelihood > scores_of(packed[r])[best].loglikelihood) best = c;
        if (alone[c].loglikelihood > alone[oracle_best].loglikelihood) oracle_best = c;
      }
      EXPECT_EQ(best, oracle_best) << type << r;
    }
    EXPECT_LT(decoded, asked / 4) << "the header must be decoded once, not per choice";
  }
}

TEST(LlamaModel, AUnitsAnswersDoNotDependOnTheUnitsBefore) {
  SKIP_WITHOUT_MODELS();
  std::vector<std::vector<Request>> units;
  for (const char* question : {"The cat liked to", "Tom saw a", "A boy went to the"}) {
    units.push_back({Choices{{kHeader + question}, {" play", " eat the big cake."}},
                     Choices{{kHeader + "Sam and " + question}, {" run", " see"}}});
  }
  // A header of which the first chunks are those of the header before.
  units.push_back({Choices{{kHeader + kHeader + "Once there"}, {" was", " were two cats."}},
                   Choices{{kHeader + kHeader + "Then he"}, {" ran", " saw it"}}});
  units.push_back({Choices{{kHeader + "Sam"}, {" ran"}}, Choices{{kHeader + "The"}, {" cat"}}});
  units.push_back({Rolling{kHeader + kHeader}});
  Completion completion;
  completion.prompt = kHeader + "Once";
  completion.max_tokens = 12;
  completion.sampling.temperature = 0.8;
  completion.samples = 3;
  completion.seed_key = "t/1";
  units.push_back({completion, units[0][0]});
  // More texts than slots, of different lengths, their prompts in several waves.
  units.emplace_back();
  for (int i = 0; i < 14; ++i) {
    completion.prompt = kHeader + "Number " + std::to_string(7 * i) + ". Then the cat";
    completion.max_tokens = 1 + (5 * i) % 13;
    completion.seed_key = "t/" + std::to_string(i);
    units.back().push_back(completion);
  }

  ModelOptions options = options_for("Q4_0");
  options.batch = 64;  // headers of several chunks
  options.context = 512;
  const std::unique_ptr<Model> model = open_or_die(options);
  std::vector<std::vector<Response>> in_a_row;
  for (const std::vector<Request>& unit : units) in_a_row.push_back(answers(*model, unit));
  for (std::size_t u = 0; u < units.size(); ++u) {
    const std::unique_ptr<Model> fresh = open_or_die(options);
    const std::vector<Response> alone = answers(*fresh, units[u]);
    const std::vector<Response> again = answers(*model, units[u]);
    ASSERT_EQ(alone.size(), in_a_row[u].size());
    for (std::size_t r = 0; r < alone.size(); ++r) {
      for (const Response* other : std::vector<const Response*>{&in_a_row[u][r], &again[r]}) {
        EXPECT_EQ(alone[r].prompt_tokens, other->prompt_tokens);
        EXPECT_EQ(alone[r].decoded_tokens, other->decoded_tokens);
        ASSERT_EQ(alone[r].answer.index(), other->answer.index());
        if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&alone[r].answer)) {
          for (std::size_t c = 0; c < scores->size(); ++c) {
            EXPECT_EQ((*scores)[c].loglikelihood,
                      scores_of(*other)[c].loglikelihood);  // to the bit
          }
        } else if (const auto* texts = std::get_if<std::vector<Generation>>(&alone[r].answer)) {
          for (std::size_t c = 0; c < texts->size(); ++c) {
            EXPECT_EQ((*texts)[c].text, texts_of(*other)[c].text);
          }
        } else {
          EXPECT_EQ(std::get<RollingScore>(alone[r].answer).loglikelihood,
                    std::get<RollingScore>(other->answer).loglikelihood);
        }
      }
    }
  }
}

TEST(LlamaModel, AUnitTooLargeForTheCacheIsCutIntoGroups) {
  SKIP_WITHOUT_MODELS();
  ModelOptions options = options_for("F16");
  options.context = 512;
  const std::unique_ptr<Model> model = open_or_die(options);
  std::vector<Request> requests;
  for (int i = 0; i < 30; ++i) {
    std::string story = "Number " + std::to_string(i) + ". " + kHeader;
    requests.push_back(Choices{{story}, {" The end", " Lily", " Then", " A big dog", " One day"}});
  }
  const std::vector<Response> together = answers(*model, requests);
  ASSERT_EQ(together.size(), requests.size());
  for (std::size_t i = 0; i < requests.size(); i += 13) {
    const std::vector<Response> alone = answers(*model, {requests[i]});
    for (std::size_t c = 0; c < 5; ++c) {
      EXPECT_NEAR(scores_of(together[i])[c].loglikelihood, scores_of(alone[0])[c].loglikelihood,
                  0.02);
    }
  }
}

TEST(LlamaModel, RollingSumsTheWindows) {
  SKIP_WITHOUT_MODELS();
  ModelOptions options = options_for("F16");
  options.context = 48;
  const std::unique_ptr<Model> model = open_or_die(options);
  const Oracle oracle(stories("F16"));
  const std::vector<PreparedRequest> unit = prepared(*model, {Rolling{kHeader}});
  ASSERT_GT(unit[0].sequences.size(), 1U);
  double sum = 0;
  int tokens = 0;
  for (const TokenSequence& window : unit[0].sequences) {
    const ChoiceScore score = oracle.score(window);
    sum += score.loglikelihood;
    tokens += score.tokens;
  }
  const std::vector<Response> response = answers(*model, {Rolling{kHeader}, Rolling{""}});
  const auto& rolling = std::get<RollingScore>(response[0].answer);
  EXPECT_NEAR(rolling.loglikelihood, sum, 0.05);
  EXPECT_EQ(rolling.tokens, tokens);
  EXPECT_EQ(std::get<RollingScore>(response[1].answer).loglikelihood, 0);
}

TEST(LlamaModel, GreedyTextEqualsTheOneGrownStepByStep) {
  SKIP_WITHOUT_MODELS();
  const std::unique_ptr<Model> model = open_or_die(options_for("F16"));
  const Oracle oracle(stories("F16"));
  Completion completion;
  completion.max_tokens = 24;
  std::vector<Request> requests;
  for (const char* prompt : {"Once upon a time", "Tom had a red", "The sun was"}) {
    completion.prompt = prompt;
    requests.push_back(completion);
  }
  const std::vector<Response> grown = answers(*model, requests);
  const std::vector<PreparedRequest> unit = prepared(*model, requests);
  for (std::size_t r = 0; r < requests.size(); ++r) {
    std::vector<Token> tokens = unit[r].sequences[0].context;
    std::string text;
    for (int i = 0; i < completion.max_tokens; ++i) {
      const std::vector<float> row = oracle.rows(tokens).back();
      tokens.push_back(static_cast<Token>(*arg_max(row)));
      text += model->token_text(tokens.back());
    }
    EXPECT_EQ(texts_of(grown[r])[0].text, text);
    EXPECT_EQ(texts_of(grown[r])[0].finish, FinishReason::kLength);
    EXPECT_EQ(texts_of(grown[r])[0].tokens, completion.max_tokens);
  }
}

TEST(LlamaModel, SamplesDifferFromEachOtherAndRepeat) {
  SKIP_WITHOUT_MODELS();
  const std::unique_ptr<Model> model = open_or_die(options_for("Q8_0"));
  Completion completion;
  completion.prompt = "Once upon a time";
  completion.max_tokens = 20;
  completion.samples = 4;
  completion.sampling.temperature = 1.0;
  completion.seed_key = "story/1";
  const auto texts = [&] {
    std::vector<std::string> out;
    const std::vector<Response> responses = answers(*model, {completion});
    for (const Generation& g : texts_of(responses[0])) out.push_back(g.text);
    return out;
  };
  const std::vector<std::string> first = texts();
  ASSERT_EQ(first.size(), 4U);
  EXPECT_NE(first[0], first[1]);
  EXPECT_NE(first[1], first[2]);
  EXPECT_EQ(first, texts());
  completion.sampling.seed = 99;
  EXPECT_NE(first, texts());
  completion.sampling.temperature = 0;
  const std::vector<std::string> greedy = texts();
  EXPECT_EQ(greedy[0], greedy[3]);
}

TEST(LlamaModel, StopsCutTheTextAndEndIt) {
  SKIP_WITHOUT_MODELS();
  const std::unique_ptr<Model> model = open_or_die(options_for("F16"));
  Completion completion;
  completion.prompt = "Once upon a time";
  completion.max_tokens = 40;
  const std::string whole = texts_of(answers(*model, {completion})[0])[0].text;
  ASSERT_GT(whole.find('.'), 0U);
  completion.stops = {"."};
  const Generation cut = texts_of(answers(*model, {completion})[0])[0];
  EXPECT_EQ(cut.text, whole.substr(0, whole.find('.')));
  EXPECT_EQ(cut.finish, FinishReason::kStop);
  EXPECT_LT(cut.tokens, 40);
}

TEST(LlamaModel, PromptsThatDoNotFitAreItemErrors) {
  SKIP_WITHOUT_MODELS();
  ModelOptions options = options_for("F16");
  options.context = 32;
  const std::unique_ptr<Model> model = open_or_die(options);
  EXPECT_EQ(model->info().max_length, 32);
  const expected<PreparedRequest> refused = model->prepare(Choices{{kHeader}, {" a"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("but the context holds 32"));
  options.truncate_left = true;
  const std::unique_ptr<Model> cutting = open_or_die(options);
  const expected<PreparedRequest> cut = cutting->prepare(Choices{{kHeader}, {" a"}});
  ASSERT_TRUE(cut) << cut.error().message;
  EXPECT_TRUE(cut->truncated);
  const expected<std::vector<expected<Response>>> answered = cutting->answer({&*cut, 1}, {});
  ASSERT_TRUE(answered);
  EXPECT_TRUE(answered->front());
}

TEST(LlamaModel, StoppingInTheMiddleLeavesAUsableModel) {
  SKIP_WITHOUT_MODELS();
  const std::unique_ptr<Model> model = open_or_die(options_for("F16"));
  const std::vector<Request> requests = story_choices();
  const std::vector<PreparedRequest> unit = prepared(*model, requests);
  const std::vector<Response> before = answers(*model, requests);
  for (int calls = 0; calls < 4; ++calls) {
    int left = calls;
    const auto stopped = model->answer(unit, [&] { return left-- <= 0; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::kInterrupted);
  }
  const std::vector<Response> after = answers(*model, requests);
  for (std::size_t r = 0; r < before.size(); ++r) {
    for (std::size_t c = 0; c < scores_of(before[r]).size(); ++c) {
      EXPECT_EQ(scores_of(before[r])[c].loglikelihood, scores_of(after[r])[c].loglikelihood);
    }
  }
}

TEST(LlamaModel, TheManifestSaysWhatCanChangeANumber) {
  SKIP_WITHOUT_MODELS();
  ModelOptions options = options_for("Q8_0");
  options.add_bos = false;
  options.kv_type = "f32,f16";
  options.flash_attention = "off";
  const std::unique_ptr<Model> model = open_or_die(options);
  const ModelInfo& info = model->info();
  EXPECT_EQ(info.name, "stories260K-Q8_0.gguf");
  EXPECT_EQ(info.identity.size(), 64U);
  EXPECT_THAT(info.engine, HasSubstr("llama.cpp"));
  const Json& m = info.manifest;
  EXPECT_EQ(m["architecture"], "llama");
  EXPECT_EQ(m["bytes"], fs::file_size(options.spec));
  EXPECT_EQ(m["sha256"], info.identity);
  EXPECT_EQ(m["add_bos"], false);
  EXPECT_EQ(m["add_bos_source"], "option");
  EXPECT_EQ(m["kv_type_k"], "f32");
  EXPECT_EQ(m["kv_type_v"], "f16");
  EXPECT_EQ(m["flash_attention"], false);
  EXPECT_EQ(m["threads"], 1);
  EXPECT_EQ(m["vocabulary"], 512);
  EXPECT_NEAR(m["bits_per_weight"].get<double>(), 8.5, 1.5);
  for (const char* key : {"context", "batch", "cpu_features", "engine_version", "adapters",
                          "chat_renderer", "metadata", "cache_bytes", "prefix_token"}) {
    EXPECT_TRUE(m.contains(key)) << key;
  }
  const std::vector<PreparedRequest> unit = prepared(*model, {Choices{{"Once"}, {" upon"}}});
  EXPECT_NE(unit[0].sequences[0].context.front(), 1);  // no BOS
}

TEST(LlamaModel, StreamsMayHaveMoreCellsThanASharedCache) {
  SKIP_WITHOUT_MODELS();
  ModelOptions options = options_for("F16");
  options.context = 8192;
  options.contexts = 2;
  const Json settings = open_or_die(options)->info().manifest;
  EXPECT_EQ(settings.at("cache_cells"), 12288);
  EXPECT_EQ(settings.at("stream_cells"), 32768);
  EXPECT_EQ(3 * settings.at("stream_bytes").get<std::size_t>(),
            8 * settings.at("cache_bytes").get<std::size_t>());
  const auto planning = open_llama_vocabulary(options);
  ASSERT_TRUE(planning) << planning.error().message;
  for (const char* name : {"cache_bytes", "stream_bytes", "contexts"}) {
    EXPECT_EQ((*planning)->info().manifest.at(name), settings.at(name)) << name;
  }
  options.context = 512;  // four times as much is less than what the shared cache has
  EXPECT_FALSE(open_or_die(options)->info().manifest.contains("stream_cells"));
  options.context = 8192;
  options.exact = true;  // has no streams
  EXPECT_FALSE(open_or_die(options)->info().manifest.contains("stream_cells"));
}

TEST(LlamaModel, WrongSettingsAreRefusedWithASentence) {
  SKIP_WITHOUT_MODELS();
  ModelOptions options = options_for("F16");
  options.kv_type = "q9_9";
  EXPECT_THAT(open_model(options).error().message, HasSubstr("\"q9_9\" is not known"));
  options.kv_type = "q8_0";
  options.flash_attention = "off";
  EXPECT_EQ(open_model(options).error().code, ErrorCode::kUsage);
  options.flash_attention = "on";  // heads of 8 dimensions do not hold a block of 32
  EXPECT_THAT(open_model(options).error().message, HasSubstr("could not make a context"));
  options.kv_type = "f16";
  options.lora = {{stories("Q8_0"), 1.0}};
  EXPECT_THAT(open_model(options).error().message, HasSubstr("not a LoRA adapter"));
}

TEST(LlamaModel, ItsArithmeticAgreesWithItself) {
  SKIP_WITHOUT_MODELS();
  const std::unique_ptr<Model> model = open_or_die(options_for("Q8_0"));
  const expected<SelfCheck> check = self_check(*model);
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_GT(check->tokens, 20);
  EXPECT_LT(check->worst_difference, 0.05);
  EXPECT_EQ(check->arg_max_changes, 0);
  EXPECT_EQ(check->constant_rows, 0);
  EXPECT_EQ(check->broken_rows, 0);
  EXPECT_TRUE(check->round_trip);
  EXPECT_GT(check->mean_log_probability, -4.0);  // far better than chance, log(1/512) = -6.2
}

TEST(LogSoftmaxTest, AgreesWithTheDefinitionAndRefusesWhatIsNotFinite) {
  const std::vector<float> logits = {1.0F, 3.0F, 3.0F, -2.0F};
  const LogSoftmax softmax(logits);
  double total = 0;
  for (const float l : logits) total += std::exp(static_cast<double>(l));
  EXPECT_NEAR(softmax.score(0)->log_probability, 1.0 - std::log(total), 1e-14);
  EXPECT_TRUE(softmax.score(1)->is_arg_max);
  EXPECT_FALSE(softmax.score(2)->is_arg_max);  // the first of equals
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(LogSoftmax(std::vector<float>{0, NAN}).score(0));
  EXPECT_FALSE(LogSoftmax(std::vector<float>{0, infinity}).score(0));
  EXPECT_FALSE(LogSoftmax(std::vector<float>{0, -infinity}).score(1));
  EXPECT_TRUE(LogSoftmax(std::vector<float>{0, -infinity}).score(0));
}

TEST(LlamaModel, CountsWhatItDecodesApartForPromptsAndGeneration) {
  SKIP_WITHOUT_MODELS();
  const std::unique_ptr<Model> model = open_or_die(options_for("Q8_0"));
  ASSERT_TRUE(model->work());
  EXPECT_GT(model->work()->load_seconds, 0);
  EXPECT_EQ(model->work()->prompt.tokens, 0U);

  const std::vector<Response> scored =
      answers(*model, {Choices{{"Once upon a time"}, {" there was", " a dog", " the end"}}});
  const EngineWork after_scoring = *model->work();
  EXPECT_EQ(after_scoring.prompt.tokens, static_cast<std::size_t>(scored[0].decoded_tokens));
  EXPECT_GT(after_scoring.prompt.seconds, 0);
  EXPECT_EQ(after_scoring.generation.calls, 0U);

  Completion ask;
  ask.prompt = "Lily went to the park";
  ask.max_tokens = 9;
  ask.samples = 1;
  ask.sampling.temperature = 0;
  Completion other = ask;
  other.prompt = "The big red ball was";
  const std::vector<Response> texts = answers(*model, {ask, other});
  const EngineWork end = *model->work();
  const std::size_t decoded =
      static_cast<std::size_t>(texts[0].decoded_tokens + texts[1].decoded_tokens);
  EXPECT_EQ(end.prompt.tokens - after_scoring.prompt.tokens + end.generation.tokens, decoded);
  // The last token of an answer is not decoded; both answers grow in the same calls.
  EXPECT_EQ(texts_of(texts[0])[0].tokens, 9);
  EXPECT_EQ(texts_of(texts[1])[0].tokens, 9);
  EXPECT_EQ(end.generation.tokens, 16U);
  EXPECT_EQ(end.generation.calls, 8U);
  EXPECT_GT(end.generation.seconds, 0);
}

}  // namespace
}  // namespace assay
