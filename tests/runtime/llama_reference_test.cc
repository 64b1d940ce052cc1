// The reference model in the engine against its trainer: the same tokens for texts of every kind
// that it was trained on, and the same log-likelihoods within what F16 and F32 sums differ by.
// models/reference/cases.py writes the cases from the checkpoint that was exported.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "assay/json.h"
#include "runtime/llama_model.h"
#include "runtime/reference_model.h"

namespace assay {
namespace {

// Per scored token, in nats.
constexpr double kTolerance = 0.02;

TEST(ReferenceModel, TheEngineReadsAndScoresAsTheTrainerDoes) {
  ModelOptions options;
  options.spec = std::string(kReferenceModel);
  options.threads = 1;
  options.probe_in_child = false;
  const expected<std::unique_ptr<Model>> model = open_model(options);
  ASSERT_TRUE(model) << model.error().message;

  std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/tests/cases/reference_model.jsonl");
  int compared = 0;
  for (std::string line; std::getline(in, line); ++compared) {
    const Json row = Json::parse(line);
    const Choices choices{{row.at("context")}, {row.at("continuation")}};
    const expected<PreparedRequest> request = (*model)->prepare(choices);
    ASSERT_TRUE(request) << request.error().message;
    std::vector<Token> ids = request->sequences.front().context;
    const std::vector<Token>& scored = request->sequences.front().continuation;
    ids.insert(ids.end(), scored.begin(), scored.end());
    ASSERT_FALSE(ids.empty());
    ids.erase(ids.begin());  // the beginning token
    EXPECT_EQ(ids, row.at("ids").get<std::vector<Token>>()) << line;

    const expected<std::vector<expected<Response>>> answers = (*model)->answer({&*request, 1}, {});
    ASSERT_TRUE(answers) << answers.error().message;
    ASSERT_TRUE(answers->front()) << answers->front().error().message;
    const auto& scores = std::get<std::vector<ChoiceScore>>(answers->front()->answer);
    EXPECT_EQ(scores.front().tokens, row.at("scored").get<int>());
    EXPECT_NEAR(scores.front().loglikelihood, row.at("loglikelihood").get<double>(),
                kTolerance * scores.front().tokens)
        << line;
  }
  EXPECT_GE(compared, 20);
}

}  // namespace
}  // namespace assay
