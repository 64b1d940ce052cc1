// The original harness' own runs, repeated by assay and exported: every figure, every sample line
// and every hash must be the original's. Multiple choice is answered by scripted:hash (the fake
// model of those runs); generated answers are replayed from the sample files; code is "run" by the
// same rule as there. Where a run's data were synthetic, its sample files are the data.
//
// Not compared, because they describe the original's machinery or its moment: date, versions,
// git hashes, config.model*, model_name*, total_evaluation_time_seconds, sources of Python
// functions.
#include "results/lm_eval_export.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "datasets/data_home.h"
#include "results/run.h"
#include "runtime/model_options.h"
#include "runtime/scripted_model.h"
#include "scorers/python_format.h"
#include "tasks/declarative/load_files.h"
#include "tasks/registry.h"
#include "tasks/samples.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = fs::path(ASSAY_SHARED_DIR) / "golden" / "e2e";

struct GoldenRun {
  const char* folder;
  std::vector<std::string> targets;
  std::optional<int> shots;
  bool synthetic_data = false;
  std::vector<std::string> yaml = {};  // task files that say the same as the built-in tasks
};

std::ostream& operator<<(std::ostream& out, const GoldenRun& run) { return out << run.folder; }

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Json json_of(const fs::path& path) {
  std::ifstream in(path);
  return Json::parse(in);
}

// The real data home, except that evaluated splits given here are replaced.
class ReplacedData : public DataSource {
 public:
  ReplacedData() : home_((fs::path(ASSAY_SHARED_DIR) / "data").string()) {}
  void replace(const std::string& dataset, const std::string& split, std::vector<Json> rows) {
    rows_[dataset + "/" + split] = std::move(rows);
  }
  expected<DataSplit> load(std::string_view dataset, std::string_view config,
                           std::string_view split) const override {
    const auto found = rows_.find(std::string(dataset) + "/" + std::string(split));
    if (found == rows_.end()) return home_.load(dataset, config, split);
    DataSplit replaced;
    replaced.rows = found->second;
    replaced.status.rows = replaced.rows.size();
    replaced.status.note = "the documents of the golden run";
    replaced.sha256 = "golden";
    return replaced;
  }
  expected<std::string> text(std::string_view dataset, std::string_view file) const override {
    const auto found = texts_.find(std::string(dataset) + "/" + std::string(file));
    return found == texts_.end() ? home_.text(dataset, file) : expected<std::string>(found->second);
  }
  void replace_text(const std::string& name, std::string text) { texts_[name] = std::move(text); }

 private:
  DataHome home_;
  std::map<std::string, std::vector<Json>> rows_;
  std::map<std::string, std::string> texts_;
};

// The rule of the golden runs: FNV-1a-64 over candidate 0xFF target, modulo 3.
class HashExecutor : public CodeExecutor {
 public:
  expected<CodeVerdict> run(const std::string& candidate, const std::string& test) override {
    const std::uint64_t hash = fnv1a(test, fnv1a("\xff", fnv1a(candidate)));
    const bool passed = hash % 3 != 0;
    return CodeVerdict{passed, passed ? "passed" : "failed an assertion",
                       passed ? CodeOutcome::kPassed : CodeOutcome::kFailedAssertion};
  }
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "assay-export-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

// A scripted model's table with every answer of the golden samples.
void write_script(const fs::path& folder, const fs::path& script) {
  std::ofstream out(script);
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    for (const std::string& line : lines_of(entry.path())) {
      const Json sample = Json::parse(line);
      const Json row = {{"prompt", sample["arguments"]["gen_args_0"]["arg_0"]},
                        {"responses", sample["resps"][0]}};
      out << row.dump() << "\n";
    }
  }
}

bool generates(const std::string& target) {
  const Task* task = find_task(target);
  return task != nullptr && task->output == OutputType::kGenerate;
}

::testing::AssertionResult close(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    const auto x = a.get<double>();
    const auto y = b.get<double>();
    if (x == y || std::fabs(x - y) <= 1e-12 * std::max(std::fabs(x), std::fabs(y))) {
      return ::testing::AssertionSuccess();
    }
  } else if (a == b) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << a.dump().substr(0, 300) << "\n  instead of\n"
                                       << b.dump().substr(0, 300);
}

// Every member of `golden` must be in `ours`; figures to 1e-12.
void compare_figures(const std::string& where, const Json& ours, const Json& golden) {
  for (const auto& [name, figures] : golden.items()) {
    ASSERT_TRUE(ours.contains(name)) << where << " lacks " << name;
    for (const auto& [key, value] : figures.items()) {
      ASSERT_TRUE(ours[name].contains(key)) << where << "." << name << " lacks " << key;
      EXPECT_TRUE(close(ours[name][key], value)) << where << "." << name << "." << key;
    }
    EXPECT_EQ(ours[name].size(), figures.size())
        << where << "." << name << " has more: " << ours[name].dump();
  }
  EXPECT_EQ(ours.size(), golden.size()) << where;
}

