// Names: of tasks, groups, suites and tags, and of things that do not exist.
#include "tasks/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tasks/samples.h"
#include "tasks/suite.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names(const std::vector<const Task*>& tasks) {
  std::vector<std::string> out;
  for (const Task* task : tasks) out.push_back(task->name);
  return out;
}

TEST(Registry, HasTheBenchmarks) {
  for (const char* name : {"arc_easy",
                           "arc_challenge",
                           "hellaswag",
                           "gsm8k",
                           "gsm8k_cot",
                           "gsm8k_cot_zeroshot",
                           "gsm8k_cot_llama",
                           "gsm8k_cot_self_consistency",
                           "humaneval",
                           "humaneval_64",
                           "humaneval_instruct",
                           "mbpp",
                           "mbpp_instruct",
                           "mbpp_plus",
                           "truthfulqa_mc1",
                           "truthfulqa_mc2",
                           "winogrande",
                           "piqa",
                           "boolq",
                           "openbookqa",
                           "lambada_openai",
                           "wikitext",
                           "needle",
                           "mini-arc",
                           "mini-hellaswag",
                           "mini-gsm8k",
                           "mini-humaneval",
                           "mini-needle"}) {
    ASSERT_NE(find_task(name), nullptr) << name;
    EXPECT_FALSE(find_task(name)->about.empty()) << name;
  }
  EXPECT_EQ(find_task("nothing"), nullptr);
}

TEST(Registry, MmluHasFiftySevenLeavesInFourGroups) {
  const TaskGroup* mmlu = find_group("mmlu");
  ASSERT_NE(mmlu, nullptr);
  EXPECT_EQ(mmlu->version, "2");
  EXPECT_THAT(mmlu->children,
              ElementsAre("mmlu_stem", "mmlu_other", "mmlu_social_sciences", "mmlu_humanities"));
  EXPECT_EQ(leaves(*mmlu).size(), 57u);
  EXPECT_EQ(leaves(*find_group("mmlu_stem")).size(), 19u);
  EXPECT_EQ(leaves(*find_group("mmlu_other")).size(), 13u);
  EXPECT_EQ(leaves(*find_group("mmlu_social_sciences")).size(), 12u);
  EXPECT_EQ(leaves(*find_group("mmlu_humanities")).size(), 13u);
  EXPECT_EQ(leaves(*mmlu).front()->name, "mmlu_abstract_algebra");
  EXPECT_GE(leaves(*find_group("mini-mmlu")).size(), 5u);
}

TEST(Registry, RefusesTakenNamesAndUnknownChildrenWhole) {
  Task fresh;
  fresh.name = "registry_test_fresh";
  Task taken;
  taken.name = "gsm8k";
  const auto refused = register_tasks({fresh, taken}, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("gsm8k"));
  EXPECT_EQ(find_task("registry_test_fresh"), nullptr);  // nothing of a refused set stays
  TaskGroup group;
  group.name = "registry_test_group";
  group.children = {"registry_test_nobody"};
  EXPECT_FALSE(register_tasks({}, {group}));
  group.name = "mmlu";  // a task's or group's name, either way
  group.children = {"gsm8k"};
  EXPECT_FALSE(register_tasks({}, {group}));
  group.name = "registry_test_group";
  ASSERT_TRUE(register_tasks({fresh}, {group}));
  ASSERT_NE(find_group("registry_test_group"), nullptr);
  EXPECT_NE(find_task("registry_test_fresh"), nullptr);
  EXPECT_FALSE(register_tasks({fresh}, {}));
}

TEST(CloseMatches, AreFewAndNearestFirst) {
  const std::vector<std::string> known = {"arc_challenge", "arc_easy",  "gsm8k",
                                          "gsm8k_cot",     "hellaswag", "humaneval"};
  EXPECT_THAT(close_matches("gsmk8", known), ElementsAre("gsm8k"));
  EXPECT_THAT(close_matches("helaswag", known), ElementsAre("hellaswag"));
  EXPECT_THAT(close_matches("arc", known), ElementsAre("arc_challenge", "arc_easy"));
  EXPECT_THAT(close_matches("ARC-Easy", known), ElementsAre("arc_easy"));
  EXPECT_THAT(close_matches("zebra", known), ElementsAre());
}

TEST(Suites, ShippedOnesResolve) {
  const auto suites = load_suites("");
  ASSERT_TRUE(suites) << suites.error().message;
  std::vector<std::string> found;
  for (const Suite& suite : *suites) {
    found.push_back(suite.name);
    EXPECT_FALSE(suite.about.empty());
    const std::vector<std::string> target = {suite.name};
    const auto resolved = resolve_targets(target, *suites);
    ASSERT_TRUE(resolved) << resolved.error().message;
    EXPECT_FALSE(resolved->tasks.empty());
  }
  EXPECT_THAT(found,
              ElementsAre("starter", "quick", "mini", "reasoning", "coding", "long-context"));
  const std::vector<std::string> starter = {"starter"};
  const auto resolved = resolve_targets(starter, *suites);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->tasks.size(), 57u + 5u);
  EXPECT_EQ(resolved->tasks.front().shots, 5);
  EXPECT_EQ(resolved->groups.size(), 5u);
  EXPECT_EQ(resolved->groups.front()->name, "mmlu");
}

