// Where tokens begin: the pieces of a text put together again, proof by content key that they are
// the tokens that were asked, and places as browsers count them.
#include "results/token_marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assay/python_random.h"
#include "runtime/content_key.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using testing_support::TempFolder;

using Begins = std::vector<std::size_t>;

TEST(Spelled, AnyCutOfATextGivesItsPlaces) {
  const std::string text = "Ein Mädchen zählt 12 Äpfel. 🍎\n\nAnswer: 3";
  PythonRandom random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> pieces;
    Begins expected;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + static_cast<std::size_t>(random.random() * 6);
      expected.push_back(at);
      pieces.push_back(text.substr(at, size));
      at += pieces.back().size();
    }
    EXPECT_EQ(spelled(text, pieces, false), expected);
    EXPECT_EQ(spelled_beginning(text, pieces), expected);
  }
}

TEST(Spelled, AddedTokensAndTheBlankInFrontHaveNoBytes) {
  EXPECT_EQ(spelled("The cat", {"<s>", " The", " cat"}, false), (Begins{0, 0, 3}));
  EXPECT_EQ(spelled("The cat", {"<s>", "<s>", "The", " cat"}, false), (Begins{0, 0, 0, 3}));
  EXPECT_EQ(spelled("The cat", {"The", " cat", "</s>"}, false), (Begins{0, 3, 7}));
  EXPECT_EQ(spelled("<s>The", {"<s>", "The"}, false), (Begins{0, 3}));
  EXPECT_EQ(spelled("one two", {" two"}, true), (Begins{3}));
}

TEST(Spelled, WhatDoesNotSpellTheTextHasNoPlaces) {
  EXPECT_FALSE(spelled("The cat", {"<s>", "the", " cat"}, false));
  EXPECT_FALSE(spelled("The cat", {"The", "<s>", " cat"}, false));
  EXPECT_FALSE(spelled("The cat", {"The", " ca"}, false));
  EXPECT_FALSE(spelled("cat", {"The", " cat"}, true));
  EXPECT_FALSE(spelled_beginning("The cat", {"The", " dog"}));
  EXPECT_FALSE(spelled_beginning("The cat", {"The", " ca"}));
}

TEST(Spelled, ATextThatWasCutAtAStopEndsInsideItsTokens) {
  EXPECT_EQ(spelled_beginning("12", {"1", "2\n", "\n", "Q"}), (Begins{0, 1, 2, 2}));
}

std::shared_ptr<const Model> bytes_model() { return testing::hash_model(); }

TEST(MarkTokens, EveryPromptOfARunIsSpelledByItsTokens) {
  const TempFolder folder;
  testing::SmallRun small(folder.path() + "/run", 6, 3);
  ASSERT_TRUE(small.go());
  const auto run = load_run(small.folder);
  ASSERT_TRUE(run) << run.error().message;
  ModelInfo asked;
  asked.identity = run->manifest.at("model").at("identity").get<std::string>();
  asked.engine = run->manifest.at("model").at("engine").get<std::string>();
  const AskedTokens tokens(bytes_model(), asked);
  EXPECT_TRUE(fits(tokens, *run));
  for (const TaskRecord& task : run->tasks) {
    for (const ItemRecord& item : task.items) {
      SampleView view = view_sample(task, task_of(task), item);
      mark_tokens(tokens, item, view);
      ASSERT_TRUE(view.prompt_marks) << item.item.id;
      EXPECT_EQ(view.prompt_marks->begins.size(), view.prompt.size());  // tokens are bytes
      for (const ChoiceView& choice : view.choices) {
        ASSERT_TRUE(choice.tokens);
        EXPECT_EQ(choice.tokens->begins.size(), choice.text.size());
      }
    }
  }
}

// Another model, another request, an edited key: each gives another key, so nothing is marked.
TEST(MarkTokens, TokensThatAreNotThoseOfTheRecordAreNotShown) {
  const TempFolder folder;
  testing::SmallRun small(folder.path() + "/run", 2, 1);
  ASSERT_TRUE(small.go());
  auto run = load_run(small.folder);
  ASSERT_TRUE(run);
  ModelInfo other;
  other.identity = "another file";
  other.engine = run->manifest.at("model").at("engine").get<std::string>();
  EXPECT_FALSE(fits(AskedTokens(bytes_model(), other), *run));
  other.identity = run->manifest.at("model").at("identity").get<std::string>();
  const AskedTokens tokens(bytes_model(), other);
  ItemRecord& item = run->tasks[0].items[0];
  std::get<Choices>(*item.evidence.request).contexts[0] += " ";
  SampleView view = view_sample(run->tasks[0], task_of(run->tasks[0]), item);
  mark_tokens(tokens, item, view);
  EXPECT_FALSE(view.prompt_marks);
  EXPECT_FALSE(to_json(view).contains("marks"));
  EXPECT_FALSE(fits(tokens, *run));
}

TEST(MarkTokens, PlacesAreThoseOfBrowsers) {
  SampleView view;
  view.prompt = "é🍎b";                                  // 2, 4 and 1 bytes; 1, 2 and 1 units
  view.prompt_marks = TokenMarks{{0, 1, 2, 6}, "<s>"};  // é in two tokens
  const Json json = to_json(view);
  EXPECT_EQ(json.at("marks").at("steps"), Json({0, 1, 0, 2}));
  EXPECT_EQ(json.at("marks").at("added"), "<s>");
}

TEST(MarkTokens, TheReferenceModelsVocabularyMakesItsTokensAgain) {
  ModelOptions options;
  options.spec = "reference";
  const auto model = open_for_planning(options);
  if (!model) GTEST_SKIP() << model.error().message;
  ModelInfo asked;
  asked.identity = "the file that answered";
  asked.engine = "its engine";
  Choices choices;
  choices.contexts = {"Question: Which animal says meow?\nAnswer:"};
  choices.continuations = {" a cat", " a dog"};
  const auto prepared = (*model)->prepare(choices);
  ASSERT_TRUE(prepared) << prepared.error().message;
  ItemRecord item;
  item.evidence.request = choices;
  item.evidence.key = content_key(asked, *prepared);
  Response response;
  response.answer = std::vector<ChoiceScore>(2);
  item.evidence.answer = response;
  const auto tokens = AskedTokens::open(
      "reference",
      {{"identity", asked.identity}, {"engine", asked.engine}, {"settings", Json::object()}});
  ASSERT_TRUE(tokens) << tokens.error().message;
  SampleView view = view_sample(TaskRecord{}, nullptr, item);
  mark_tokens(*tokens, item, view);
  ASSERT_TRUE(view.prompt_marks);
  EXPECT_EQ(view.prompt_marks->added, "<|begin|>");
  // The prompt's own tokens and the added one are the context that was asked.
  EXPECT_EQ(view.prompt_marks->begins.size() + 1, prepared->sequences[0].context.size());
  EXPECT_EQ(view.choices[1].tokens->begins.size(), prepared->sequences[1].continuation.size());
  EXPECT_THAT(view.choices[0].tokens->begins.front(), 0u);
}

}  // namespace
}  // namespace assay