bool is_python_source(const Json& value) {
  const std::string text = value.dump();
  return text.find("<function") != std::string::npos ||
         text.find("python function source removed") != std::string::npos;
}

void compare_config(const std::string& task, const Json& ours, const Json& golden) {
  for (const auto& [key, value] : golden.items()) {
    if (is_python_source(value)) continue;
    if (key == "metadata") {
      EXPECT_EQ(ours["metadata"]["version"], value["version"]) << task;
      continue;
    }
    ASSERT_TRUE(ours.contains(key)) << "configs." << task << " lacks " << key;
    // Objects of the YAML have no order that means anything; the texts of fixed shots are data,
    // which a run folder does not repeat.
    auto a = nlohmann::json::parse(ours[key].dump());
    auto b = nlohmann::json::parse(value.dump());
    if (key == "fewshot_config") a.erase("samples"), b.erase("samples");
    EXPECT_EQ(a, b) << "configs." << task << "." << key;
  }
}

void compare_samples(const fs::path& ours, const fs::path& golden) {
  const std::vector<std::string> our_lines = lines_of(ours);
  const std::vector<std::string> golden_lines = lines_of(golden);
  ASSERT_EQ(our_lines.size(), golden_lines.size()) << golden;
  for (std::size_t i = 0; i < our_lines.size(); ++i) {
    if (our_lines[i] == golden_lines[i]) continue;
    const Json a = Json::parse(our_lines[i]);
    const Json b = Json::parse(golden_lines[i]);
    for (const auto& [key, value] : b.items()) {
      ASSERT_TRUE(a.contains(key)) << golden << " line " << i + 1 << " lacks " << key;
      ASSERT_TRUE(close(a[key], value)) << golden << " line " << i + 1 << ": " << key;
    }
    EXPECT_EQ(our_lines[i], golden_lines[i]) << golden << " line " << i + 1;
    return;  // One difference tells enough.
  }
}

// A task file of tests/cases/yaml; the worked examples that it leaves out are the golden run's.
void load_yaml(const std::string& name, const Json& golden, const TemporaryFolder& temporary) {
  std::string path = (fs::path(ASSAY_SOURCE_DIR) / "tests/cases/yaml" / name).string();
  const std::string task = fs::path(name).stem().string();
  if (task.starts_with("gsm8k_cot")) {
    const Json& shots = golden["configs"][task]["fewshot_config"]["samples"];
    ASSERT_TRUE(shots.is_array()) << task;
    const std::string whole = (temporary / name).string();
    std::ofstream(whole) << "include: " << path
                         << "\nfewshot_config:\n  sampler: first_n\n  samples: " << shots.dump()
                         << "\n";
    path = whole;
  }
  const auto loaded = load_task_files(std::vector<std::string>{path});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_FALSE(find_task(task) == nullptr && find_group(task) == nullptr) << task;
}

class LmEvalExport : public ::testing::TestWithParam<GoldenRun> {};

TEST_P(LmEvalExport, EqualsTheOriginal) {
  const GoldenRun& golden = GetParam();
  const fs::path folder = kGolden / golden.folder;
  if (!fs::exists(folder)) GTEST_SKIP() << "golden/e2e is not here";
  const Json expected_results = json_of(folder / "results.json");

  ReplacedData data;
  if (golden.synthetic_data) {
    for (const std::string& target : golden.targets) {
      const Task* task = find_task(target);
      ASSERT_NE(task, nullptr);
      std::vector<Json> rows;
      for (const std::string& line : lines_of(folder / ("samples_" + target + ".jsonl"))) {
        rows.push_back(Json::parse(line)["doc"]);
      }
      const std::string split =
          task->data.test_split.empty() ? task->data.validation_split : task->data.test_split;
      data.replace(task->data.dataset, split, std::move(rows));
    }
  }

  const TemporaryFolder temporary;
  for (const std::string& name : golden.yaml) load_yaml(name, expected_results, temporary);

  // Fixed shots are in the golden configuration when they are not in the data home.
  for (const auto& [task, config] : expected_results["configs"].items()) {
    const Json& shots = config["fewshot_config"]["samples"];
    if (!shots.is_array()) continue;
    std::string text;
    for (const Json& shot : shots) text += shot.dump() + "\n";
    data.replace_text("gsm8k/cot_shots.jsonl", text);
  }

  ModelOptions options;
  options.spec = "scripted:hash";
  if (generates(golden.targets.front())) {
    const fs::path script = temporary / "script.jsonl";
    write_script(folder, script);
    options.spec = "scripted:" + script.string();
  }
  const expected<std::unique_ptr<Model>> model = open_model(options);
  ASSERT_TRUE(model) << model.error().message;

  HashExecutor executor;
  RunRequest request;
  request.settings.targets = golden.targets;
  request.settings.compat = kCompatLmEval;
  request.settings.shots = golden.shots;
  request.settings.limit = expected_results["config"]["limit"].get<double>();
  request.folder = (temporary / "run").string();
  request.data = &data;
  request.model = model->get();
  request.executor = &executor;
  RunObserver silent;
  const std::atomic<bool> stop{false};
  const expected<RunOutcome> outcome = run(request, silent, stop);
  ASSERT_TRUE(outcome) << outcome.error().message;

  const expected<RunFolder> loaded = load_run(request.folder);
  ASSERT_TRUE(loaded) << loaded.error().message;
  const fs::path file = temporary / "results.json";
  const expected<LmEvalFiles> files = write_lm_eval(*loaded, file.string());
  ASSERT_TRUE(files) << files.error().message;

  Json ours = json_of(file);
  for (const auto& [key, value] : expected_results.items()) {
    EXPECT_TRUE(ours.contains(key)) << "results.json lacks " << key;
  }
  if (golden.synthetic_data) {  // The split had 500 documents; the samples carry those asked.
    for (const auto& [task, counts] : expected_results["n-samples"].items()) {
      ours["n-samples"][task]["original"] = counts["original"];
    }
  }
  compare_figures("results", ours["results"], expected_results["results"]);
  if (expected_results.contains("groups")) {
    compare_figures("groups", ours["groups"], expected_results["groups"]);
  }
  for (const char* key :
       {"group_subtasks", "versions", "n-shot", "higher_is_better", "n-samples", "task_hashes"}) {
    EXPECT_EQ(ours[key].dump(), expected_results[key].dump()) << key;
  }
  EXPECT_EQ(ours["config"]["limit"], expected_results["config"]["limit"]);
  for (const auto& [task, config] : expected_results["configs"].items()) {
    compare_config(task, ours["configs"][task], config);
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    compare_samples(temporary / entry.path().filename().string(), entry.path());
  }
  EXPECT_EQ(ours["assay"]["errors"], 0);
}

