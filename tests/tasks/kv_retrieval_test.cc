// Key-value retrieval: the object is read as JSON, the asked pair stands at its depth, and the
// object is as long as fits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "datasets/data_home.h"
#include "tests/support/memory_source.h"
#include "tests/tasks/made_tasks.h"

namespace assay {
namespace {

using testing::full_prompt;
using ::testing::HasSubstr;
using testing::load_made;

constexpr const char* kTask = "kv_retrieval";
const Json kOwn = {
    {"lengths", {120, 400}}, {"depths", {0, 12.5, 50, 100}}, {"needles", 3}, {"pairs", "own"}};

// Rows of the original's form: `pairs` pairs each, the asked one somewhere in the middle.
testing::MemorySource some_rows(int rows, int pairs) {
  std::vector<Json> all;
  for (int r = 0; r < rows; ++r) {
    Json records = Json::array();
    for (int i = 0; i < pairs; ++i) {
      const std::string name = std::to_string(r) + "-" + std::to_string(i);
      records.push_back({"key-" + name, "value-" + name});
    }
    const std::string name = std::to_string(r) + "-" + std::to_string(r % pairs);
    all.push_back(
        {{"ordered_kv_records", records}, {"key", "key-" + name}, {"value", "value-" + name}});
  }
  testing::MemorySource source;
  source.add("longdoc/kv-retrieval-75/test", all);
  return source;
}

// The object of a prompt in its order.
nlohmann::ordered_json object_of(const std::string& prompt) {
  const std::string begin = "JSON data:\n";
  const std::size_t from = prompt.find(begin) + begin.size();
  return nlohmann::ordered_json::parse(prompt.substr(from, prompt.find("\n\nKey: ") - from));
}

void expect_answerable(const LoadedTask& loaded) {
  for (const LoadedItem& one : loaded.items) {
    const Json& doc = one.item.doc;
    const std::string prompt = full_prompt(kTask, one.item);
    const nlohmann::ordered_json object = object_of(prompt);
    const auto key = doc.at("keys").at(0).get<std::string>();
    EXPECT_TRUE(prompt.ends_with("\n\nKey: \"" + key + "\"\nCorresponding value:"));
    ASSERT_TRUE(object.contains(key)) << one.item.id;
    EXPECT_EQ(object.at(key), doc.at("values").at(0));
    EXPECT_EQ(object.size(), doc.at("placement").at("pieces")) << "keys are different";
    std::size_t position = 0;
    for (const auto& [name, value] : object.items()) {
      if (name == key) break;
      ++position;
    }
    EXPECT_EQ(position, doc.at("position"));
    const double others = static_cast<double>(object.size() - 1);
    EXPECT_NEAR(static_cast<double>(position), doc.at("depth").get<double>() / 100 * others, 0.5);
  }
}

TEST(KvRetrieval, TheAskedPairStandsAtItsDepth) {
  const testing::MemorySource none;
  const auto own = load_made(kTask, none, kOwn);
  ASSERT_TRUE(own) << own.error().message;
  ASSERT_EQ(own->items.size(), 24u);
  expect_answerable(*own);
  Json settings = kOwn;
  settings["pairs"] = "longdoc";
  const auto longdoc = load_made(kTask, some_rows(40, 5), settings);
  ASSERT_TRUE(longdoc) << longdoc.error().message;
  expect_answerable(*longdoc);
}

TEST(KvRetrieval, ObjectsAreAsLongAsFitsAndMadeWell) {
  const testing::MemorySource none;
  testing::expect_full(kTask, none, kOwn, 64);
  testing::expect_made_well(kTask, none, kOwn);
  Json settings = kOwn;
  settings["pairs"] = "longdoc";
  testing::expect_full(kTask, some_rows(90, 5), settings, 64);
  testing::expect_made_well(kTask, some_rows(90, 5), settings);
}

TEST(KvRetrieval, ObjectsOfTheDataAreAskedOnceInACell) {
  const auto loaded =
      load_made(kTask, some_rows(12, 9), {{"lengths", {99}}, {"depths", 1}, {"needles", 12}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  std::set<std::string> keys;
  for (const LoadedItem& one : loaded->items) {
    const std::string key = one.item.doc.at("keys").at(0);
    keys.insert(key);
    // The asked pair's own neighbours come first.
    const std::string row = key.substr(0, key.rfind('-') + 1);
    const nlohmann::ordered_json object = object_of(full_prompt(kTask, one.item));
    EXPECT_EQ(object.size(), 8u);
    for (const auto& [name, value] : object.items()) {
      EXPECT_TRUE(name.starts_with(row)) << name << " beside " << key;
    }
  }
  EXPECT_EQ(keys.size(), 12u);
}

TEST(KvRetrieval, WhatCannotBeMadeIsExplained) {
  const auto short_of =
      load_made(kTask, some_rows(4, 5), {{"lengths", {120, 400}}, {"depths", 1}, {"needles", 2}});
  ASSERT_TRUE(short_of) << short_of.error().message;
  EXPECT_THAT(short_of->items[2].item.doc["placement"]["problem"].get<std::string>(),
              HasSubstr("only 20 pairs"));
  const testing::MemorySource none;
  const auto error = [&](const DataSource& source, const Json& settings) {
    return testing::problem_of(load_made(kTask, source, settings));
  };
  EXPECT_THAT(error(none, {{"lengths", {400}}}), HasSubstr("--set pairs=own"));
  EXPECT_THAT(error(some_rows(4, 5), {{"needles", 5}}), HasSubstr("4 objects"));
  EXPECT_THAT(error(none, {{"pairs", "theirs"}}), HasSubstr("longdoc or own"));
  EXPECT_THAT(error(none, {{"lengths", {80}}, {"pairs", "own"}}), HasSubstr("needs"));
  EXPECT_THAT(error(none, {{"colour", 1}}), HasSubstr("no setting colour"));
  testing::MemorySource broken;
  broken.add("longdoc/kv-retrieval-75/test",
             {{{"ordered_kv_records", {{"a", "b"}}}, {"key", "c"}, {"value", "b"}}});
  EXPECT_THAT(error(broken, Json::object()), HasSubstr("row 0"));
}

TEST(KvRetrieval, TheValueMayStandAnywhereInTheAnswer) {
  const Json value = {"0b018c55-7fd0-48cc-ae57-2f3a45dd94bf"};
  EXPECT_EQ(testing::score_of(kTask, value, " \"0B018C55-7fd0-48cc-ae57-2f3a45dd94bf\"}"), 1.0);
  EXPECT_EQ(testing::score_of(kTask, value, "0b018c55-7fd0-48cc-ae57-2f3a45dd94be"), 0.0);
}

TEST(KvRetrieval, AsksTheObjectsOfTheDataHome) {
  const std::string data = std::string(ASSAY_SHARED_DIR) + "/data";
  if (!std::filesystem::exists(data + "/longdoc")) GTEST_SKIP() << "the data home is absent";
  const DataHome home(data);
  const auto loaded = load_made(kTask, home, {{"lengths", {600}}, {"depths", 3}, {"needles", 4}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  expect_answerable(*loaded);
  EXPECT_GT(loaded->items[0].item.doc.at("placement").at("pieces"), 75);
}

}  // namespace
}  // namespace assay
