// Questions over documents: the paragraph with the answer stands where it should, no other has the
// answer, the prompt has exactly its length, and answers are scored as SQuAD's script does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "datasets/data_home.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/documents.h"
#include "tests/support/memory_source.h"
#include "tests/tasks/made_tasks.h"

namespace assay {
namespace {

using testing::count_words;
using testing::full_prompt;
using ::testing::HasSubstr;
using testing::load_made;
using testing::score_of;

// Articles of two paragraphs; the answer to question i is the number 1000 + i, which also stands in
// a paragraph of another article.
std::string squad(int articles) {
  Json data = Json::array();
  int question = 0;
  for (int a = 0; a < articles; ++a) {
    Json paragraphs = Json::array();
    for (int p = 0; p < 2; ++p) {
      const int answer = 1000 + question;
      std::string text = "Article " + std::to_string(a) + " tells that the town had " +
                         std::to_string(answer) + " houses.";
      // Somebody else's answer, so that this one may not stand beside that question.
      text += " Elsewhere there were " + std::to_string(1000 + (question + 4) % (2 * articles)) +
              "\n of them.";
      for (int w = 0; w < 5 + 7 * (question % 3); ++w) text += " word" + std::to_string(w);
      paragraphs.push_back(
          {{"context", text + "."},
           {"qas",
            {{{"id", "q" + std::to_string(question)},
              {"question", "How many houses had town " + std::to_string(question) + "?"},
              {"answers",
               {{{"text", std::to_string(answer)}, {"answer_start", 1}},
                {{"text", std::to_string(answer)}, {"answer_start", 9}}}}}}}});
      ++question;
    }
    data.push_back({{"title", "Town_" + std::to_string(a)}, {"paragraphs", paragraphs}});
  }
  return Json{{"version", "1.1"}, {"data", data}}.dump();
}

testing::MemorySource towns(int articles = 30) {
  testing::MemorySource source;
  source.add_text("longdoc", "xquad.en.json", squad(articles));
  return source;
}

const Json kSettings = {{"lengths", {220, 500}}, {"depths", {0, 50, 100}}, {"needles", 4}};
const Json kRuler = {{"lengths", {230, 520}}, {"samples", 6}};

// The documents of a prompt, read back by their headings.
std::vector<std::string> documents_in(const std::string& prompt, const std::string& heading,
                                      const std::string& end) {
  const std::regex head(heading);
  const std::string text = prompt.substr(0, prompt.rfind(end));
  std::vector<std::string> out;
  std::sregex_iterator it(text.begin(), text.end(), head);
  for (; it != std::sregex_iterator();) {
    EXPECT_EQ((*it)[1], std::to_string(out.size() + 1)) << "numbers count up";
    const auto from = static_cast<std::size_t>(it->position() + it->length());
    ++it;
    const std::size_t to =
        it == std::sregex_iterator() ? text.size() : static_cast<std::size_t>(it->position());
    out.push_back(text.substr(from, to - from));
  }
  return out;
}

void expect_documents(const LoadedTask& loaded, const std::string& task, const std::string& heading,
                      const std::string& end, int answer_tokens) {
  for (const LoadedItem& one : loaded.items) {
    const Json& doc = one.item.doc;
    const std::string prompt = full_prompt(task, one.item);
    EXPECT_EQ(count_words(prompt), doc.at("length").get<int>() - answer_tokens) << one.item.id;
    const std::vector<std::string> documents = documents_in(prompt, heading, end);
    ASSERT_EQ(documents.size(), doc.at("placement").at("documents")) << one.item.id;
    const auto answer = doc.at("values").at(0).get<std::string>();
    const auto number = doc.at("document").get<std::size_t>();
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const std::string words = " " + normalised_answer(documents[i]) + " ";
      EXPECT_EQ(words.find(" " + normalised_answer(answer) + " ") != std::string::npos,
                i + 1 == number)
          << one.item.id << " document " << i + 1;
    }
    if (!doc.contains("depth")) continue;
    const double others = static_cast<double>(documents.size() - 1);
    EXPECT_NEAR(static_cast<double>(number - 1), doc.at("depth").get<double>() / 100 * others, 0.5);
  }
}

constexpr const char* kLongHeading = "Document \\[([0-9]+)\\]\\(Title: [^\n]*?\\) ";
constexpr const char* kRulerHeading = "Document ([0-9]+):\n";

TEST(DocumentQa, OneDocumentHasTheAnswerAndStandsAtItsDepth) {
  const auto loaded = load_made("longqa", towns(), kSettings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->items.size(), 24u);
  expect_documents(*loaded, "longqa", kLongHeading, "\n\nQuestion: ", 64);
  EXPECT_THAT(full_prompt("longqa", loaded->items[0].item), HasSubstr("(Title: Town "));
  const auto ruler = load_made("ruler_qa", towns(), kRuler);
  ASSERT_TRUE(ruler) << ruler.error().message;
  expect_documents(*ruler, "ruler_qa", kRulerHeading, "\n\nAnswer the question", 32);
}

TEST(DocumentQa, EveryLengthIsMetExactly) {
  Json settings = {{"lengths", Json::array()}, {"depths", {0, 100}}, {"needles", 1}};
  for (int length = 180; length < 260; ++length) settings["lengths"].push_back(length);
  const auto loaded = load_made("longqa", towns(), settings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& one : loaded->items) {
    ASSERT_FALSE(one.item.doc["placement"].contains("problem")) << one.item.doc["placement"];
    EXPECT_EQ(count_words(full_prompt("longqa", one.item)),
              one.item.doc.at("length").get<int>() - 64);
  }
}

TEST(DocumentQa, IsMadeWell) {
  testing::expect_made_well("longqa", towns(), kSettings);
  testing::expect_made_well("ruler_qa", towns(), kRuler);
}

TEST(DocumentQa, QuestionsOfACellAreDifferent) {
  const auto loaded =
      load_made("longqa", towns(), {{"lengths", {200}}, {"depths", 1}, {"needles", 60}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  std::set<std::string> ids;
  for (const LoadedItem& one : loaded->items) ids.insert(one.item.doc["keys"].at(0));
  EXPECT_EQ(ids.size(), 60u);
}

TEST(DocumentQa, WhatCannotBeMadeIsExplained) {
  const auto error = [](const std::string& task, const DataSource& source, const Json& settings) {
    return testing::problem_of(load_made(task, source, settings));
  };
  const auto part =
      load_made("longqa", towns(5), {{"lengths", {200, 5000}}, {"depths", 1}, {"needles", 1}});
  ASSERT_TRUE(part) << part.error().message;
  EXPECT_THAT(part->items[1].item.doc["placement"]["problem"].get<std::string>(),
              HasSubstr("paragraphs of other articles"));
  const testing::MemorySource none;
  for (const char* task : {"longqa", "ruler_qa"}) {
    EXPECT_THAT(error(task, none, Json::object()), HasSubstr("xquad.en.json"));
    const char* count = task == std::string("longqa") ? "needles" : "samples";
    EXPECT_THAT(error(task, towns(), {{"lengths", {90}}, {count, 2}}), HasSubstr("no room"));
    EXPECT_THAT(error(task, towns(), {{"colour", 1}}), HasSubstr("no setting colour"));
  }
  EXPECT_THAT(error("longqa", towns(2), {{"needles", 5}}), HasSubstr("4 questions"));
  for (const char* text :
       {"", "[]", "{}", "{\"data\": []}", "{\"data\": [{\"title\": \"x\"}]}",
        "{\"data\": [{\"title\": \"x\", \"paragraphs\": [{\"context\": \"c\", "
        "\"qas\": [{\"id\": \"1\", \"question\": \"q\", \"answers\": []}]}]}]}"}) {
    testing::MemorySource broken;
    broken.add_text("longdoc", "xquad.en.json", text);
    EXPECT_THAT(error("longqa", broken, Json::object()), HasSubstr("longdoc/xquad.en.json"))
        << text;
  }
}

TEST(DocumentQa, AnswersAreScoredAsSquadDoes) {
  const Json answers = {"Denver Broncos", "the Broncos"};
  EXPECT_EQ(score_of("longqa", answers, " The Denver Broncos.\nQuestion: who else?"), 1.0);
  EXPECT_EQ(score_of("longqa", answers, "\n\nBroncos"), 1.0) << "the first line with words";
  EXPECT_EQ(score_of("longqa", answers, "Carolina\nDenver Broncos"), 0.0);
  EXPECT_EQ(score_of("longqa", answers, "the Denver team", 1), 0.5);  // precision 1/2, recall 1/2
  EXPECT_DOUBLE_EQ(score_of("longqa", answers, "Broncos of Denver", 1), 0.8);  // 2/3 and 1
  EXPECT_EQ(score_of("longqa", answers, "", 1), 0.0);
  EXPECT_EQ(score_of("ruler_qa", {"Denver"}, "It was denver."), 1.0);
}

// The real questions: every length exact, and the answer in one document only.
TEST(DocumentQa, PacksTheQuestionsOfTheDataHome) {
  const std::string data = std::string(ASSAY_SHARED_DIR) + "/data";
  if (!std::filesystem::exists(data + "/longdoc")) GTEST_SKIP() << "the data home is absent";
  const DataHome home(data);
  const auto loaded =
      load_made("longqa", home, {{"lengths", {1500}}, {"depths", 3}, {"needles", 4}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  expect_documents(*loaded, "longqa", kLongHeading, "\n\nQuestion: ", 64);
  const expected<std::string> json = home.text("longdoc", "xquad.en.json");
  ASSERT_TRUE(json);
  const expected<QuestionSet> set = read_squad(*json);
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->paragraphs.size(), 240u);
  EXPECT_EQ(set->questions.size(), 1190u);
}

}  // namespace
}  // namespace assay
