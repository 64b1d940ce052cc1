// What the original's own result files say about its tasks: splits, templates, delimiters, stops,
// sampling, repeats, metrics, filters, versions, default shots. A task that drifts from these
// still runs, and measures something else.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "tasks/registry.h"
#include "tasks/samples.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

std::string text_or_empty(const Json& config, const char* key) {
  const auto found = config.find(key);
  return found == config.end() || found->is_null() ? "" : found->get<std::string>();
}

void expect_same_text(const Json& config, const Task& task, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return;
  ASSERT_TRUE(task.config_for_reports.contains(key)) << key;
  EXPECT_EQ(task.config_for_reports.at(key), *found) << key;
}

Json filters_of(const Task& task) {
  Json out = Json::array();
  for (const FilterPipeline& pipeline : task.filters) {
    Json steps = Json::array();
    for (const FilterStep& step : pipeline.steps) {
      Json entry = {{"function", step.function}};
      entry.update(step.args);
      steps.push_back(entry);
    }
    out.push_back({{"name", pipeline.name}, {"filter", steps}});
  }
  return out;
}

void expect_same(const Json& config, const Task& task) {
  EXPECT_EQ(task.alias, text_or_empty(config, "task_alias"));
  EXPECT_EQ(task.data.hub_path, text_or_empty(config, "dataset_path"));
  EXPECT_EQ(task.data.hub_name, text_or_empty(config, "dataset_name"));
  EXPECT_EQ(task.data.training_split, text_or_empty(config, "training_split"));
  EXPECT_EQ(task.data.validation_split, text_or_empty(config, "validation_split"));
  EXPECT_EQ(task.data.test_split, text_or_empty(config, "test_split"));
  EXPECT_EQ(task.data.fewshot_split, text_or_empty(config, "fewshot_split"));
  EXPECT_EQ(task.description, text_or_empty(config, "description"));
  EXPECT_EQ(task.target_delimiter, config.at("target_delimiter"));
  EXPECT_EQ(task.fewshot_delimiter, config.at("fewshot_delimiter"));
  EXPECT_EQ(task.repeats, config.at("repeats"));
  EXPECT_EQ(static_cast<bool>(task.build_program), config.at("unsafe_code"));
  EXPECT_EQ(task.shots.sampler == ShotSampler::kFirstN ? "first_n" : "default",
            config.at("fewshot_config").at("sampler").get<std::string>());
  for (const char* key : {"doc_to_text", "doc_to_target", "doc_to_choice", "gen_prefix",
                          "generation_kwargs", "doc_to_decontamination_query"}) {
    expect_same_text(config, task, key);
  }
  EXPECT_EQ(task.config_for_reports.contains("doc_to_decontamination_query"),
            config.at("should_decontaminate"));
  std::ostringstream version;
  version << config.at("metadata").at("version");
  EXPECT_EQ(task.version, version.str());

  ASSERT_EQ(task.metrics.size(), config.at("metric_list").size());
  for (std::size_t i = 0; i < task.metrics.size(); ++i) {
    const MetricSpec& own = task.metrics[i];
    Json theirs = config.at("metric_list").at(i);
    if (!task.build_program && !task.process_results) {
      EXPECT_EQ(own.name, theirs.at("metric"));
    }
    EXPECT_EQ(own.aggregation, theirs.at("aggregation"));
    EXPECT_EQ(own.higher_is_better, theirs.at("higher_is_better"));
    for (const char* known : {"metric", "aggregation", "higher_is_better"}) theirs.erase(known);
    for (const auto& [key, value] : own.args.items()) EXPECT_EQ(theirs.at(key), value) << key;
    EXPECT_EQ(own.args.size(), theirs.size());
  }
  if (!config.contains("filter_list") || task.build_program) return;
  // Member order within a step is not a difference.
  EXPECT_EQ(nlohmann::json::parse(filters_of(task).dump()),
            nlohmann::json::parse(config.at("filter_list").dump()));
}

TEST(GoldenConfigs, AreThoseOfTheOriginal) {
  ASSAY_NEEDS_GOLDEN("e2e");
  std::size_t compared = 0;
  for (const auto& folder : std::filesystem::directory_iterator(testing::golden_path("e2e"))) {
    std::ifstream file(folder.path() / "results.json");
    const Json results = Json::parse(file);
    for (const auto& [name, config] : results.at("configs").items()) {
      SCOPED_TRACE(folder.path().filename().string() + " " + name);
      const Task* registered = find_task(name);
      ASSERT_NE(registered, nullptr);
      const Task* task = task_in_form(registered, kCompatLmEval);
      expect_same(config, *task);
      ++compared;
    }
    if (!results.contains("groups")) continue;
    for (const auto& [name, children] : results.at("group_subtasks").items()) {
      const TaskGroup* group = find_group(name);
      ASSERT_NE(group, nullptr) << name;
      EXPECT_EQ(Json(group->children), children);
      EXPECT_EQ(group->version, results.at("versions").at(name));
      const Json& entry = results.at("groups").at(name);
      EXPECT_EQ(group->alias.empty() ? group->name : group->alias, entry.at("alias"));
    }
  }
  EXPECT_GE(compared, 60u);
}

// Shots that the original takes when nobody says how many.
TEST(GoldenConfigs, DefaultShots) {
  for (const auto& [name, shots] : {std::pair{"gsm8k", 5},
                                    {"gsm8k_cot", 8},
                                    {"gsm8k_cot_self_consistency", 8},
                                    {"mbpp", 3},
                                    {"humaneval", 0},
                                    {"mmlu_anatomy", 0},
                                    {"arc_challenge", 0}}) {
    EXPECT_EQ(find_task(name)->shots.default_count, shots) << name;
  }
}

}  // namespace
}  // namespace assay
