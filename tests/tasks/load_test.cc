// From rows to selected items with shots: subsets, shots that do not depend on the selection, and
// every kind of bad data refused with task, item and file named.
#include "tasks/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/memory_source.h"

namespace assay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::MemorySource;

Json row(int i, int gold = 0) {
  return {{"name", "q" + std::to_string(i)},
          {"kind", i % 10 == 0 ? "rare" : "common"},
          {"choices", {"x", "y"}},
          {"gold", gold}};
}

std::vector<Json> rows(int n, int from = 0) {
  std::vector<Json> out;
  for (int i = 0; i < n; ++i) out.push_back(row(from + i));
  return out;
}

Task task() {
  Task t;
  t.name = "quiz";
  t.data.dataset = "quiz";
  t.data.training_split = "train";
  t.data.test_split = "test";
  t.id = [](const Json& doc, std::size_t) { return doc.at("name").get<std::string>(); };
  t.group = [](const Json& doc) { return doc.at("kind").get<std::string>(); };
  t.text = [](const Json& doc) { return doc.at("name").get<std::string>(); };
  t.choices = [](const Json& doc) { return doc.at("choices").get<std::vector<std::string>>(); };
  t.target = [](const Json& doc) -> Target { return doc.at("gold").get<int>(); };
  return t;
}

MemorySource source(int n = 40) {
  MemorySource s;
  s.add("quiz//test", rows(n)).add("quiz//train", rows(30, 1000));
  return s;
}

std::vector<std::string> ids(const LoadedTask& loaded) {
  std::vector<std::string> out;
  for (const LoadedItem& item : loaded.items) out.push_back(item.item.id);
  return out;
}

std::string failure(const Task& t, const MemorySource& s, const LoadOptions& options = {}) {
  const auto loaded = load_task(t, s, options);
  EXPECT_FALSE(loaded);
  return loaded ? "" : loaded.error().message;
}

TEST(Load, TakesEverythingInOrder) {
  const Task t = task();
  const auto loaded = load_task(t, source(), {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->items.size(), 40u);
  EXPECT_EQ(loaded->available, 40u);
  EXPECT_EQ(loaded->items[7].item.id, "q7");
  EXPECT_EQ(loaded->items[7].item.index, 7u);
  EXPECT_EQ(loaded->items[20].item.group, "rare");
  EXPECT_TRUE(loaded->shot_pool.empty());
}

TEST(Load, LimitIsACountOrAShareRoundedUp) {
  const Task t = task();
  const auto count = [&](double limit) {
    LoadOptions options;
    options.limit = limit;
    const auto loaded = load_task(t, source(), options);
    return loaded ? loaded->items.size() : 0;
  };
  EXPECT_EQ(count(3), 3u);
  EXPECT_EQ(count(1.0), 1u);  // one item, not all
  EXPECT_EQ(count(0.01), 1u);
  EXPECT_EQ(count(0.26), 11u);
  EXPECT_EQ(count(1000), 40u);
  LoadOptions options;
  options.limit = 0;
  EXPECT_THAT(failure(t, source(), options), HasSubstr("positive"));
}

TEST(Load, ShotsDoNotDependOnTheSelection) {
  const Task t = task();
  LoadOptions options;
  options.shots = 3;
  const auto whole = load_task(t, source(), options);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->shots, 3);
  EXPECT_EQ(whole->shot_pool.size(), 30u);
  std::map<std::string, std::vector<std::size_t>> shots;
  for (const LoadedItem& item : whole->items) shots[item.item.id] = item.shots;
  EXPECT_NE(whole->items[0].shots, whole->items[1].shots);
  options.items = 9;
  const auto part = load_task(t, source(), options);
  ASSERT_TRUE(part);
  ASSERT_EQ(part->items.size(), 9u);
  for (const LoadedItem& item : part->items) EXPECT_EQ(item.shots, shots[item.item.id]);
}

TEST(Load, SubsetsAreNestedSeededAndInOrder) {
  const Task t = task();
  std::vector<std::string> smaller;
  LoadOptions options;
  for (std::size_t n = 1; n <= 41; ++n) {
    options.items = n;
    const auto loaded = load_task(t, source(), options);
    ASSERT_TRUE(loaded);
    std::vector<std::string> now = ids(*loaded);
    EXPECT_EQ(now.size(), std::min<std::size_t>(n, 40));
    for (const std::string& id : smaller) {
      EXPECT_NE(std::find(now.begin(), now.end(), id), now.end()) << id << " lost at " << n;
    }
    std::size_t previous = 0;
    for (const LoadedItem& item : loaded->items) {
      EXPECT_GE(item.item.index, previous);
      previous = item.item.index;
    }
    smaller = std::move(now);
  }
  options.items = 10;
  const auto first = load_task(t, source(), options);
  options.subset_seed = 1;
  const auto second = load_task(t, source(), options);
  ASSERT_TRUE(first && second);
  EXPECT_NE(ids(*first), ids(*second));
}