INSTANTIATE_TEST_SUITE_P(
    Golden, LmEvalExport,
    ::testing::Values(
        GoldenRun{"mmlu_5shot", {"mmlu"}, 5, false},
        GoldenRun{"arc_0shot", {"arc_challenge", "arc_easy"}, 0, false},
        GoldenRun{"arc_fraction_limit", {"arc_challenge"}, std::nullopt, false},
        GoldenRun{"hellaswag_0shot", {"hellaswag"}, 0, true},
        GoldenRun{"gsm8k_5shot", {"gsm8k"}, 5, false},
        GoldenRun{"gsm8k_cot", {"gsm8k_cot"}, std::nullopt, false},
        GoldenRun{
            "gsm8k_cot_self_consistency", {"gsm8k_cot_self_consistency"}, std::nullopt, false},
        GoldenRun{"lambada", {"lambada_openai"}, std::nullopt, false},
        GoldenRun{"humaneval", {"humaneval", "humaneval_instruct"}, std::nullopt, false},
        GoldenRun{"humaneval_64", {"humaneval_64"}, std::nullopt, false},
        GoldenRun{"mbpp", {"mbpp"}, std::nullopt, false}),
    [](const ::testing::TestParamInfo<GoldenRun>& tested) {
      return std::string(tested.param.folder);
    });

// The same runs with the tasks read from files in the ecosystem's form.
INSTANTIATE_TEST_SUITE_P(
    GoldenFromYaml, LmEvalExport,
    ::testing::Values(
        GoldenRun{"mmlu_5shot", {"mmlu"}, 5, false, {"mmlu/mmlu.yaml"}},
        GoldenRun{"arc_0shot",
                  {"arc_challenge", "arc_easy"},
                  0,
                  false,
                  {"arc_easy.yaml", "arc_challenge.yaml"}},
        GoldenRun{"hellaswag_0shot", {"hellaswag"}, 0, true, {"hellaswag.yaml"}},
        GoldenRun{"gsm8k_5shot", {"gsm8k"}, 5, false, {"gsm8k.yaml"}},
        GoldenRun{"gsm8k_cot", {"gsm8k_cot"}, std::nullopt, false, {"gsm8k_cot.yaml"}},
        GoldenRun{"gsm8k_cot_self_consistency",
                  {"gsm8k_cot_self_consistency"},
                  std::nullopt,
                  false,
                  {"gsm8k_cot_self_consistency.yaml"}},
        GoldenRun{"lambada", {"lambada_openai"}, std::nullopt, false, {"lambada_openai.yaml"}}),
    [](const ::testing::TestParamInfo<GoldenRun>& tested) {
      return std::string(tested.param.folder);
    });

TEST(LmEvalNames, AreMadeHarmlessAsTheOriginalDoes) {
  EXPECT_EQ(lm_eval_sanitized("a/b:c"), "a__b__c");
  EXPECT_EQ(lm_eval_sanitized("C:\\x\\y"), "C__x__y");
  EXPECT_EQ(lm_eval_sanitized("plain"), "plain");
  EXPECT_EQ(lm_eval_sanitized(""), "");
}

}  // namespace
}  // namespace assay
