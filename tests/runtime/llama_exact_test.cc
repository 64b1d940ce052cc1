// The exact mode on real models: an answer's bits are the same alone, among any neighbours, in any
// order and with any number of threads; and they are the answers of the fast mode up to rounding.
#include <gtest/gtest.h>

#include <algorithm>
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

std::string stories(const std::string& type) {
  return (fs::path(ASSAY_SHARED_DIR) / "models" / ("stories260K-" + type + ".gguf")).string();
}

std::unique_ptr<Model> open(const std::string& type, bool exact, int threads, int batch = 512,
                            const std::string& flash = "on") {
  ModelOptions options;
  options.spec = stories(type);
  options.context = 512;
  options.exact = exact;
  options.threads = threads;
  options.batch = batch;
  options.flash_attention = flash;
  options.probe_in_child = false;
  expected<std::unique_ptr<Model>> model = open_model(options);
  EXPECT_TRUE(model) << (model ? "" : model.error().message);
  return model ? std::move(*model) : nullptr;
}

// Questions after a header of several chunks, of many lengths, one beginning at a multiple of the
// chunk; choices of one token and of several; texts of one and of three samples.
std::vector<Request> requests() {
  std::string header;
  for (int i = 0; i < 9; ++i) header += "Once there was a big dog. It ran to the red ball. ";
  std::vector<Request> out;
  std::string question;
  for (int i = 0; i < 5; ++i) {
    question += i % 2 == 0 ? "The cat saw a bird and it was happy. " : "Tom sat. ";
    out.emplace_back(Choices{{header + question}, {" a", " the dog", " a very big tree"}});
    Completion text;
    text.prompt = header + question;
    text.max_tokens = 7 + i;
    text.seed_key = "item " + std::to_string(i);
    if (i % 3 == 0) {
      text.samples = 3;
      text.sampling.temperature = 0.8;
    }
    out.emplace_back(text);
  }
  out.emplace_back(Rolling{header});
  return out;
}

struct Answer {
  std::vector<double> scores;
  std::vector<std::string> texts;
  bool operator==(const Answer&) const = default;
};

Answer answer_of(const expected<Response>& response) {
  Answer out;
  EXPECT_TRUE(response) << response.error().message;
  if (!response) return out;
  if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response->answer)) {
    for (const ChoiceScore& score : *scores) out.scores.push_back(score.loglikelihood);
  } else if (const auto* rolling = std::get_if<RollingScore>(&response->answer)) {
    out.scores.push_back(rolling->loglikelihood);
  } else {
    for (const auto& text : std::get<std::vector<Generation>>(response->answer)) {
      out.texts.push_back(text.text);
    }
  }
  return out;
}

// Answers by request; the requests are asked in `order`, in units of `size`.
std::vector<Answer> answers(Model& model, std::vector<std::size_t> order, std::size_t size) {
  const std::vector<Request> all = requests();
  std::vector<Answer> out(all.size());
  for (std::size_t begin = 0; begin < order.size(); begin += size) {
    const std::size_t end = std::min(order.size(), begin + size);
    std::vector<PreparedRequest> unit;
    for (std::size_t i = begin; i < end; ++i) {
      expected<PreparedRequest> prepared = model.prepare(all[order[i]]);
      EXPECT_TRUE(prepared) << prepared.error().message;
      unit.push_back(std::move(*prepared));
    }
    const auto answered = model.answer(unit, {});
    EXPECT_TRUE(answered) << answered.error().message;
    for (std::size_t i = begin; i < end; ++i) out[order[i]] = answer_of((*answered)[i - begin]);
  }
  return out;
}

std::vector<std::size_t> in_order() {
  std::vector<std::size_t> order(requests().size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  return order;
}

TEST(LlamaExact, BitsDependOnNoNeighbourOrderBatchOrThread) {
  if (!fs::exists(stories("Q8_0"))) GTEST_SKIP() << "the shared models are not here";
  std::vector<std::size_t> backwards = in_order();
  std::reverse(backwards.begin(), backwards.end());
  for (const char* type : {"Q8_0", "F16", "Q4_0"}) {
    const std::vector<Answer> alone = answers(*open(type, true, 1), in_order(), 1);
    EXPECT_EQ(answers(*open(type, true, 3, 64), backwards, 5), alone) << type;
  }
  for (const int threads : {2, 4}) {
    EXPECT_EQ(answers(*open("F16", true, threads), in_order(), 100),
              answers(*open("F16", true, 1), backwards, 3))
        << threads;
  }
}

TEST(LlamaExact, WithoutFlashAttentionTextsGoAloneWithEqualBits) {
  if (!fs::exists(stories("Q8_0"))) GTEST_SKIP() << "the shared models are not here";
  const std::vector<Answer> alone = answers(*open("Q8_0", true, 1, 512, "off"), in_order(), 1);
  EXPECT_EQ(answers(*open("Q8_0", true, 2, 100, "off"), in_order(), 100), alone);
}

TEST(LlamaExact, ScoresAreThoseOfTheFastModeUpToRounding) {
  if (!fs::exists(stories("F16"))) GTEST_SKIP() << "the shared models are not here";
  const std::vector<Answer> exact = answers(*open("F16", true, 1), in_order(), 100);
  const std::vector<Answer> fast = answers(*open("F16", false, 1), in_order(), 100);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    ASSERT_EQ(exact[i].scores.size(), fast[i].scores.size());
    for (std::size_t s = 0; s < exact[i].scores.size(); ++s) {
      const double wanted = fast[i].scores[s];
      EXPECT_NEAR(exact[i].scores[s], wanted, 0.05 + 1e-3 * std::abs(wanted)) << i;
    }
  }
}

TEST(LlamaExact, TheForecastIsWhatIsDecoded) {
  if (!fs::exists(stories("Q8_0"))) GTEST_SKIP() << "the shared models are not here";
  const std::unique_ptr<Model> model = open("Q8_0", true, 1);
  const std::unique_ptr<DecodeForecast> forecast = forecast_of(*model);
  ASSERT_NE(forecast, nullptr);
  std::vector<PreparedRequest> unit;
  for (const Request& request : requests()) unit.push_back(*model->prepare(request));
  const std::size_t before = model->work()->prompt.tokens;
  const std::size_t planned = forecast->add(unit);
  ASSERT_TRUE(model->answer(unit, {}));
  EXPECT_EQ(model->work()->prompt.tokens - before, planned);
}

}  // namespace
}  // namespace assay
