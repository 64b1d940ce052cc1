// What a GGUF model keeps with --keep-probs, against whole rows of logits taken one token at a
// time: the records are those of the rows, the distances between two models' rows lie within the
// bounds from their records, and keeping changes no answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "runtime/kept_tokens.h"
#include "runtime/llama_model.h"
#include "scorers/next_token_distance.h"
#include "tests/runtime/row_oracle.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tiny_model.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using test::Oracle;

std::unique_ptr<Model> open(const std::string& path) {
  ModelOptions options;
  options.spec = path;
  options.threads = 1;
  options.context = 256;
  options.probe_in_child = false;
  expected<std::unique_ptr<Model>> model = open_model(options);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *std::move(model) : nullptr;
}

std::vector<Request> requests() {
  Completion completion;
  completion.prompt = "once upon a";
  completion.max_tokens = 20;
  Completion drawn = completion;
  drawn.sampling.temperature = 0.9;
  drawn.samples = 2;
  drawn.seed_key = "t/1";
  return {Choices{{"the cat liked to"}, {" play", " play with a ball", " sleep", " xyz"}},
          Choices{{"sam had a toy", "sam had a big toy"}, {" car", " car"}},
          Rolling{"one day the dog ran away and the girl was very sad but then it came home"},
          completion, drawn};
}

std::vector<Response> answer(Model& model, int keep) {
  std::vector<PreparedRequest> unit;
  for (const Request& request : requests()) {
    unit.push_back(*model.prepare(request));
    unit.back().keep_top = keep;
  }
  std::vector<Response> out;
  const expected<std::vector<expected<Response>>> answers = model.answer(unit, {});
  EXPECT_TRUE(answers) << answers.error().message;
  if (!answers) return out;
  for (const expected<Response>& response : *answers) {
    EXPECT_TRUE(response) << response.error().message;
    out.push_back(*response);
  }
  return out;
}

// The tokens in front of every position that could be kept, by digest.
std::map<std::uint32_t, std::vector<Token>> paths_of(const Model& model,
                                                     const std::vector<Response>& responses) {
  std::map<std::uint32_t, std::vector<Token>> paths;
  const auto add = [&](const std::vector<Token>& tokens) {
    PathDigest digest;
    for (const Token token : tokens) digest.add(token);
    paths[digest.value()] = tokens;
  };
  for (std::size_t r = 0; r < responses.size(); ++r) {
    const PreparedRequest prepared = *model.prepare(requests()[r]);
    for (const TokenSequence& sequence : prepared.sequences) {
      std::vector<Token> tokens = sequence.context;
      std::vector<Token> next = sequence.continuation;
      if (const auto* texts = std::get_if<std::vector<Generation>>(&responses[r].answer)) {
        next = texts->front().token_ids.value_or(std::vector<Token>{});
      }
      add(tokens);
      for (const Token token : next) {
        tokens.push_back(token);
        add(tokens);
      }
    }
  }
  return paths;
}

double exact_kl(const std::vector<float>& a, const std::vector<float>& b, double& variation) {
  const auto softmax = [](const std::vector<float>& row) {
    std::vector<double> p;
    double total = 0;
    for (const float x : row) total += std::exp(static_cast<double>(x));
    for (const float x : row) p.push_back(std::exp(static_cast<double>(x)) / total);
    return p;
  };
  const std::vector<double> p = softmax(a);
  const std::vector<double> q = softmax(b);
  double kl = 0;
  variation = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    kl += p[i] * std::log(p[i] / q[i]);
    variation += std::fabs(p[i] - q[i]) / 2;
  }
  return kl;
}

// `slack`: what packing may change, on top of the bounds.
void check_against_rows(const std::string& base_path, const std::string& other_path, double slack) {
  constexpr int kKeep = 8;
  const std::unique_ptr<Model> base = open(base_path);
  const std::unique_ptr<Model> other = open(other_path);
  const Oracle base_oracle(base_path);
  const Oracle other_oracle(other_path);
  const std::vector<Response> a = answer(*base, kKeep);
  const std::vector<Response> b = answer(*other, kKeep);
  const auto paths = paths_of(*base, a);
  std::size_t compared = 0;
  for (std::size_t r = 0; r < a.size(); ++r) {
    const KeptTokens kept = *decode_kept(a[r].top_tokens);
    const KeptTokens twin = *decode_kept(b[r].top_tokens);
    EXPECT_EQ(kept_problem(a[r].top_tokens, kKeep), "");
    EXPECT_FALSE(kept.positions.empty());
    EXPECT_LE(kept.positions.size(), kKeptPositions);
    for (const TopTokens& top : kept.positions) {
      const auto path = paths.find(top.path);
      if (path == paths.end()) {
        EXPECT_EQ(r, 4U) << "only what was drawn is not on record";
        continue;
      }
      const std::vector<float> row = base_oracle.rows(path->second).back();
      const TopTokens exact = *top_tokens(row, kKeep);
      EXPECT_NEAR(top.rest, exact.rest, slack);
      EXPECT_NEAR(top.least, exact.least, slack);
      EXPECT_NEAR(top.log_probabilities.front(), exact.log_probabilities.front(), slack);
      const auto same = std::find_if(twin.positions.begin(), twin.positions.end(),
                                     [&](const TopTokens& t) { return t.path == top.path; });
      if (same == twin.positions.end()) continue;
      double variation = 0;
      const double kl = exact_kl(row, other_oracle.rows(path->second).back(), variation);
      const NextTokenDistance d = next_token_distance(top, *same);
      EXPECT_LE(*d.kl_low, kl + slack) << r;
      EXPECT_GE(*d.kl_high, kl - slack) << r;
      EXPECT_LE(d.variation_low, variation + slack) << r;
      EXPECT_GE(d.variation_high, variation - slack) << r;
      ++compared;
    }
  }
  EXPECT_GT(compared, 20U);
}

