// From the files on disk to the prompt: the tasks whose data are the authentic ones, loaded from
// the data home, sampled, and compared with the original's prompts.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "datasets/data_home.h"
#include "tasks/load.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"
#include "tasks/suite.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

const std::string kData = std::string(ASSAY_SHARED_DIR) + "/data";

#define ASSAY_NEEDS_DATA \
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << "the data home is absent"

struct Loaded {
  LoadedTask task;
  std::vector<const Json*> shots_of(const LoadedItem& item) const {
    std::vector<const Json*> out;
    for (const std::size_t i : item.shots) out.push_back(&task.shot_pool.at(i));
    return out;
  }
};

Loaded load(const std::string& name, int shots, double limit) {
  static const DataHome home(kData);
  const Task* task = find_task(name);
  EXPECT_NE(task, nullptr) << name;
  if (task == nullptr) return Loaded{LoadedTask()};
  LoadOptions options;
  options.shots = shots;
  options.limit = limit;
  auto loaded = load_task(*task, home, options);
  EXPECT_TRUE(loaded) << loaded.error().message;
  return {loaded ? std::move(*loaded) : LoadedTask()};
}

std::string context_of(const Loaded& loaded, std::size_t i, const PromptSettings& settings = {}) {
  const LoadedItem item = loaded.task.items[i];
  const auto request =
      build_request(*loaded.task.task, item.item, loaded.shots_of(item), settings, {});
  EXPECT_TRUE(request) << request.error().message;
  if (!request) return "";
  if (const auto* choices = std::get_if<Choices>(&*request)) return choices->contexts.front();
  if (const auto* completion = std::get_if<Completion>(&*request)) return completion->prompt;
  return std::get<Rolling>(*request).text;
}

class GoldenFiles : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenFiles, PromptsFromTheFiles) {
  const std::string file = std::string(GetParam()) + ".jsonl";
  ASSAY_NEEDS_GOLDEN(file);
  ASSAY_NEEDS_DATA;
  std::map<std::string, Loaded> runs;
  for (const Json& line : testing::golden_lines(file)) {
    const auto name = line.at("task").get<std::string>();
    const int shots = line.at("num_fewshot").get<int>();
    const auto index = line.at("doc_id").get<std::size_t>();
    SCOPED_TRACE(name + " doc " + std::to_string(index));
    const std::string key = name + std::to_string(shots);
    if (!runs.contains(key)) runs.emplace(key, load(name, shots, 200));
    const Loaded& run = runs.at(key);
    ASSERT_LT(index, run.task.items.size());
    EXPECT_EQ(run.task.items[index].item.doc.dump(), line.at("doc").dump());  // key order too
    EXPECT_EQ(context_of(run, index), line.at(line.contains("text") ? "text" : "context"));
    if (HasFailure()) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenFiles,
                         ::testing::Values("mmlu_5shot", "arc_challenge", "gsm8k", "humaneval",
                                           "mbpp", "lambada_openai", "wikitext"),
                         [](const auto& one) { return std::string(one.param); });

TEST(GoldenData, ConversationsFromTheFiles) {
  ASSAY_NEEDS_GOLDEN("chat_template.jsonl");
  ASSAY_NEEDS_DATA;
  std::map<std::string, Loaded> runs;
  std::size_t compared = 0;
  for (const Json& line : testing::golden_lines("chat_template.jsonl")) {
    const auto name = line.at("task").get<std::string>();
    // Tasks whose training split is not here, or that are not ours.
    if (name == "hellaswag" || name == "winogrande" || name == "arc_challenge_chat") continue;
    const int shots = line.at("num_fewshot").get<int>();
    SCOPED_TRACE(name + " " + std::to_string(shots));
    const std::string key = name + std::to_string(shots);
    if (!runs.contains(key)) runs.emplace(key, load(name, shots, 1));
    const Loaded& run = runs.at(key);
    ASSERT_EQ(run.task.items.size(), 1u);
    PromptSettings settings;
    settings.fewshot_as_multiturn = line.at("fewshot_as_multiturn").get<bool>();
    if (line.at("system_instruction").is_string()) {
      settings.system_instruction = line.at("system_instruction").get<std::string>();
    }
    const LoadedItem& item = run.task.items.front();
    const auto messages = build_messages(*run.task.task, item.item, run.shots_of(item), settings);
    ASSERT_TRUE(messages) << messages.error().message;
    const Json& want = line.at("messages");
    ASSERT_EQ(messages->size(), want.size());
    for (std::size_t c = 0; c < want.size(); ++c) {
      ASSERT_EQ((*messages)[c].size(), want[c].size());
      for (std::size_t m = 0; m < want[c].size(); ++m) {
        EXPECT_EQ((*messages)[c][m].role, want[c][m].at("role"));
        EXPECT_EQ((*messages)[c][m].content, want[c][m].at("content"));
      }
    }
    ++compared;
    if (HasFailure()) break;
  }
  EXPECT_GE(compared, 32u);
}

TEST(GoldenData, SystemTextWithoutTemplate) {
  ASSAY_NEEDS_GOLDEN("system_instruction_plain_more.jsonl");
  ASSAY_NEEDS_DATA;
  for (const Json& line : testing::golden_lines("system_instruction_plain_more.jsonl")) {
    const Loaded run =
        load(line.at("task").get<std::string>(), line.at("num_fewshot").get<int>(), 1);
    ASSERT_EQ(run.task.items.size(), 1u);
    PromptSettings settings;
    settings.system_instruction = line.at("system_instruction").get<std::string>();
    EXPECT_EQ(context_of(run, 0, settings), line.at("context"));
  }
}

// The suite that works with nothing on the disk, with the shots it asks for.
TEST(MiniData, TheMiniSuiteNeedsNoDataHome) {
  const DataHome nothing("/nonexistent");
  const auto suites = load_suites("");
  ASSERT_TRUE(suites);
  const std::vector<std::string> target = {"mini"};
  const auto resolved = resolve_targets(target, *suites);
  ASSERT_TRUE(resolved);
  for (const ResolvedTask& entry : resolved->tasks) {
    LoadOptions options;
    options.shots = entry.shots;
    options.settings = entry.settings;
    const auto loaded = load_task(*entry.task, nothing, options);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->status.label(), "") << entry.task->name;
    for (const LoadedItem& item : loaded->items) {
      std::vector<const Json*> shots;
      for (const std::size_t i : item.shots) shots.push_back(&loaded->shot_pool.at(i));
      const auto request = build_request(*entry.task, item.item, shots, {}, {});
      ASSERT_TRUE(request) << request.error().message;
    }
  }
}

// Every task with data on this machine loads whole: columns there, golds among the choices, ids
// unique.
TEST(RealData, EveryTaskLoads) {
  ASSAY_NEEDS_DATA;
  for (const Task* task : all_tasks()) {
    if (task->name.starts_with("mmlu_")) continue;            // 57 of them are loaded above
    if (task->name.find(':') != std::string::npos) continue;  // of a YAML file of another test
    static const DataHome home(kData);
    LoadOptions options;
    options.shots = task->shots.fixed_count || task->shots.samples ? task->shots.default_count : 0;
    if (task->name.starts_with("niah_") && !std::filesystem::exists(kData + "/wonderwords")) {
      options.settings["words"] = "own";
    }
    const auto loaded = load_task(*task, home, options);
    ASSERT_TRUE(loaded) << task->name << ": " << loaded.error().message;
    EXPECT_EQ(loaded->items.size(), loaded->available) << task->name;
    EXPECT_FALSE(loaded->items.empty()) << task->name;
  }
}

}  // namespace
}  // namespace assay
