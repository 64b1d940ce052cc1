// Loads tasks that make up their texts, with words for tokens, and shows what a model would see.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "assay/text.h"
#include "tasks/load.h"
#include "tasks/longctx/made_items.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"

namespace assay::testing {

inline int count_words(std::string_view text) { return static_cast<int>(words(text).size()); }

inline expected<LoadedTask> load_made(const std::string& task, const DataSource& source,
                                      const Json& settings, bool counted = true) {
  LoadOptions options;
  options.settings = settings;
  if (counted) options.count_tokens = count_words;
  return load_task(*find_task(task), source, options);
}

// Why there is nothing to ask: the task cannot be loaded, or no text be made for any item.
inline std::string problem_of(const expected<LoadedTask>& loaded) {
  if (!loaded) return loaded.error().message;
  for (const LoadedItem& item : loaded->items) {
    if (!text_problem(item.item)) return "";
  }
  return loaded->items.empty() ? "" : *text_problem(loaded->items.front().item);
}

inline std::string full_prompt(const std::string& task, const Item& item) {
  const auto request = build_request(*find_task(task), item, {}, {}, {});
  EXPECT_TRUE(request);
  return request ? std::get<Completion>(*request).prompt : "";
}

// The settings with the placements of a run, as its manifest keeps them.
inline Json with_placements(Json settings, const LoadedTask& loaded) {
  settings["placements"] = Json::object();
  for (const LoadedItem& item : loaded.items) {
    settings["placements"][item.item.id] = item.item.doc.at("placement");
  }
  return settings;
}

// What every such task holds: the same items again, from a seed and from a recorded run; a cell
// that does not depend on others; what is asked for that does not depend on the length.
inline void expect_made_well(const std::string& task, const DataSource& source,
                             const Json& settings) {
  const auto loaded = load_made(task, source, settings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto again = load_made(task, source, settings);
  ASSERT_TRUE(again);
  EXPECT_EQ(loaded->data_sha256, again->data_sha256);
  const auto recorded =
      load_made(task, source, with_placements(settings, *loaded), /*counted=*/false);
  ASSERT_TRUE(recorded) << recorded.error().message;
  ASSERT_EQ(recorded->items.size(), loaded->items.size());
  std::map<std::string, Json> docs;
  std::map<std::string, Json> asked;  // the id behind its length → keys and values
  for (std::size_t i = 0; i < loaded->items.size(); ++i) {
    const Item& item = loaded->items[i].item;
    EXPECT_EQ(recorded->items[i].item.doc, item.doc) << item.id;
    docs[item.id] = item.doc;
    const std::string spot = item.id.substr(item.id.find('/'));
    const Json secret = {item.doc.at("keys"), item.doc.at("values")};
    EXPECT_EQ(asked.emplace(spot, secret).first->second, secret) << item.id;
    EXPECT_EQ(item.doc.at("placement").at("counted_by"), "tokenizer");
  }
  EXPECT_GT(asked.size(), 1u);
  Json one = settings;
  one["lengths"] = {settings.at("lengths").back()};
  const auto alone = load_made(task, source, one);
  ASSERT_TRUE(alone);
  for (const LoadedItem& item : alone->items) {
    EXPECT_EQ(docs.at(item.item.id), item.item.doc) << item.item.id;
  }
  Json other = settings;
  other["seed"] = 1;
  const auto another = load_made(task, source, other);
  ASSERT_TRUE(another);
  EXPECT_NE(another->items.front().item.doc.at("values"), loaded->items.front().item.doc["values"]);
}

// The prompt has as many tokens as the placement says, and a text of one piece more has more than
// there is room for.
inline void expect_full(const std::string& task, const DataSource& source, const Json& settings,
                        int answer_tokens) {
  const auto loaded = load_made(task, source, settings);
  ASSERT_TRUE(loaded) << loaded.error().message;
  Json more = with_placements(settings, *loaded);
  for (auto& [id, placement] : more["placements"].items()) {
    placement["pieces"] = placement.at("pieces").get<std::size_t>() + 1;
  }
  const auto longer = load_made(task, source, more);
  ASSERT_TRUE(longer) << longer.error().message;
  for (std::size_t i = 0; i < loaded->items.size(); ++i) {
    const Item& item = loaded->items[i].item;
    const int room = item.doc.at("length").get<int>() - answer_tokens;
    EXPECT_EQ(count_words(full_prompt(task, item)), item.doc.at("placement").at("tokens"));
    EXPECT_LE(count_words(full_prompt(task, item)), room) << item.id;
    EXPECT_GT(count_words(full_prompt(task, longer->items[i].item)), room) << item.id;
  }
}

// The score of a response to an item with these right answers.
inline double score_of(const std::string& task, const Json& values, const std::string& text,
                       std::size_t metric = 0) {
  Item item;
  item.doc = {{"values", values}};
  Response response;
  response.answer = std::vector<Generation>{{text, FinishReason::kStop, 3}};
  return find_task(task)->process_results(item, response).at(metric).value;
}

}  // namespace assay::testing