TEST(LlamaKept, RecordsAndBoundsAgainstWholeRows) {
  const testing_support::TempFolder folder;
  testing_support::TinyModelOptions options;
  testing_support::write_tiny_model(folder / "a.gguf", options);
  options.loudness = 0.2F;  // a little another model
  testing_support::write_tiny_model(folder / "b.gguf", options);
  check_against_rows(folder / "a.gguf", folder / "b.gguf", 0.005);
}

TEST(LlamaKept, RecordsAndBoundsOfAQuantizedStoriesModel) {
  const auto stories = [](const std::string& type) {
    return (fs::path(ASSAY_SHARED_DIR) / "models" / ("stories260K-" + type + ".gguf")).string();
  };
  if (!fs::exists(stories("F16"))) GTEST_SKIP() << "no models";
  check_against_rows(stories("F16"), stories("Q4_0"), 0.02);
}

TEST(LlamaKept, KeepingChangesNoAnswerAndRepeatsToTheBit) {
  const testing_support::TempFolder folder;
  testing_support::write_tiny_model(folder / "m.gguf");
  const std::unique_ptr<Model> model = open(folder / "m.gguf");
  ASSERT_TRUE(model->keeps_top_tokens());
  const std::vector<Response> without = answer(*model, 0);
  const std::vector<Response> with = answer(*model, 16);
  const std::vector<Response> again = answer(*model, 16);
  for (std::size_t r = 0; r < without.size(); ++r) {
    EXPECT_EQ(without[r].top_tokens, "");
    EXPECT_NE(with[r].top_tokens, "");
    EXPECT_EQ(with[r].top_tokens, again[r].top_tokens);
    EXPECT_EQ(without[r].decoded_tokens, with[r].decoded_tokens);
  }
  for (std::size_t r = 0; r < 2; ++r) {
    const auto& a = std::get<std::vector<ChoiceScore>>(without[r].answer);
    const auto& b = std::get<std::vector<ChoiceScore>>(with[r].answer);
    for (std::size_t c = 0; c < a.size(); ++c) EXPECT_EQ(a[c].loglikelihood, b[c].loglikelihood);
  }
  for (std::size_t r = 3; r < 5; ++r) {
    const auto& a = std::get<std::vector<Generation>>(without[r].answer);
    const auto& b = std::get<std::vector<Generation>>(with[r].answer);
    for (std::size_t c = 0; c < a.size(); ++c) EXPECT_EQ(a[c].text, b[c].text);
  }
}

TEST(LlamaKept, TokensOfGreedyTextsAreOnRecord) {
  const testing_support::TempFolder folder;
  testing_support::write_tiny_model(folder / "m.gguf");
  const std::unique_ptr<Model> model = open(folder / "m.gguf");
  const std::vector<Response> responses = answer(*model, 0);
  const auto& greedy = std::get<std::vector<Generation>>(responses[3].answer);
  ASSERT_TRUE(greedy.front().token_ids);
  EXPECT_EQ(greedy.front().token_ids->size(), static_cast<std::size_t>(greedy.front().tokens));
  // Grown one by one: each is the first arg max after those before it.
  const Oracle oracle(folder / "m.gguf");
  std::vector<Token> tokens = model->prepare(requests()[3])->sequences.front().context;
  for (const Token token : *greedy.front().token_ids) {
    const std::vector<float> row = oracle.rows(tokens).back();
    EXPECT_EQ(token, static_cast<Token>(std::max_element(row.begin(), row.end()) - row.begin()));
    tokens.push_back(token);
  }
  for (const Generation& drawn : std::get<std::vector<Generation>>(responses[4].answer)) {
    EXPECT_FALSE(drawn.token_ids) << "drawn texts part by chance";
  }
}

}  // namespace
}  // namespace assay
