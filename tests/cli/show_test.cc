// `assay show`: the object per item has the keys other programs rely on, and its prompts are the
// original's, byte for byte.
#include <fstream>
#include <sstream>

#include "tests/cli/cli_test.h"

namespace assay {
namespace {

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

TEST(Show, HasTheKeys) {
  const ProgramResult show =
      run_assay({"show", "mini-gsm8k", "--first", "2", "--json", "-m", "scripted:hash"});
  ASSERT_EQ(show.exit_code, 0) << show.err;
  const std::vector<Json> items = json_lines(show.out);
  ASSERT_EQ(items.size(), 2U);
  for (const char* key :
       {"task", "id", "context", "continuations", "stops", "gold", "shots", "tokens"}) {
    EXPECT_TRUE(items[0].contains(key)) << key;
  }
  EXPECT_NE(items[0]["id"], items[1]["id"]);
  // An item can be shown by its id and by its position, and is the same.
  const std::string id = items[1]["id"];
  const auto by_id = json_lines(run_assay({"show", "mini-gsm8k", id, "--json"}).out);
  const auto by_place = json_lines(run_assay({"show", "mini-gsm8k", "1", "--json"}).out);
  ASSERT_EQ(by_id.size(), 1U);
  EXPECT_EQ(by_id, by_place);
  EXPECT_EQ(by_id[0]["context"], items[1]["context"]);
}

TEST(Show, MarksBoundaries) {
  const ProgramResult show = run_assay({"show", "mini-gsm8k"});
  ASSERT_EQ(show.exit_code, 0) << show.err;
  EXPECT_THAT(show.out, HasSubstr("prompt ⟦"));
  EXPECT_THAT(show.out, HasSubstr("Answer:⟧"));
}

TEST(Show, TokensOfScriptedModelsAreBytes) {
  const auto items =
      json_lines(run_assay({"show", "mini-arc", "0", "--json", "-m", "scripted:hash"}).out);
  ASSERT_EQ(items.size(), 1U);
  const std::string context = items[0]["context"];
  const std::string continuation = items[0]["continuations"][0];
  EXPECT_EQ(items[0]["tokens"][0]["boundary"], context.size());
  EXPECT_EQ(items[0]["tokens"][0]["continuation"].size(), continuation.size());
}

TEST(Show, PromptsAreTheOriginals) {
  const fs::path golden = fs::path(ASSAY_SHARED_DIR) / "golden" / "gsm8k.jsonl";
  const fs::path data = fs::path(ASSAY_SHARED_DIR) / "data";
  if (!fs::exists(golden) || !fs::exists(data)) GTEST_SKIP() << "golden/gsm8k.jsonl is not here";
  const auto items = json_lines(run_assay({"show", "gsm8k", "--shots", "5", "--first", "4",
                                           "--json", "--data", data.string()})
                                    .out);
  ASSERT_EQ(items.size(), 4U);
  std::ifstream in(golden);
  std::size_t compared = 0;
  for (std::string line; std::getline(in, line);) {
    const Json expected = Json::parse(line);
    if (expected["task"] != "gsm8k" || expected["num_fewshot"] != 5) continue;
    const std::size_t i = expected["doc_id"];
    if (i >= items.size()) continue;
    EXPECT_EQ(items[i]["context"], expected["context"]);
    EXPECT_EQ(items[i]["shots"], expected["fewshot_indices"]);
    ++compared;
  }
  EXPECT_GT(compared, 0U);
}

}  // namespace
}  // namespace assay
