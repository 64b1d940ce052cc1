// What a spool gives back is what was put in, wherever it lies meanwhile; and items that went
// through it are the ones that came.
#include "tasks/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "datasets/json_file.h"
#include "tasks/item_list.h"
#include "tasks/load.h"
#include "tasks/registry.h"
#include "tests/support/memory_source.h"

namespace assay {
namespace {

using ::testing::ElementsAre;

struct Record {
  std::uint64_t place;
  std::size_t size;
};

// Records of 0 bytes to 200 KB, several blocks long; the oracle is one text.
TEST(Spool, GivesBackEveryRecordUnderAnyLimit) {
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1} << 17, Spool::kInMemory}) {
    Spool spool(limit);
    std::mt19937 random(7);
    std::string all;
    std::vector<Record> records;
    for (int i = 0; i < 400; ++i) {
      const std::size_t size = i % 50 == 0 ? random() % 200'000 : random() % 900;
      std::string bytes(size, '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      records.push_back({spool.add(bytes), size});
      EXPECT_EQ(records.back().place, all.size());
      all += bytes;
      if (i % 7 == 0) {
        EXPECT_EQ(spool.read(records.back().place, size), bytes);
      }
    }
    EXPECT_EQ(spool.size(), all.size());
    EXPECT_LE(spool.bytes_in_memory(), limit + (std::size_t{1} << 17));
    std::vector<std::thread> readers;
    for (std::size_t t = 0; t < 2; ++t) {
      readers.emplace_back([&, t] {
        for (std::size_t i = t; i < records.size(); i += 2) {
          EXPECT_EQ(spool.read(records[i].place, records[i].size),
                    all.substr(records[i].place, records[i].size));
        }
      });
    }
    for (std::thread& reader : readers) reader.join();
  }
}

TEST(ItemList, GivesBackItemsAsTheyWere) {
  const auto spool = std::make_shared<Spool>(0);
  ItemList list(spool);
  const Json huge = *parse_json_text(R"({"n": 123456789012345678901234567890, "x": -0.0})");
  std::vector<Item> items = {
      {"a", "", 0, Json::object()},
      {"ü/2",
       "group one",
       1,
       {{"z", 1}, {"a", -2}, {"m", {1.5, nullptr, true, "text", {{"k", 3u}}}}}},
      {"", "group one", 7, huge},
      {"bytes", "g", 8, {{"broken", "\xff\xfe"}, {"zero", std::string("a\0b", 3)}}},
      {"large", "g", 9, {{"text", std::string(300'000, 'x')}}},
  };
  for (const Item& item : items) list.add(item);
  list.set_preamble("Listen. ");
  for (std::size_t i = 0; i < items.size(); ++i) list.add_shots({i, 40 - i});
  ASSERT_EQ(list.size(), items.size());
  std::size_t at = 0;
  for (const LoadedItem& loaded : list) {
    EXPECT_EQ(loaded.item.id, items[at].id);
    EXPECT_EQ(loaded.item.group, items[at].group);
    EXPECT_EQ(loaded.item.index, items[at].index);
    EXPECT_EQ(loaded.item.doc, items[at].doc);
    EXPECT_EQ(loaded.item.preamble, "Listen. ");
    EXPECT_THAT(loaded.shots, ElementsAre(at, 40 - at));
    EXPECT_EQ(list.head(at).id, items[at].id);
    ++at;
  }
  EXPECT_EQ(list[2].item.doc.dump(), huge.dump());  // members in their order, the digits kept
  list.keep({1, 4});
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list.front().item.id, "ü/2");
  EXPECT_EQ(list.back().item.doc, items[4].doc);
  EXPECT_THAT(list.back().shots, ElementsAre(4u, 36u));
}

TEST(ItemList, ATaskLoadsTheSameWhereverItsDocumentsLie) {
  std::vector<Json> rows;
  for (int i = 0; i < 300; ++i) {
    rows.push_back({{"id", std::to_string(i)},
                    {"question", "How much is " + std::to_string(i) + std::string(500, '?')},
                    {"choices", {{"text", {"a", "b"}}, {"label", {"A", "B"}}}},
                    {"answerKey", "B"}});
  }
  testing::MemorySource source;
  for (const char* split : {"test", "train", "validation"}) {
    source.add(std::string("arc/ARC-Easy/") + split, rows);
  }
  LoadOptions in_memory;
  in_memory.shots = 3;
  in_memory.items = 120;
  LoadOptions in_file = in_memory;
  in_file.spool = std::make_shared<Spool>(0);
  const auto one = load_task(*find_task("arc_easy"), source, in_memory);
  const auto other = load_task(*find_task("arc_easy"), source, in_file);
  ASSERT_TRUE(one && other);
  ASSERT_EQ(one->items.size(), 120u);
  ASSERT_EQ(other->items.size(), 120u);
  for (std::size_t i = 0; i < 120; ++i) {
    const LoadedItem a = one->items[i];
    const LoadedItem b = other->items[i];
    EXPECT_EQ(a.item.id, b.item.id);
    EXPECT_EQ(a.item.doc, b.item.doc);
    EXPECT_EQ(a.item.doc, rows[a.item.index]);
    EXPECT_EQ(a.shots, b.shots);
  }
}

}  // namespace
}  // namespace assay
