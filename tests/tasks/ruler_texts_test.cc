// RULER's tasks over texts of our own: what is asked for is found again in the text by reading it
// the slow way, and the text is as long as it may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "datasets/data_home.h"
#include "tasks/longctx/fit.h"
#include "tasks/longctx/frequent_words.h"
#include "tasks/longctx/made_items.h"
#include "tests/support/memory_source.h"
#include "tests/tasks/made_tasks.h"

namespace assay {
namespace {

using testing::count_words;
using ::testing::ElementsAre;
using testing::full_prompt;
using ::testing::HasSubstr;
using testing::load_made;
using testing::score_of;
using ::testing::UnorderedElementsAreArray;

const DataHome& inside() {  // the miniature filler is inside the program
  static const DataHome home("/nonexistent");
  return home;
}

std::vector<std::string> values_of(const Item& item) {
  return item.doc.at("values").get<std::vector<std::string>>();
}

// What stands between two marks, the last of which is searched from behind.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t last = text.rfind(end);
  const std::size_t first = text.rfind(begin, last);
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(last, std::string::npos);
  return text.substr(first + begin.size(), last - first - begin.size());
}

std::map<std::string, int> counts_of(const std::vector<std::string>& words) {
  std::map<std::string, int> counts;
  for (const std::string& word : words) ++counts[word];
  return counts;
}

// The `top` words that stand more often than all others; fails when there is a tie.
std::vector<std::string> most_frequent(const std::map<std::string, int>& counts, std::size_t top) {
  std::vector<std::pair<int, std::string>> order;
  for (const auto& [word, count] : counts) order.emplace_back(-count, word);
  std::ranges::sort(order);
  if (order.size() > top) {
    EXPECT_LT(order[top - 1].first, order[top].first) << "a tie";
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < top; ++i) out.push_back(order.at(i).second);
  return out;
}

const Json kVtSettings = {{"lengths", {420, 800}}, {"samples", 4}};
const Json kCweSettings = {
    {"lengths", {400, 900, 4300}}, {"samples", 3}, {"filler", "mini/filler"}};
const Json kFweSettings = {{"lengths", {160, 500, 3000}}, {"samples", 3}};

// Every variable that has a value, by following the assignments until nothing changes.
std::set<std::string> variables_with(const std::string& text, const std::string& value) {
  const std::regex assignment("VAR ([A-Z]{5}) = (VAR )?([A-Z0-9]{5})\\.");
  std::vector<std::pair<std::string, std::string>> all;
  for (std::sregex_iterator it(text.begin(), text.end(), assignment), end; it != end; ++it) {
    all.emplace_back((*it)[1], (*it)[3]);
  }
  EXPECT_EQ(all.size(), 5u);
  std::set<std::string> known = {value};
  for (std::size_t before = 0; before != known.size();) {
    before = known.size();
    for (const auto& [name, from] : all) {
      if (known.contains(from)) known.insert(name);
    }
  }
  known.erase(value);
  return known;
}

TEST(RulerVt, TheAnswerIsInTheText) {
  for (const char* filler : {"noise", "mini/filler"}) {
    Json settings = kVtSettings;
    settings["filler"] = filler;
    const auto loaded = load_made("ruler_vt", inside(), settings);
    ASSERT_TRUE(loaded) << loaded.error().message;
    ASSERT_EQ(loaded->items.size(), 8u);
    for (const LoadedItem& one : loaded->items) {
      const std::string prompt = full_prompt("ruler_vt", one.item);
      const std::string text =
          between(prompt, "hidden in the following text.\n\n", "\nQuestion: Find all");
      const auto value = one.item.doc.at("keys").at(0).get<std::string>();
      EXPECT_THAT(prompt, HasSubstr("assigned the value " + value + " in the text above. Answer:"));
      EXPECT_TRUE(prompt.ends_with("5 variables are assigned the value " + value + ", they are:"));
      const std::set<std::string> found = variables_with(text, value);
      EXPECT_THAT(values_of(one.item), UnorderedElementsAreArray(found)) << one.item.id;
      // The worked example in front asks for others.
      for (const std::string& name : found) {
        EXPECT_GE(prompt.find(name), prompt.find(text)) << one.item.id;
      }
    }
  }
}

TEST(RulerVt, TheExampleInFrontIsRight) {
  const auto loaded = load_made("ruler_vt", inside(), kVtSettings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  std::set<std::string> examples;
  for (const LoadedItem& one : loaded->items) {
    const std::string prompt = full_prompt("ruler_vt", one.item);
    examples.insert(prompt.substr(0, prompt.find("\n\nMemorize")));
  }
  ASSERT_EQ(examples.size(), 1u);
  const std::string& example = *examples.begin();
  std::smatch asked;
  ASSERT_TRUE(
      std::regex_search(example, asked, std::regex("the value ([0-9]{5}), they are: (.*)$")));
  const std::set<std::string> found =
      variables_with(example.substr(0, example.find("\nQuestion")), asked[1]);
  std::string said = asked[2];
  for (const std::string& name : found) EXPECT_THAT(said, HasSubstr(name));
  EXPECT_EQ(std::ranges::count(said, ','), 4);
}

TEST(RulerVt, EveryPromptHasExactlyItsLength) {
  const auto loaded =
      load_made("ruler_vt", inside(), {{"lengths", {400, 401, 402, 403, 1500}}, {"samples", 3}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& one : loaded->items) {
    EXPECT_EQ(count_words(full_prompt("ruler_vt", one.item)),
              one.item.doc.at("length").get<int>() - 64)
        << one.item.id;
  }
}

TEST(RulerVt, IsMadeWell) {
  testing::expect_made_well("ruler_vt", inside(), kVtSettings);
  Json prose = kVtSettings;
  prose["filler"] = "mini/filler";
  testing::expect_made_well("ruler_vt", inside(), prose);
}

std::vector<std::string> listed(const Item& item) {
  const std::string text = between(full_prompt("ruler_cwe", item),
                                   "Memorize the ones that appear most often.\n", "\nQuestion: ");
  std::vector<std::string> out;
  for (const std::string_view word : words(text)) {
    if (out.size() % 2 == 0) {
      EXPECT_EQ(word, std::to_string(out.size() / 2 + 1) + ".");
    }
    out.emplace_back(word);
  }
  std::vector<std::string> list;
  for (std::size_t i = 1; i < out.size(); i += 2) list.push_back(out[i]);
  return list;
}

TEST(RulerCwe, TheTenWordsAreTheMostCommonOfTheList) {
  const auto loaded = load_made("ruler_cwe", inside(), kCweSettings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& one : loaded->items) {
    const std::map<std::string, int> counts = counts_of(listed(one.item));
    const std::vector<std::string> common = values_of(one.item);
    EXPECT_THAT(common, UnorderedElementsAreArray(most_frequent(counts, 10)));
    const bool is_long = one.item.doc.at("length") == 4300;
    for (const auto& [word, count] : counts) {
      const bool is_common = std::ranges::find(common, word) != common.end();
      EXPECT_EQ(count, is_common ? (is_long ? 30 : 6) : (is_long ? 3 : 1)) << word;
      for (const std::string& other : common) {
        if (other == word) continue;
        EXPECT_EQ(word.find(other), std::string::npos) << word << " has " << other;
      }
    }
  }
}

TEST(RulerCwe, ListsAreAsLongAsFitsAndMadeWell) {
  testing::expect_full("ruler_cwe", inside(), kCweSettings, 120);
  testing::expect_made_well("ruler_cwe", inside(), kCweSettings);
}

TEST(RulerCwe, AFillerWithTooFewWordsIsAProblemOfTheLength) {
  testing::MemorySource source;
  std::string text;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) text += std::string{a, b, a, b, 'x', b} + " ";
  }
  source.add_text("filler", "war_and_peace.txt", text);
  const auto loaded = load_made("ruler_cwe", source, {{"lengths", {300, 4000}}, {"samples", 2}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_FALSE(loaded->items[0].item.doc["placement"].contains("problem"));
  EXPECT_THAT(loaded->items[2].item.doc["placement"]["problem"].get<std::string>(),
              HasSubstr("no more than 676 words"));
  EXPECT_THROW((void)find_task("ruler_cwe")->text(loaded->items[2].item.doc), std::runtime_error);
  // A recorded run has that item error, too.
  const auto recorded = load_made(
      "ruler_cwe", source,
      testing::with_placements({{"lengths", {300, 4000}}, {"samples", 2}}, *loaded), false);
  ASSERT_TRUE(recorded) << recorded.error().message;
  EXPECT_EQ(recorded->data_sha256, loaded->data_sha256);
  source.add_text("filler", "few.txt", "only these four words");
  const auto few =
      load_made("ruler_cwe", source, {{"lengths", {300}}, {"filler", "filler/few.txt"}});
  EXPECT_THAT(testing::problem_of(few), HasSubstr("too few different words"));
}

TEST(RulerFwe, TheThreeWordsAreTheMostFrequentBehindTheDots) {
  const auto loaded = load_made("ruler_fwe", inside(), kFweSettings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& one : loaded->items) {
    const std::string text = between(full_prompt("ruler_fwe", one.item),
                                     "most frequently appeared coded words. ", "\nQuestion: ");
    std::vector<std::string> list;
    for (const std::string_view word : words(text)) list.emplace_back(word);
    std::map<std::string, int> counts = counts_of(list);
    const int dots = counts.at("...");
    counts.erase("...");
    for (const auto& [word, count] : counts) EXPECT_LT(count, dots);
    EXPECT_THAT(values_of(one.item), UnorderedElementsAreArray(most_frequent(counts, 3)))
        << one.item.id;
  }
}

TEST(RulerFwe, TextsAreAsLongAsFitsAndMadeWell) {
  testing::expect_made_well("ruler_fwe", inside(), kFweSettings);
  const auto loaded = load_made("ruler_fwe", inside(), kFweSettings);
  ASSERT_TRUE(loaded);
  for (const LoadedItem& one : loaded->items) {
    const int room = one.item.doc.at("length").get<int>() - 50;
    const int tokens = count_words(full_prompt("ruler_fwe", one.item));
    EXPECT_LE(tokens, room);
    // A word more may bring several ranks one more word each; there are about √words ranks.
    EXPECT_GT(tokens, room - 2 - static_cast<int>(std::sqrt(room))) << one.item.id;
  }
}

TEST(FrequentWords, FollowZipfsLaw) {
  // 6/π² · 100 = 60.79 at rank 1.
  EXPECT_THAT(zipf_counts(100), ElementsAre(60, 15, 6, 3, 2, 1, 1));
  EXPECT_THAT(zipf_counts(27), ElementsAre(16, 4, 1, 1));
  for (std::size_t words = kFewestZipfWords; words < 3000; ++words) {
    const std::vector<std::size_t> counts = zipf_counts(words);
    ASSERT_GE(counts.size(), 4u);
    if (counts.size() > 4) {
      ASSERT_GT(counts[3], counts[4]) << words;
    }
    ASSERT_TRUE(std::ranges::is_sorted(counts, std::greater<>()));
  }
}

TEST(FrequentWords, PlainWordsAreWholeAndSmall) {
  EXPECT_THAT(plain_words("Every reader, isn't he? \"ready\u201d\u2014a well-made thing; thing "
                          "na\u00efvely\u2019s extraordinary café fiancé couldn\u2019t x_yz abcd5 "
                          "(walked)."),
              ElementsAre("reader", "ready", "thing", "walked"));
}

TEST(FrequentWords, NoCommonWordHidesInAnother) {
  PythonRandom random(3);
  const std::vector<std::string> all = {"walk", "walked", "sidewalk", "river", "rivers", "stone"};
  for (int i = 0; i < 20; ++i) {
    const CommonWords drawn = draw_common_words(all, 2, random);
    ASSERT_EQ(drawn.common.size(), 2u);
    for (const std::string& common : drawn.common) {
      for (const std::string& other : drawn.common) {
        EXPECT_TRUE(other == common || other.find(common) == std::string::npos);
      }
      for (const std::string& rare : drawn.rare) {
        EXPECT_EQ(rare.find(common), std::string::npos);
        EXPECT_EQ(common.find(rare), std::string::npos);
      }
    }
  }
}

TEST(Fit, TakesTheMostThatFits) {
  for (const std::size_t guess : {0U, 3U, 40U, 5000U}) {
    for (const int target : {9, 10, 47, 100, 999}) {
      const auto tokens = [](std::size_t n) { return static_cast<int>(7 + 3 * n); };
      const auto fit = largest_fit(1, 1'000'000, guess, target, tokens);
      std::optional<std::size_t> slow;
      for (std::size_t n = 1; tokens(n) <= target; ++n) slow = n;
      ASSERT_EQ(fit.has_value(), slow.has_value());
      if (slow) {
        EXPECT_EQ(fit->size, *slow);
        EXPECT_EQ(fit->tokens, tokens(*slow));
      }
    }
  }
  EXPECT_EQ(largest_fit(2, 9, 0, 1000, [](std::size_t n) { return static_cast<int>(n); })->size,
            9u);
}

// Texts that do not grow evenly: what was found fits and one more does not, in few tries.
TEST(Fit, HoldsWhereTextsGrowUnevenly) {
  for (int target = 30; target < 3000; target += 113) {
    int tries = 0;
    const auto tokens = [&](std::size_t n) {
      ++tries;
      return static_cast<int>(20 + 4 * n + (n * 2654435761U >> 7) % 9);
    };
    const auto fit = largest_fit(1, 100'000, 0, target, tokens);
    ASSERT_TRUE(fit);
    EXPECT_LT(tries, 24);
    EXPECT_EQ(tokens(fit->size), fit->tokens);
    EXPECT_LE(fit->tokens, target);
    EXPECT_GT(tokens(fit->size + 1), target);
  }
}

TEST(RulerTexts, ScoresAreShares) {
  const Json words = {"amber", "basket", "candle", "dragon"};
  for (const char* task : {"ruler_vt", "ruler_cwe", "ruler_fwe"}) {
    EXPECT_EQ(score_of(task, words, "Amber, basket, candle, dragon."), 1.0);
    EXPECT_EQ(score_of(task, words, "1. dragon\n2. candle 3. dragon"), 0.5);
    EXPECT_EQ(score_of(task, words, "nothing"), 0.0);
    EXPECT_EQ(score_of(task, words, ""), 0.0);
  }
}

TEST(RulerTexts, BadSettingsAreExplained) {
  for (const char* task : {"ruler_vt", "ruler_cwe", "ruler_fwe"}) {
    for (const Json& settings :
         {Json{{"lengths", {10, 10}}}, Json{{"samples", 0}}, Json{{"seed", -1}},
          Json{{"colour", 1}}, Json{{"words", "theirs"}}}) {
      const auto loaded = load_made(task, inside(), settings);
      ASSERT_FALSE(loaded) << task << settings.dump();
      EXPECT_THAT(loaded.error().message, HasSubstr(std::string("Task ") + task));
    }
    EXPECT_NE(testing::problem_of(load_made(task, inside(), {{"lengths", {30}}})), "") << task;
    // A setting of other tasks of the group changes nothing.
    Json own = {{"lengths", {500}}, {"samples", 2}, {"filler", "mini/filler"}};
    const auto without = load_made(task, inside(), own);
    own["words"] = "own";
    const auto with = load_made(task, inside(), own);
    ASSERT_TRUE(without && with);
    EXPECT_EQ(with->data_sha256, without->data_sha256);
  }
  EXPECT_THAT(load_made("ruler_vt", inside(), {{"filler", "no such text"}}).error().message,
              HasSubstr("there is no filler"));
}

// The needles of the original, too: a length that is too short is an item error beside the others.
TEST(RulerTexts, ALengthTooShortForANeedleTaskIsAnItemError) {
  const Json settings = {{"lengths", {100, 400}}, {"samples", 2}, {"words", "own"}};
  const auto loaded = load_made("niah_single_1", inside(), settings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->items.size(), 4u);
  const Task& task = *find_task("niah_single_1");
  EXPECT_THROW((void)task.text(loaded->items[1].item.doc), std::runtime_error);
  EXPECT_NO_THROW((void)task.text(loaded->items[2].item.doc));
  const auto recorded =
      load_made("niah_single_1", inside(), testing::with_placements(settings, *loaded), false);
  ASSERT_TRUE(recorded) << recorded.error().message;
  EXPECT_EQ(recorded->data_sha256, loaded->data_sha256);
  EXPECT_EQ(text_problem(loaded->items[2].item), std::nullopt);
  EXPECT_THAT(*text_problem(loaded->items[1].item), HasSubstr("more than 100"));
}

}  // namespace
}  // namespace assay