TEST(Subset, EveryGroupGetsItsShare) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < 700; ++i) {
    items.push_back({std::to_string(i), i < 500 ? "a" : i < 650 ? "b" : "c", i, Json()});
  }
  for (const std::size_t n : {1u, 10u, 77u, 140u, 350u, 699u}) {
    std::map<std::string, double> share;
    for (const std::size_t i : select_subset("t", items, n, 5)) ++share[items[i].group];
    const double part = static_cast<double>(n) / 700;
    EXPECT_NEAR(share["a"], 500 * part, 1.5) << n;
    EXPECT_NEAR(share["b"], 150 * part, 1.5) << n;
    EXPECT_NEAR(share["c"], 50 * part, 1.5) << n;
  }
}

// A subset must stay the same for ever: these come from the rule of docs/tasks.md
// carried out by a few lines of Python.
TEST(Subset, IsTheSameOnEveryMachine) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < 20; ++i) {
    items.push_back({"id" + std::to_string(i), i % 2 == 0 ? "even" : "odd", i, Json()});
  }
  EXPECT_THAT(select_subset("pinned", items, 6, 0), ::testing::ElementsAre(1, 2, 3, 6, 12, 19));
}

TEST(Load, BadDataIsRefusedWithTaskItemAndFile) {
  const Task t = task();
  const auto with = [&](std::vector<Json> test) {
    MemorySource s;
    s.add("quiz//test", std::move(test));
    return failure(t, s);
  };
  EXPECT_THAT(with({row(0), row(1, 2)}),
              AllOf(HasSubstr("quiz"), HasSubstr("q1"), HasSubstr("quiz//test.jsonl"),
                    HasSubstr("choice 2"), HasSubstr("there are 2")));
  EXPECT_THAT(with({row(0), row(1, -1)}), HasSubstr("q1"));
  EXPECT_THAT(with({row(0), row(0)}), AllOf(HasSubstr("rows 0 and 1"), HasSubstr("q0")));
  EXPECT_THAT(with({}), AllOf(HasSubstr("empty"), HasSubstr("quiz//test.jsonl")));
  Json without = row(3);
  without.erase("choices");
  EXPECT_THAT(with({without}), AllOf(HasSubstr("q3"), HasSubstr("choices")));
  Json nothing = row(4);
  nothing["choices"] = Json::array();
  EXPECT_THAT(with({nothing}), HasSubstr("no choices"));
}

TEST(Load, TooManyShotsAndMissingPoolsAreExplained) {
  const Task t = task();
  LoadOptions options;
  options.shots = 31;
  EXPECT_THAT(failure(t, source(), options), AllOf(HasSubstr("quiz"), HasSubstr("only 30")));
  options.shots = -1;
  EXPECT_THAT(failure(t, source(), options), HasSubstr("--shots"));
  options.shots = 2;
  MemorySource no_train;
  no_train.add("quiz//test", rows(3));
  EXPECT_THAT(failure(t, no_train, options), HasSubstr("--shots 0 needs none"));
}

TEST(Load, TheEvaluatedDocumentIsNeverItsOwnShotWhenSplitsCoincide) {
  Task t = task();
  t.data.fewshot_split = "test";
  LoadOptions options;
  options.shots = 5;
  const auto loaded = load_task(t, source(7), options);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const LoadedItem& item : loaded->items) {
    EXPECT_EQ(item.shots.size(), 5u);
    for (const std::size_t shot : item.shots) EXPECT_NE(shot, item.item.index);
  }
}

TEST(Load, AFixedNumberOfShotsCannotBeOverridden) {
  Task t = task();
  t.shots.fixed_count = true;
  LoadOptions options;
  options.shots = 4;
  const auto loaded = load_task(t, source(), options);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->shots, 0);
}

TEST(Load, ThePreambleReachesEveryItem) {
  Task t = task();
  t.preamble = [](const DataSource& data) { return data.text("quiz", "primer.txt"); };
  MemorySource s = source();
  EXPECT_THAT(failure(t, s), HasSubstr("primer.txt"));
  s.add_text("quiz", "primer.txt", "Listen.\n\n");
  const auto loaded = load_task(t, s, {});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->items[3].item.preamble, "Listen.\n\n");
  EXPECT_FALSE(loaded->items[3].item.doc.contains("preamble"));
}

}  // namespace
}  // namespace assay