TEST(Suites, TargetsAreResolvedOnceAndInOrder) {
  const auto suites = load_suites("");
  ASSERT_TRUE(suites);
  const std::vector<std::string> targets = {"gsm8k", "ai2_arc", "gsm8k", "quick"};
  const auto resolved = resolve_targets(targets, *suites);
  ASSERT_TRUE(resolved);
  std::vector<const Task*> tasks;
  for (const ResolvedTask& task : resolved->tasks) tasks.push_back(task.task);
  EXPECT_THAT(names(tasks), ElementsAre("gsm8k", "arc_challenge", "arc_easy", "piqa", "winogrande",
                                        "openbookqa", "lambada_openai"));
}

TEST(Suites, UnknownNamesGetASuggestion) {
  const auto suites = load_suites("");
  ASSERT_TRUE(suites);
  const std::vector<std::string> typo = {"hellaswga"};
  const auto resolved = resolve_targets(typo, *suites);
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().code, ErrorCode::kUsage);
  EXPECT_THAT(resolved.error().message, HasSubstr("did you mean hellaswag?"));
  EXPECT_FALSE(resolve_targets({}, *suites));
}

class SuiteFile : public ::testing::Test {
 protected:
  std::string write(const std::string& text) {
    path_ = ::testing::TempDir() + "assay_suite_" + std::to_string(::getpid()) + ".json";
    std::ofstream(path_) << text;
    return path_;
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(SuiteFile, AddsAndReplaces) {
  const auto suites = load_suites(write(R"({"suites": [
      {"name": "quick", "entries": [{"task": "piqa", "shots": 2}]},
      {"name": "own", "entries": ["gsm8k", {"task": "needle", "settings": {"depths": 3}}]}]})"));
  ASSERT_TRUE(suites) << suites.error().message;
  const std::vector<std::string> targets = {"quick", "own"};
  const auto resolved = resolve_targets(targets, *suites);
  ASSERT_TRUE(resolved);
  ASSERT_EQ(resolved->tasks.size(), 3u);
  EXPECT_EQ(resolved->tasks[0].shots, 2);
  EXPECT_EQ(resolved->tasks[2].settings, Json({{"depths", 3}}));
}

TEST_F(SuiteFile, BrokenFilesAreRefusedByName) {
  for (const char* text :
       {"{", "[]", R"({"suites": {}})", R"({"suites": [{"entries": ["gsm8k"]}]})",
        R"({"suites": [{"name": "x", "entries": []}]})",
        R"({"suites": [{"name": "x", "entries": [{"shots": 1}]}]})",
        R"({"suites": [{"name": "x", "entries": [{"task": "gsm8k", "shots": -1}]}]})",
        R"({"suites": [{"name": "x", "entries": [{"task": "gsm8k", "sots": 1}]}]})"}) {
    const auto suites = load_suites(write(text));
    ASSERT_FALSE(suites) << text;
    EXPECT_EQ(suites.error().code, ErrorCode::kBadData);
    EXPECT_THAT(suites.error().message, HasSubstr(path_));
  }
  EXPECT_FALSE(load_suites("no/such/file.json"));
}

TEST(Samples, DecideWhichPassAtK) {
  EXPECT_THAT(pass_at_ks(1), ElementsAre(1));
  EXPECT_THAT(pass_at_ks(9), ElementsAre(1, 5));
  EXPECT_THAT(pass_at_ks(100), ElementsAre(1, 5, 10, 50, 100));
  const auto ks = [](const char* task, int samples) {
    return with_samples(*find_task(task), samples).metrics.front().args.at("k");
  };
  EXPECT_EQ(ks("humaneval", 1), Json({1}));
  EXPECT_EQ(ks("humaneval", 20), Json({1, 5, 10}));
  EXPECT_EQ(ks("humaneval_64", 10), Json({2, 8}));
  EXPECT_EQ(ks("humaneval_64", 1), Json({1}));
  EXPECT_EQ(ks("mbpp", 10), Json({1, 5, 10}));
  EXPECT_EQ(with_samples(*find_task("mbpp"), 10).metrics.front().name, "pass_at_k");
  EXPECT_EQ(with_samples(*find_task("gsm8k"), 4).repeats, 4);
}

// Where our reading of chat answers is the default, the original's form of the task is kept whole,
// and its score stands beside ours under its own name.
TEST(Compat, TheOriginalsFormIsAnotherTaskOfTheSameName) {
  for (const char* name : {"humaneval_instruct", "mbpp_instruct"}) {
    const Task* own = find_task(name);
    const Task* original = task_in_form(own, kCompatLmEval);
    ASSERT_NE(original, own) << name;
    EXPECT_EQ(task_in_form(own, ""), own);
    EXPECT_EQ(original->name, own->name);
    EXPECT_EQ(original->version, own->version);
    EXPECT_EQ(original->original, nullptr);
    ASSERT_EQ(own->filters.size(), 2U);
    ASSERT_EQ(original->filters.size(), 1U);
    EXPECT_EQ(own->filters[0].name, "own-extraction");
    EXPECT_EQ(own->filters[1].name, original->filters[0].name);
    EXPECT_EQ(task_with_samples(*original, 7)->filters.size(), 1U) << "not the other's by its name";
    EXPECT_EQ(task_with_samples(*own, 7)->filters.size(), 2U);
  }
  EXPECT_EQ(task_in_form(find_task("humaneval"), kCompatLmEval), find_task("humaneval"));
  EXPECT_EQ(find_task("humaneval_instruct")->original->stops->size(), 5U);
  EXPECT_TRUE(find_task("humaneval_instruct")->stops->empty());
}

}  // namespace
}  // namespace assay
