// Shared trunks on a real model: the forecast is what was decoded, and sharing changes no bit of an
// answer against a run that shares nothing.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "runtime/decode_forecast.h"
#include "runtime/model_options.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

ModelOptions options() {
  ModelOptions out;
  out.spec = (fs::path(ASSAY_SHARED_DIR) / "models/stories260K-Q8_0.gguf").string();
  out.context = 1024;
  out.batch = 64;
  out.threads = 1;
  out.probe_in_child = false;
  return out;
}

// Stories that begin alike up to a sentence of their own, deeper and deeper.
std::vector<Request> stories() {
  std::vector<Request> out;
  for (const int depth : {0, 9, 18, 27}) {
    for (const char* name : {"Tom", "Lily"}) {
      std::string text;
      for (int i = 0; i < 30; ++i) {
        if (i == depth) text += std::string(name) + " had a red ball. ";
        text += "Once upon a time there was a little dog " + std::string(i % 3 + 1, 'o') + ". ";
      }
      Completion completion;
      completion.prompt = text + "The ball was";
      completion.max_tokens = 6;
      out.emplace_back(completion);
    }
  }
  return out;
}

std::vector<PreparedRequest> prepared(const Model& model) {
  std::vector<PreparedRequest> out;
  for (const Request& request : stories()) {
    expected<PreparedRequest> one = model.prepare(request);
    EXPECT_TRUE(one) << one.error().message;
    out.push_back(std::move(*one));
  }
  return out;
}

std::string text_of(const expected<Response>& response) {
  EXPECT_TRUE(response) << response.error().message;
  return std::get<std::vector<Generation>>(response->answer).at(0).text;
}

TEST(LlamaTrunk, TheForecastIsWhatIsDecodedAndSharingChangesNoAnswer) {
  if (!fs::exists(options().spec)) GTEST_SKIP() << "no model";
  const auto never = [] { return false; };

  // The oracle: each prompt in a unit of its own, by a model that was just opened.
  std::vector<std::string> alone;
  std::size_t unshared = 0;
  {
    const expected<std::unique_ptr<Model>> model = open_model(options());
    ASSERT_TRUE(model) << model.error().message;
    std::vector<PreparedRequest> other;
    Completion unlike;
    unlike.prompt = "Zebra!";
    unlike.max_tokens = 1;
    other.push_back(*(*model)->prepare(unlike));
    for (const PreparedRequest& request : prepared(**model)) {
      ASSERT_TRUE((*model)->answer(other, never));  // nothing of the prompt before is left
      const auto answers = (*model)->answer(std::vector{request}, never);
      ASSERT_TRUE(answers);
      alone.push_back(text_of(answers->front()));
      unshared += request.sequences.front().context.size();
    }
  }

  const expected<std::unique_ptr<Model>> model = open_model(options());
  ASSERT_TRUE(model) << model.error().message;
  const std::vector<PreparedRequest> requests = prepared(**model);
  const expected<std::unique_ptr<Model>> planning = open_for_planning(options());
  ASSERT_TRUE(planning);
  const std::unique_ptr<DecodeForecast> forecast = forecast_of(**model);
  const std::unique_ptr<DecodeForecast> from_header = forecast_of(**planning);
  ASSERT_NE(forecast, nullptr);
  ASSERT_NE(from_header, nullptr);
  const std::span<const PreparedRequest> all(requests);
  std::size_t told = 0;
  std::vector<std::string> shared;
  for (const auto& unit : {all.first(5), all.subspan(5)}) {  // a trunk lives on between units
    const std::size_t tokens = forecast->add(unit);
    EXPECT_EQ(from_header->add(unit), tokens) << "the header says as much as the model";
    told += tokens;
    const auto answers = (*model)->answer(unit, never);
    ASSERT_TRUE(answers) << answers.error().message;
    for (const expected<Response>& answer : *answers) shared.push_back(text_of(answer));
    EXPECT_EQ((*model)->work()->prompt.tokens, told);
  }
  EXPECT_EQ(shared, alone);
  // Without chunks it would be 66 %: one trunk, and of each prompt what comes after its sentence.
  EXPECT_LT(told, unshared * 85 / 100);
}

}  // namespace
}  // namespace assay
