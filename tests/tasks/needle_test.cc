// Needles: the grid, the lengths, the depth, the independence of cells, and the reading of answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "assay/text.h"
#include "datasets/data_home.h"
#include "tasks/load.h"
#include "tasks/longctx/filler.h"
#include "tasks/longctx/grid.h"
#include "tasks/longctx/haystack.h"
#include "tasks/longctx/prompt_counter.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"
#include "tests/support/memory_source.h"
#include "tests/tasks/made_tasks.h"

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

// Everything that stands in the context beside hay, as the prompt has it.
std::vector<std::string> needles_in(const Json& doc) {
  std::vector<std::string> found;
  const auto context = doc.at("context").get<std::string>();
  const std::string begin = "One of the special magic ";
  for (std::size_t at = context.find(begin); at != std::string::npos;
       at = context.find(begin, at + 1)) {
    found.push_back(context.substr(at, context.find('.', at) + 1 - at));
  }
  return found;
}

TEST(Needle, EveryPromptHasExactlyItsLength) {
  const auto loaded = load_needles({{"lengths", {200, 701}}, {"depths", 3}, {"needles", 2}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->items.size(), 12u);
  std::set<std::string> ids;
  for (const LoadedItem& item : loaded->items) {
    const Json& doc = item.item.doc;
    ids.insert(item.item.id);
    const int length = doc.at("length").get<int>();
    const int tokens = count_words(full_prompt(item));
    EXPECT_EQ(tokens, length - 48) << item.item.id;
    EXPECT_EQ(tokens, doc.at("placement").at("tokens").get<int>());
    EXPECT_EQ(doc.at("placement").at("counted_by"), "tokenizer");
    EXPECT_EQ(item.item.group, std::to_string(length) + "/" + depth_text(doc.at("depth")));
    // Where the answer stands, in tokens from the start of the prompt.
    const std::string prompt = full_prompt(item);
    EXPECT_EQ(doc.at("placement").at("positions").at(0).get<int>(),
              count_words(prompt.substr(0, prompt.find("One of the special"))));
  }
  EXPECT_EQ(ids.size(), 12u);
}

TEST(Needle, StandsOnceAtItsDepth) {
  const auto loaded = load_needles({{"lengths", {900}}, {"depths", 5}, {"needles", 2}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& item : loaded->items) {
    const Json& doc = item.item.doc;
    const auto context = doc.at("context").get<std::string>();
    const auto value = doc.at("values").at(0).get<std::string>();
    const auto key = doc.at("keys").at(0).get<std::string>();
    const std::string sentence =
        "One of the special magic numbers for " + key + " is: " + value + ".";
    const std::size_t at = context.find(sentence);
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(context.find(value), context.rfind(value));
    EXPECT_EQ(context.find("  "), std::string::npos) << "spaces are single";
    const double place =
        static_cast<double>(at) / static_cast<double>(context.size() - sentence.size());
    EXPECT_NEAR(place, doc.at("depth").get<double>() / 100.0, 0.06);
    if (doc.at("depth") == 0) {
      EXPECT_EQ(at, 0u);
    }
    if (doc.at("depth") == 100) {
      EXPECT_TRUE(context.ends_with(sentence));
    }
    EXPECT_TRUE(full_prompt(item).ends_with("\nWhat is the special magic number for " + key +
                                            " mentioned in the provided text? The special magic "
                                            "number for " +
                                            key + " mentioned in the provided text is"));
  }
}

TEST(Needle, PromptsOfALengthBeginAlikeUpToTheirNeedles) {
  const auto loaded = load_needles({{"lengths", {900}}, {"depths", {20, 60}}, {"needles", 3}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  std::string hay;  // what stands before the later needle
  for (const LoadedItem& item : loaded->items) {
    if (item.item.doc.at("depth") != 60) continue;
    const std::string prompt = full_prompt(item);
    const std::string before = prompt.substr(0, prompt.find("One of the special"));
    if (hay.empty()) hay = before;
    EXPECT_EQ(before, hay);
  }
  for (const LoadedItem& item : loaded->items) {
    const std::string prompt = full_prompt(item);
    EXPECT_TRUE(hay.starts_with(prompt.substr(0, prompt.find("One of the special"))));
  }
  const auto apart =
      load_needles({{"lengths", {900}}, {"depths", 1}, {"needles", 4}, {"haystacks", 2}});
  ASSERT_TRUE(apart) << apart.error().message;
  const auto start = [&](std::size_t i) { return apart->items[i].item.doc["placement"]["start"]; };
  EXPECT_EQ(start(0), start(2));
  EXPECT_EQ(start(1), start(3));
  EXPECT_NE(start(0), start(1));
}

expected<LoadedTask> load_form(const std::string& task, const Json& settings) {
  LoadOptions options;
  options.settings = settings;
  options.settings["filler"] = "mini/filler";
  options.count_tokens = count_words;
  static const DataHome home("/nonexistent");
  return load_task(*find_task(task), home, options);
}

TEST(Needle, FormsHideAndAskWhatTheyAreNamedFor) {
  struct Form {
    const char* task;
    std::size_t keys, asked_keys, asked_values;
  };
  for (const Form& form :
       {Form{"needle", 1, 1, 1}, Form{"needle-multikey", 4, 1, 1},
        Form{"needle-multivalue", 1, 1, 4}, Form{"needle-multiquery", 4, 4, 4}}) {
    const auto loaded =
        load_form(form.task, {{"lengths", {600}}, {"depths", {0, 50, 100}}, {"needles", 2}});
    ASSERT_TRUE(loaded) << loaded.error().message;
    for (const LoadedItem& item : loaded->items) {
      const Json& doc = item.item.doc;
      const std::vector<std::string> needles = needles_in(doc);
      EXPECT_EQ(needles.size(), std::max(form.keys, form.asked_values)) << form.task;
      EXPECT_EQ(doc.at("keys").size(), form.asked_keys);
      EXPECT_EQ(doc.at("values").size(), form.asked_values);
      std::set<std::string> keys;
      for (const std::string& needle : needles) {
        keys.insert(needle.substr(0, needle.find(" is:")));
      }
      EXPECT_EQ(keys.size(), form.keys);
      for (const Json& value : doc.at("values")) {
        EXPECT_NE(doc.at("context").get<std::string>().find(value.get<std::string>()),
                  std::string::npos);
      }
      EXPECT_EQ(doc.at("placement").at("tokens").get<int>(),
                count_words(std::get<Completion>(
                                *build_request(*find_task(form.task), item.item, {}, {}, {}))
                                .prompt));
    }
  }
  EXPECT_FALSE(load_form("needle", {{"count", 4}})) << "a single needle is one";
  const auto two = load_form("needle-multikey", {{"lengths", {600}}, {"depths", 1}, {"count", 2}});
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(needles_in(two->items[0].item.doc).size(), 2u);
}

TEST(Needle, ValuesAreNumbersWordsOrUuids) {
  for (const auto& [values, pattern] : std::map<std::string, std::string>{
           {"numbers", "[1-9][0-9]{6}"},
           {"words", "[a-z]+-[a-z]+"},
           {"uuids", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"}}) {
    const auto loaded =
        load_needles({{"lengths", {400}}, {"depths", 2}, {"needles", 3}, {"values", values}});
    ASSERT_TRUE(loaded) << loaded.error().message;
    std::set<std::string> different;
    for (const LoadedItem& item : loaded->items) {
      const auto value = item.item.doc.at("values").at(0).get<std::string>();
      EXPECT_THAT(value, ::testing::MatchesRegex(pattern));
      different.insert(value);
      EXPECT_THAT(full_prompt(item), HasSubstr("special magic " + values + " for"));
    }
    EXPECT_EQ(different.size(), 6u);
  }
}

TEST(Needle, WhatStandsInTheFillerByChanceIsDrawnAgainAndCounted) {
  const auto usual = load_needles({{"lengths", {400}}, {"depths", 1}, {"needles", 1}});
  ASSERT_TRUE(usual) << usual.error().message;
  const Json& doc = usual->items[0].item.doc;
  EXPECT_EQ(doc.at("redrawn"), 0);
  const auto key = doc.at("keys").at(0).get<std::string>();
  testing::MemorySource source;
  std::string text;
  for (int i = 0; i < 200; ++i) text += "This is sentence " + std::to_string(i) + " of the hay. ";
  source.add_text("filler", "war_and_peace.txt", text + "They spoke of the " + key + " again.");
  LoadOptions options;
  options.count_tokens = count_words;
  options.settings = {{"lengths", {400}}, {"depths", 1}, {"needles", 1}, {"filler", "filler"}};
  const auto loaded = load_task(*find_task("mini-needle"), source, options);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->items[0].item.doc.at("redrawn"), 1);
  EXPECT_NE(loaded->items[0].item.doc.at("keys").at(0), key);
}

TEST(Needle, AFillerThatIsTooShortRepeatsOnlyWhenAsked) {
  testing::MemorySource source;
  std::string text;
  for (int i = 0; i < 60; ++i) text += "This is sentence " + std::to_string(i) + " of the hay. ";
  source.add_text("filler", "war_and_peace.txt", text);
  LoadOptions options;
  options.count_tokens = count_words;
  options.settings = {
      {"lengths", {300, 1000}}, {"depths", 2}, {"needles", 1}, {"filler", "filler"}};
  const auto once = load_task(*find_task("needle"), source, options);
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_FALSE(once->items[0].item.doc["placement"].contains("problem"));
  EXPECT_THAT(once->items[2].item.doc["placement"]["problem"].get<std::string>(),
              HasSubstr("too short"));
  options.settings["repeat"] = true;
  const auto again = load_task(*find_task("needle"), source, options);
  ASSERT_TRUE(again) << again.error().message;
  for (const LoadedItem& item : again->items) {
    const auto request = build_request(*find_task("needle"), item.item, {}, {}, {});
    EXPECT_EQ(count_words(std::get<Completion>(*request).prompt),
              item.item.doc["length"].get<int>() - 48);
  }
  // A recorded run with a filler that repeats comes back without a tokenizer.
  Json settings = options.settings;
  settings["placements"] = Json::object();
  for (const LoadedItem& item : again->items) {
    settings["placements"][item.item.id] = item.item.doc.at("placement");
  }
  options.settings = settings;
  options.count_tokens = {};
  const auto recorded = load_task(*find_task("needle"), source, options);
  ASSERT_TRUE(recorded) << recorded.error().message;
  EXPECT_EQ(recorded->data_sha256, again->data_sha256);
}

// The model adds more to a prompt than its text has: a chat template, a beginning token.
TEST(Needle, LengthsAreThoseOfThePromptThatTheModelSees) {
  static const DataHome home("/nonexistent");
  const PromptCountingSource source(home, [](const Item& item) -> std::optional<int> {
    const auto request = build_request(*find_task("mini-needle"), item, {}, {}, {});
    return count_words("<user> " + std::get<Completion>(*request).prompt + " <end> <assistant>");
  });
  LoadOptions options;
  options.count_tokens = count_words;
  options.settings = {{"lengths", {300}}, {"depths", 2}, {"needles", 1}};
  const auto loaded = load_task(*find_task("mini-needle"), source, options);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& item : loaded->items) {
    EXPECT_EQ(count_words(full_prompt(item)) + 3, 300 - 48);
  }
}

TEST(Needle, CellsDoNotDependOnEachOther) {
  const auto many = load_needles({{"lengths", {300, 600}}, {"depths", 3}, {"needles", 3}});
  const auto one = load_needles({{"lengths", {600}}, {"depths", 3}, {"needles", 1}});
  ASSERT_TRUE(many && one);
  std::map<std::string, Json> docs;
  for (const LoadedItem& item : many->items) docs[item.item.id] = item.item.doc;
  for (const LoadedItem& item : one->items) EXPECT_EQ(docs.at(item.item.id), item.item.doc);
}

// What a greater length takes away is then a difference on the same needles.
TEST(Needle, AllLengthsHideTheSameNeedles) {
  const auto loaded = load_needles({{"lengths", {300, 600}}, {"depths", 3}, {"needles", 3}});
  ASSERT_TRUE(loaded);
  std::map<std::string, Json> at_300;  // depth/index → keys and values
  std::set<std::string> values;
  for (const LoadedItem& item : loaded->items) {
    const Json& doc = item.item.doc;
    const Json needle = {doc.at("keys"), doc.at("values")};
    const std::string place = item.item.id.substr(item.item.id.find('/'));
    if (doc.at("length") == 300) at_300[place] = needle;
    EXPECT_EQ(at_300.at(place), needle);
    values.insert(doc.at("values").at(0).get<std::string>());
  }
  EXPECT_EQ(values.size(), 9u);
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
  settings["placements"]["200/0/0"]["end"] = 100'000'000;
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
  const auto loaded = load_needles({{"lengths", {64, 700}}, {"depths", 1}, {"needles", 1}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->items.size(), 2u);
  const Task& task = *find_task("mini-needle");
  EXPECT_THROW((void)task.text(loaded->items[0].item.doc), std::runtime_error);
  EXPECT_NO_THROW((void)task.text(loaded->items[1].item.doc));
  EXPECT_THAT(testing::problem_of(load_needles({{"lengths", {64}}})), HasSubstr("no room"));
}

TEST(Needle, SaysWhenTheLengthIsOnlyEstimated) {
  const auto loaded = load_needles({{"lengths", {512}}, {"needles", 1}}, false);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& item : loaded->items) {
    EXPECT_EQ(item.item.doc.at("placement").at("counted_by"), "4 characters per token");
    EXPECT_EQ(item.item.doc.at("placement").at("tokens"), estimated_tokens(full_prompt(item)));
    EXPECT_EQ(item.item.doc.at("placement").at("tokens"), 512 - 48);
  }
}

TEST(Needle, BadSettingsAreExplained) {
  for (const Json& settings :
       {Json{{"lengths", Json::array()}}, Json{{"lengths", {10, 10}}}, Json{{"lengths", "512"}},
        Json{{"depths", 0}}, Json{{"depths", {10, 10}}}, Json{{"depths", {0, 101}}},
        Json{{"needles", 0}}, Json{{"reserve", 0}}, Json{{"colour", 1}}, Json{{"values", "names"}},
        Json{{"spacing", "wide"}}, Json{{"depths", {0, 50}}, {"spacing", "sigmoid"}},
        Json{{"effective", 1.5}}, Json{{"filler", "no such text"}}}) {
    const auto loaded = load_needles(settings);
    ASSERT_FALSE(loaded) << settings.dump();
    EXPECT_THAT(loaded.error().message, HasSubstr("mini-needle"));
  }
  EXPECT_THAT(testing::problem_of(load_needles({{"lengths", {70}}})), HasSubstr("no room"));
  EXPECT_THAT(testing::problem_of(load_needles({{"lengths", {10'000'000}}})),
              HasSubstr("too short"));
}

TEST(Needle, TheNumberMayStandAnywhereInTheAnswer) {
  const Task* task = find_task("needle");
  Item item;
  item.doc = {{"values", {"1234567"}}};
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

TEST(Needle, SeveralValuesCountWholeAndInPart) {
  Item item;
  item.doc = {{"values", {"11", "22", "33", "44"}}};
  Response response;
  response.answer = std::vector<Generation>{{"22, 11 and 44", FinishReason::kStop, 3}};
  const auto values = find_task("needle-multivalue")->process_results(item, response);
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].metric, "exact_match");
  EXPECT_EQ(values[0].value, 0.0);
  EXPECT_EQ(values[1].metric, "hit_rate");
  EXPECT_EQ(values[1].value, 0.75);
}

TEST(Grid, DepthsAreEvenOrCloserNearTheEnds) {
  EXPECT_EQ(depth_percents(5, false), (std::vector<double>{0, 25, 50, 75, 100}));
  EXPECT_EQ(depth_percents(1, false), (std::vector<double>{50}));
  EXPECT_EQ(depth_percents(4, false), (std::vector<double>{0, 33.3, 66.7, 100}));
  // 100 / (1 + e^2.5) = 7.59 at a quarter of the way.
  EXPECT_EQ(depth_percents(5, true), (std::vector<double>{0, 7.6, 50, 92.4, 100}));
  const std::vector<double> most = depth_percents(101, true);
  EXPECT_EQ(std::set<double>(most.begin(), most.end()).size(), 101u);
}

TEST(Filler, ItsSentencesAreCountedAndMayRepeat) {
  Filler filler("One two three.  Four five! Six \"seven.\" Eight", count_words, false);
  ASSERT_EQ(filler.sentences(), 4u);
  EXPECT_EQ(filler.text().substr(filler.start(1), 10), "Four five!");
  EXPECT_EQ(*filler.after_tokens(0, 3), 1u);
  EXPECT_EQ(*filler.after_tokens(0, 4), 2u);
  EXPECT_EQ(*filler.after_tokens(1, 5), 4u);
  EXPECT_FALSE(filler.after_tokens(0, 9));
  Filler endless("One two three. Four five.", count_words, true);
  EXPECT_EQ(*endless.after_tokens(0, 12), 5u);
  EXPECT_TRUE(
      endless.text().starts_with("One two three. Four five. One two three. Four five. One"));
}

// Merges anywhere: text of n characters that are not a space has (n + 2) / 3 tokens.
TEST(ExactLength, HoldsForATokenizerThatMergesAcrossEverything) {
  const TokenCounter merging = [](std::string_view text) {
    return static_cast<int>(
        (text.size() - static_cast<std::size_t>(std::ranges::count(text, ' ')) + 2) / 3);
  };
  std::string text;
  for (int i = 0; i < 300; ++i) text += "Word" + std::string(i % 9, 'x') + " b c. ";
  Filler filler(text, merging, false);
  const std::vector<PlacedNeedle> needles = {{"The needle is 7.", 40}, {"Another one.", 100}};
  for (int target = 40; target < 400; target += 7) {
    HaystackFrame frame{"Read.\n", "\nWhat?", {}};
    frame.count_prompt = [&](const std::string& hay) {
      return merging(frame.before + hay + frame.after);
    };
    const auto placed = place_needles(filler, 3, target, needles, frame, merging);
    ASSERT_TRUE(placed) << placed.error().message;
    const std::string hay = haystack_text(filler.text(), *placed, needles);
    EXPECT_EQ(merging(frame.before + hay + frame.after), target);
    EXPECT_TRUE(hay.ends_with("Another one."));
  }
}

}  // namespace
}  // namespace assay
