// Runs whose differences are known: five benchmarks over rows made here, answered by a model whose
// skill is a setting. Two models of different skill make most of the same mistakes, as two
// quantisations of one model do.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "assay/digest.h"
#include "results/run.h"
#include "results/run_folder.h"
#include "tests/support/memory_source.h"

namespace assay::testing {

inline MemorySource pair_data(int arc_items) {
  std::vector<Json> arc, boolq, gsm8k, lambada, pages;
  for (int i = 0; i < arc_items; ++i) {
    arc.push_back({{"id", fmt::format("arc-{}", i)},
                   {"question", fmt::format("Which number follows {}?", 100 + i)},
                   {"choices",
                    {{"text",
                      {fmt::format("{}", 101 + i), fmt::format("{}", 107 + i),
                       fmt::format("{}", 113 + i), fmt::format("{}", 10 + i % 90)}},
                     {"label", {"A", "B", "C", "D"}}}},
                   {"answerKey", "A"}});
  }
  for (int i = 0; i < 120; ++i) {
    boolq.push_back({{"question", fmt::format("is {} even", i)},
                     {"passage", fmt::format("A text about numbers like {}.", i / 4)},
                     {"idx", i},
                     {"label", i % 2 == 0 ? 1 : 0}});
  }
  for (int i = 0; i < 60; ++i) {
    gsm8k.push_back({{"question", fmt::format("What is {} plus {}?", i, i)},
                     {"answer", fmt::format("It is {}.\n#### {}", 2 * i, 2 * i)}});
    lambada.push_back({{"text", fmt::format("Count to {} and say number{}", i, i)}});
    pages.push_back({{"page", fmt::format(" = Page {} = \n\n {} words here and more", i, i)}});
  }
  MemorySource source;
  source.add("arc/ARC-Easy/test", arc).add("arc/ARC-Easy/train", arc);
  source.add("arc/ARC-Easy/validation", arc);
  source.add("boolq//validation", boolq).add("boolq//train", boolq);
  source.add("gsm8k/main/test", gsm8k).add("gsm8k/main/train", gsm8k);
  source.add("lambada//test", lambada);
  source.add("wikitext-2/wikitext-2-raw-v1/test", pages);
  return source;
}

// Answers by hashes of the texts, shared by all models of this kind; `skill` (0..1) moves them
// towards the right answer and `salt` makes a little of the noise a model's own.
class SkilledModel : public Model {
 public:
  SkilledModel(std::string name, double skill, std::string salt)
      : skill_(skill), salt_(std::move(salt)) {
    info_.name = std::move(name);
    info_.identity = sha256_hex(fmt::format("{} {} {}", info_.name, skill_, salt_));
    info_.engine = "scripted";
  }
  std::string refuse;  // requests that hold this text are item errors

  const ModelInfo& info() const override { return info_; }
  expected<PreparedRequest> prepare(const Request& request) const override {
    PreparedRequest prepared{request, {{{1}, {2}}}, false};
    if (!refuse.empty() && text_of(request).find(refuse) != std::string::npos) {
      return data_error("the prompt has 9102 tokens but the context holds 512");
    }
    return prepared;
  }
  expected<std::vector<expected<Response>>> answer(std::span<const PreparedRequest> unit,
                                                   const std::function<bool()>&) override {
    std::vector<expected<Response>> out;
    for (const PreparedRequest& prepared : unit) out.push_back(answer_one(prepared.request));
    return out;
  }
  expected<std::string> render_chat(std::span<const ChatMessage>, bool, bool) const override {
    return std::string();
  }
  std::string token_text(Token) const override { return "t"; }
  std::optional<std::size_t> count_tokens(std::string_view) const override { return std::nullopt; }

 private:
  static std::string text_of(const Request& request) {
    if (const auto* choices = std::get_if<Choices>(&request)) return choices->contexts.front();
    if (const auto* completion = std::get_if<Completion>(&request)) return completion->prompt;
    return std::get<Rolling>(request).text;
  }
  static double unit(std::uint64_t hash) {
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;  // FNV's high bits alone mix too little
    return static_cast<double>((hash ^ (hash >> 33)) >> 11) * 0x1.0p-53;
  }
  // Mostly shared between models, a little of its own.
  double noise(const std::string& text) const {
    return 0.85 * unit(fnv1a64(text + "shared")) + 0.15 * unit(fnv1a64(text + salt_));
  }
  static int number_after(const std::string& text, const std::string& word) {
    const std::size_t at = text.rfind(word);
    return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + word.size());
  }
  bool is_right(const std::string& context, const std::string& continuation) const {
    if (context.find("follows") != std::string::npos) {
      return continuation == fmt::format(" {}", number_after(context, "follows ") + 1);
    }
    return (continuation == " yes") == (number_after(context, "Question: is ") % 2 == 0);
  }
  Response answer_one(const Request& request) const {
    Response response;
    response.prompt_tokens = response.decoded_tokens = 3;
    const std::string text = text_of(request);
    if (const auto* choices = std::get_if<Choices>(&request)) {
      std::vector<ChoiceScore> scores;
      for (const std::string& continuation : choices->continuations) {
        const double bonus = is_right(text, continuation) ? 4 * skill_ : 0.0;
        const double ll = -6 + 4 * noise(text + continuation) + bonus;
        scores.push_back({ll, ll > -3.4, 1});
      }
      response.answer = std::move(scores);
    } else if (const auto* completion = std::get_if<Completion>(&request)) {
      const int right = 2 * number_after(completion->prompt, "plus ");
      std::vector<Generation> texts;
      for (int i = 0; i < completion->samples; ++i) {
        const double luck = noise(fmt::format("{}{}", completion->prompt, i));
        const int said =
            luck < skill_ ? right : right + 1 + static_cast<int>(5 * unit(fnv1a64(text + salt_)));
        texts.push_back({fmt::format(" Let me see: #### {}", said), FinishReason::kStop, 4});
      }
      response.answer = std::move(texts);
    } else {
      response.answer = RollingScore{-40 + 30 * (skill_ - 1) * (0.8 + 0.4 * noise(text)), 12};
    }
    return response;
  }

  double skill_;
  std::string salt_;
  ModelInfo info_;
};

struct PairRuns {
  explicit PairRuns(std::string folder, int arc_items = 200)
      : data(pair_data(arc_items)), root(std::move(folder)) {
    settings.targets = {"arc_easy", "boolq", "gsm8k", "lambada_openai", "wikitext"};
    settings.shots = 0;
  }

  // Runs the model into root/NAME and loads what came out.
  RunFolder go(const std::string& name, Model& model) {
    RunRequest request;
    request.settings = settings;
    request.folder = root + "/" + name;
    request.data = &data;
    request.model = &model;
    request.workers = 2;
    RunObserver observer;
    const std::atomic<bool> stop{false};
    const expected<RunOutcome> outcome = run(request, observer, stop);
    EXPECT_TRUE(outcome) << outcome.error().message;
    expected<RunFolder> loaded = load_run(request.folder);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? std::move(*loaded) : RunFolder{};
  }
  RunFolder go(const std::string& name, double skill, const std::string& salt) {
    SkilledModel model(name + ".gguf", skill, salt);
    return go(name, model);
  }

  MemorySource data;
  std::string root;
  RunSettings settings;
};

}  // namespace assay::testing
