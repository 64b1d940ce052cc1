// The author's check: it passes what is sound and finds every planted defect, by its rule.
#include "tasks/author_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "datasets/data_home.h"
#include "tasks/declarative/build_task.h"
#include "tasks/registry.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

std::string rules_of(const CheckReport& report) {
  std::string out;
  for (const Finding& finding : report.findings) {
    if (out.find(finding.rule) == std::string::npos) out += (out.empty() ? "" : " ") + finding.rule;
  }
  return out;
}

std::string said(const CheckReport& report) {
  std::string out;
  for (const Finding& finding : report.findings) out += finding.rule + ": " + finding.what + "\n";
  return out;
}

std::string lines(const Json& rows) {
  std::string out;
  for (const Json& row : rows) out += row.dump() + "\n";
  return out;
}

TEST(AuthorCheck, FindsEveryPlantedDefect) {
  std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/tests/cases/task_defects.jsonl");
  std::size_t defects = 0;
  for (std::string line; std::getline(in, line);) {
    const Json one = Json::parse(line);
    const testing_support::TempFolder folder;
    folder.write("data/test.jsonl", lines(one.at("test")));
    folder.write("data/train.jsonl", lines(one.at("train")));
    const expected<YamlNode> root =
        load_yaml_file(folder.write("t.yaml", one.at("yaml").get<std::string>()));
    ASSERT_TRUE(root) << root.error().message;
    const expected<Task> task = build_task(*root, folder.path());
    ASSERT_TRUE(task) << one.at("about") << task.error().message;
    const CheckReport report = check_task(*task, DataHome(folder.path()), {});
    EXPECT_EQ(rules_of(report), one.at("rule").get<std::string>()) << one.at("about") << "\n"
                                                                   << said(report);
    for (const Finding& finding : report.findings) EXPECT_FALSE(finding.fix.empty());
    defects += one.at("rule") != "" ? 1 : 0;
    if (one.at("rule") == "") {
      EXPECT_EQ(report.shown.size(), 3U);
    }
  }
  EXPECT_GE(defects, 12U);
}

// Defects that a file cannot have: functions with a memory.
Task numbers() {
  Task task;
  task.name = "numbers";
  task.generate_items = [](const DataSource&,
                           const GenerateContext& context) -> expected<std::vector<Item>> {
    if (!context.settings.empty()) return usage_error("no settings");
    std::vector<Item> items;
    for (std::size_t i = 0; i < 5; ++i) items.push_back({std::to_string(i), "", i, {{"n", i}}});
    return items;
  };
  task.shots.fixed_count = true;
  task.text = [](const Json& doc) { return "Number " + doc.at("n").dump() + ":"; };
  task.choices = [](const Json&) { return std::vector<std::string>{"yes", "no"}; };
  task.target = [](const Json&) -> Target { return 0; };
  task.metrics = {{"acc"}};
  return task;
}

std::string rules_for(const Task& task) {
  return rules_of(check_task(task, DataHome("/nowhere"), {}));
}

TEST(AuthorCheck, SoundTaskInCpp) { EXPECT_EQ(rules_for(numbers()), ""); }

TEST(AuthorCheck, RenderingThatChanges) {
  Task task = numbers();
  auto calls = std::make_shared<std::atomic<int>>(0);
  task.text = [calls](const Json&) { return "Call " + std::to_string((*calls)++); };
  EXPECT_EQ(rules_for(task), "render-twice");
}

TEST(AuthorCheck, ScorerThatRemembers) {
  Task task = numbers();
  auto calls = std::make_shared<std::atomic<int>>(0);
  task.process_results = [calls](const Item&,
                                 const Response& response) -> std::vector<MetricValue> {
    const bool right = std::get<std::vector<ChoiceScore>>(response.answer).front().is_greedy;
    return {{"acc", right ? 1.0 : 0.0, 1.0 + (*calls)++}};
  };
  EXPECT_EQ(rules_for(task), "scorer-twice");
}

TEST(AuthorCheck, ScorerThatAcceptsAnything) {
  Task task = numbers();
  task.process_results = [](const Item&, const Response&) -> std::vector<MetricValue> {
    return {{"acc", 1.0}};
  };
  EXPECT_EQ(rules_for(task), "wrong");
}

TEST(AuthorCheck, ScorerThatThrows) {
  Task task = numbers();
  task.process_results = [](const Item&, const Response& response) -> std::vector<MetricValue> {
    return {{"acc", std::get<std::vector<Generation>>(response.answer).empty() ? 0.0 : 1.0}};
  };
  EXPECT_THAT(rules_for(task), ::testing::HasSubstr("scorer"));
}

TEST(AuthorCheck, EveryBuiltInTaskPasses) {
  const std::string folder = std::string(ASSAY_SHARED_DIR) + "/data";
  const DataHome data(folder);
  std::size_t checked = 0;
  for (const Task* task : all_tasks()) {
    if (!task->definition.is_null()) continue;
    const CheckReport report = check_task(*task, data, {});
    if (report.refusal) continue;  // its data are not here
    EXPECT_TRUE(report.findings.empty()) << task->name << "\n" << said(report);
    ++checked;
  }
  EXPECT_GE(checked, 12U);  // the miniature tasks need no data home
}

}  // namespace
}  // namespace assay
