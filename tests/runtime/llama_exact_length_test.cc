// Needle prompts have exactly their length in the tokens of every vocabulary that the engine's
// sources carry: byte pairs, unigrams, word pieces, with and without a beginning token.
#include <gtest/gtest.h>
#include <llama.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "assay/python_random.h"
#include "datasets/data_home.h"
#include "runtime/encode.h"
#include "runtime/llama_log.h"
#include "runtime/llama_tokenizer.h"
#include "tasks/load.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr int kAnswerRoom = 48;

std::vector<fs::path> vocabularies() {
  std::vector<fs::path> files;
  const fs::path folder = fs::path(ASSAY_ENGINE_SOURCE_DIR) / "models";
  if (std::string(ASSAY_ENGINE_SOURCE_DIR).empty() || !fs::exists(folder)) return files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("ggml-vocab-") && name.ends_with(".gguf")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

// Different lengths and depths, drawn for each vocabulary.
Json drawn_grid(std::uint64_t seed) {
  PythonRandom random(seed);
  std::set<int> lengths;
  while (lengths.size() < 11) lengths.insert(static_cast<int>(random.randint(220, 700)));
  std::set<double> depths;
  while (depths.size() < 5) depths.insert(static_cast<double>(random.randint(0, 1000)) / 10);
  const std::vector<std::string> values = {"numbers", "words", "uuids"};
  return {{"lengths", lengths},
          {"depths", depths},
          {"needles", 1},
          {"values", values[seed % values.size()]}};
}

using Count = std::function<int(std::string_view)>;

// `use` with the position, the name and the tokens of texts of every vocabulary.
void with_vocabularies(
    const std::function<void(std::size_t, const std::string&, const Count&)>& use) {
  start_engine();
  const std::vector<fs::path> files = vocabularies();
  for (std::size_t v = 0; v < files.size(); ++v) {
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    const std::unique_ptr<llama_model, decltype(&llama_model_free)> model(
        llama_model_load_from_file(files[v].c_str(), params), &llama_model_free);
    ASSERT_NE(model, nullptr) << files[v];
    const LlamaTokenizer tokenizer(llama_model_get_vocab(model.get()), std::nullopt);
    use(v, files[v].filename().string(), [&](std::string_view text) {
      return static_cast<int>(encode_text(tokenizer, text, std::nullopt).size());
    });
  }
}

// Tokens of the prompt; fails when the item could not be made.
int prompt_tokens(const Task& task, const Item& item, const Count& count) {
  const Json& placement = item.doc.at("placement");
  EXPECT_FALSE(placement.contains("problem")) << item.id << ": " << placement;
  const auto request = build_request(task, item, {}, {}, {});
  EXPECT_TRUE(request) << item.id;
  return request ? count(std::get<Completion>(*request).prompt) : 0;
}

TEST(ExactLength, HoldsInEveryVocabulary) {
  const std::vector<fs::path> files = vocabularies();
  if (files.empty()) GTEST_SKIP() << "no engine sources";
  const DataHome home("/nonexistent");  // the miniature filler is inside the program
  const Task& task = *find_task("mini-needle");
  std::size_t triples = 0;
  with_vocabularies([&](std::size_t v, const std::string& name, const Count& count) {
    LoadOptions options;
    options.count_tokens = count;
    options.settings = drawn_grid(v);
    const expected<LoadedTask> loaded = load_task(task, home, options);
    ASSERT_TRUE(loaded) << name << ": " << loaded.error().message;
    for (const LoadedItem& item : loaded->items) {
      EXPECT_EQ(prompt_tokens(task, item.item, count),
                item.item.doc.at("length").get<int>() - kAnswerRoom)
          << name << " " << item.item.id;
      ++triples;
    }
  });
  EXPECT_GE(triples, 55 * files.size());
  if (files.size() > 18) {
    EXPECT_GT(triples, 1000u);
  }
}

struct Made {
  std::string task;
  Json settings;
  int answer;  // tokens
  bool exact;  // else as many pieces as fit
};

TEST(ExactLength, OtherTasksMeetOrFillTheirLengthsInEveryVocabulary) {
  if (vocabularies().empty()) GTEST_SKIP() << "no engine sources";
  const DataHome home("/nonexistent");
  const std::vector<Made> all = {
      {"ruler_vt", {{"samples", 1}, {"lengths", {1001}}}, 64, true},
      {"ruler_cwe", {{"samples", 1}, {"lengths", {1300}}, {"filler", "mini/filler"}}, 120, false},
      {"ruler_fwe", {{"samples", 1}, {"lengths", {700}}}, 50, false},
      {"kv_retrieval",
       {{"needles", 1}, {"depths", {37.5}}, {"lengths", {900}}, {"pairs", "own"}},
       64,
       false}};
  with_vocabularies([&](std::size_t, const std::string& name, const Count& count) {
    for (const Made& made : all) {
      const Task& task = *find_task(made.task);
      LoadOptions options;
      options.count_tokens = count;
      options.settings = made.settings;
      const expected<LoadedTask> loaded = load_task(task, home, options);
      ASSERT_TRUE(loaded) << name << ": " << loaded.error().message;
      for (const LoadedItem& item : loaded->items) {
        const int room = item.item.doc.at("length").get<int>() - made.answer;
        const int tokens = prompt_tokens(task, item.item, count);
        EXPECT_EQ(tokens, item.item.doc.at("placement").at("tokens")) << name << item.item.id;
        EXPECT_LE(tokens, room) << name << " " << item.item.id;
        EXPECT_GT(tokens, made.exact ? room - 1 : room - 200) << name << " " << item.item.id;
      }
    }
  });
}

}  // namespace
}  // namespace assay
