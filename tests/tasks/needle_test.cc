// Needles: the grid, the lengths, the depth, the independence of cells, and the reading of answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "assay/text.h"
#include "datasets/data_home.h"
#include "tasks/haystack.h"
#include "tasks/load.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"
#include "tests/support/memory_source.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

int count_words(std::string_view text) { return static_cast<int>(words(text).size()); }

expected<LoadedTask> load_needles(const Json& settings, bool counted = true) {
  LoadOptions options;
  options.settings = settings;
  if (counted) options.count_tokens = count_words;
  // The miniature filler is inside the program; no folder is needed.
  static const DataHome home("/nonexistent");
  return load_task(*find_task("mini-needle"), home, options);
}

std::string full_prompt(const LoadedItem& item) {
  const auto request = build_request(*find_task("mini-needle"), item.item, {}, {}, {});
  EXPECT_TRUE(request);
  return std::get<Completion>(*request).prompt;
}

TEST(Needle, EveryPromptNearlyFillsItsLength) {
  const auto loaded = load_needles({{"lengths", {200, 700}}, {"depths", 3}, {"needles", 2}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->items.size(), 12u);
  std::set<std::string> ids;
  for (const LoadedItem& item : loaded->items) {
    const Json& doc = item.item.doc;
    ids.insert(item.item.id);
    const int length = doc.at("length").get<int>();
    const int tokens = count_words(full_prompt(item));
    EXPECT_EQ(tokens, doc.at("placement").at("tokens").get<int>());
    EXPECT_EQ(doc.at("placement").at("counted_by"), "tokenizer");
    EXPECT_LE(tokens, length - 64);
    EXPECT_GT(tokens, length - 64 - 80) << "a sentence more would have fitted";
    EXPECT_EQ(item.item.group,
              std::to_string(length) + "/" + std::to_string(doc.at("depth").get<int>()));
  }
  EXPECT_EQ(ids.size(), 12u);
}

TEST(Needle, StandsOnceAtItsDepth) {
  const auto loaded = load_needles({{"lengths", {600}}, {"depths", 5}, {"needles", 2}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& item : loaded->items) {
    const Json& doc = item.item.doc;
    const auto context = doc.at("context").get<std::string>();
    const auto value = doc.at("value").get<std::string>();
    const std::string sentence = "One of the special magic numbers for " +
                                 doc.at("key").get<std::string>() + " is: " + value + ".";
    const std::size_t at = context.find(sentence);
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(context.find(value), context.rfind(value));
    const double place =
        static_cast<double>(at) / static_cast<double>(context.size() - sentence.size());
    EXPECT_NEAR(place, doc.at("depth").get<int>() / 100.0, 0.12);
    if (doc.at("depth") == 0) {
      EXPECT_EQ(at, 0u);
    }
    if (doc.at("depth") == 100) {
      EXPECT_TRUE(context.ends_with(sentence));
    }
    EXPECT_TRUE(full_prompt(item).ends_with(" The special magic number for " +
                                            doc.at("key").get<std::string>() +
                                            " mentioned in the provided text is"));
  }
}

TEST(Needle, CellsDoNotDependOnEachOther) {
  const auto many = load_needles({{"lengths", {300, 600}}, {"depths", 3}, {"needles", 3}});
  const auto one = load_needles({{"lengths", {600}}, {"depths", 3}, {"needles", 1}});
  ASSERT_TRUE(many && one);
  std::map<std::string, Json> docs;
  for (const LoadedItem& item : many->items) docs[item.item.id] = item.item.doc;
  for (const LoadedItem& item : one->items) EXPECT_EQ(docs.at(item.item.id), item.item.doc);
  std::set<std::string> values;
  for (const auto& [id, doc] : docs) values.insert(doc.at("value").get<std::string>());
  EXPECT_EQ(values.size(), docs.size());
}

TEST(Needle, ComesBackFromItsPlacementsWithoutATokenizer) {
  Json settings = {{"lengths", {200, 700}}, {"depths", 2}, {"needles", 2}};
  const auto measured = load_needles(settings);
  ASSERT_TRUE(measured) << measured.error().message;
  settings["placements"] = Json::object();
  for (const LoadedItem& item : measured->items) {
    settings["placements"][item.item.id] = item.item.doc.at("placement");
  }
  const auto again = load_needles(settings, false);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->data_sha256, measured->data_sha256);
  ASSERT_EQ(again->items.size(), measured->items.size());
  for (std::size_t i = 0; i < again->items.size(); ++i) {
    EXPECT_EQ(again->items[i].item.doc, measured->items[i].item.doc);
  }
  settings["placements"]["200/0/0"]["first"] = 100'000'000;
  EXPECT_FALSE(load_needles(settings, false));
}

TEST(Needle, APartOfTheGridKeepsItsPlaces) {
  Json settings = {{"lengths", {200, 700}}, {"depths", 2}, {"needles", 2}};
  const auto whole = load_needles(settings);
  ASSERT_TRUE(whole) << whole.error().message;
  settings["placements"] = Json::object();
  for (std::size_t i = 1; i < whole->items.size(); i += 3) {
    const Item& item = whole->items[i].item;
    settings["placements"][item.id] = item.doc.at("placement");
  }
  const auto part = load_needles(settings, false);
  ASSERT_TRUE(part) << part.error().message;
  ASSERT_EQ(part->items.size(), 3u);
  for (std::size_t i = 0; i < part->items.size(); ++i) {
    EXPECT_EQ(part->items[i].item.id, whole->items[3 * i + 1].item.id);
    EXPECT_EQ(part->items[i].item.index, whole->items[3 * i + 1].item.index);
  }
}

TEST(Needle, ALengthTooShortForItsQuestionIsAnItemError) {
  const auto loaded = load_needles({{"lengths", {80, 700}}, {"depths", 1}, {"needles", 1}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->items.size(), 2u);
  const Task& task = *find_task("mini-needle");
  EXPECT_THROW((void)task.text(loaded->items[0].item.doc), std::runtime_error);
  EXPECT_NO_THROW((void)task.text(loaded->items[1].item.doc));
  EXPECT_FALSE(load_needles({{"lengths", {80}}})) << "nothing could be asked";
}

TEST(Needle, SaysWhenTheLengthIsOnlyEstimated) {
  const auto loaded = load_needles({{"lengths", {512}}, {"needles", 1}}, false);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& item : loaded->items) {
    EXPECT_EQ(item.item.doc.at("placement").at("counted_by"), "4 characters per token");
    EXPECT_EQ(item.item.doc.at("placement").at("tokens"), estimated_tokens(full_prompt(item)));
  }
}

TEST(Needle, BadSettingsAreExplained) {
  for (const Json& settings :
       {Json{{"lengths", Json::array()}}, Json{{"lengths", {10, 10}}}, Json{{"lengths", "512"}},
        Json{{"depths", 0}}, Json{{"needles", 0}}, Json{{"reserve", 1}}, Json{{"colour", 1}}}) {
    const auto loaded = load_needles(settings);
    ASSERT_FALSE(loaded) << settings.dump();
    EXPECT_EQ(loaded.error().code, ErrorCode::kUsage);
    EXPECT_THAT(loaded.error().message, HasSubstr("mini-needle"));
  }
  EXPECT_THAT(load_needles({{"lengths", {70}}}).error().message, HasSubstr("no room"));
  EXPECT_THAT(load_needles({{"lengths", {10'000'000}}}).error().message, HasSubstr("too short"));
}

TEST(Needle, TheNumberMayStandAnywhereInTheAnswer) {
  const Task* task = find_task("needle");
  Item item;
  item.doc = {{"value", "1234567"}};
  const auto score = [&](const std::string& text) {
    Response response;
    response.answer = std::vector<Generation>{{text, FinishReason::kStop, 3}};
    return task->process_results(item, response).front().value;
  };
  EXPECT_EQ(score(" 1234567."), 1.0);
  EXPECT_EQ(score("It is\n\n1234567"), 1.0);
  EXPECT_EQ(score("1234568"), 0.0);
  EXPECT_EQ(score("123\x01"
                  "4567"),
            0.0);
  EXPECT_EQ(score(""), 0.0);
}

TEST(Haystack, FindsTheLargestNumberOfSentencesThatFits) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "word " + std::string(i % 7, 'x') + " b c. ";
  Haystack haystack(text, count_words);
  EXPECT_EQ(haystack.sentences(), 200u);
  for (const int budget : {20, 33, 100, 401}) {
    const auto tokens = [&](std::size_t n) {
      return count_words(haystack.with_needle(5, n, "The needle is 7.", 50));
    };
    const auto count = haystack.fitting(5, budget, tokens);
    ASSERT_TRUE(count) << count.error().message;
    EXPECT_LE(tokens(*count), budget);
    EXPECT_GT(tokens(*count + 1), budget);
  }
}

}  // namespace
}  // namespace assay
