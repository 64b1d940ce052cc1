// `assay compare` as a user meets it: verdicts and their exit codes, refusals, flips and JSON, with
// scripted models whose answers are known; and the ladder of the small GGUF files, every figure
// against an independent computation.
#include <fstream>

#include "tests/cli/cli_test.h"
#include "tests/support/independent_pairs.h"

namespace assay {
namespace {

using testing::figures_by_hand;
using testing::IndependentFigures;
using testing::pairs_in;

void run_mini(const TestFolder& folder, const std::string& model, const std::string& name,
              const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"run", "mini-arc", "-m", model, "-o", name};
  words.insert(words.end(), more.begin(), more.end());
  const ProgramResult result = run_assay(words, in(folder));
  ASSERT_EQ(result.exit_code, 0) << result.err;
}

// A script that answers the items of a run: right where `is_right` says so. Items without a place
// in it are item errors.
void write_script(const TestFolder& folder, const std::string& run, const std::string& name,
                  const std::function<bool(std::size_t item)>& is_right, std::size_t skipped = 0) {
  std::ifstream samples(folder / (run + "/samples.jsonl"));
  std::string script;
  std::size_t index = 0;
  for (std::string line; std::getline(samples, line);) {
    const Json json = Json::parse(line);
    if (!json.contains("request")) continue;
    if (index++ < skipped) continue;
    const Json& labels = json["doc"]["choices"]["label"];
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const bool gold = labels[i] == json["doc"]["answerKey"];
      const std::string continuation = json["request"]["continuations"][i];
      // Long choices score the same per character, so that acc_norm picks as acc does.
      const double per = gold == is_right(index - 1) ? -0.1 : -0.5 - 0.01 * static_cast<double>(i);
      script += Json{{"context", json["request"]["contexts"][0]},
                     {"continuation", continuation},
                     {"loglikelihood", per * static_cast<double>(continuation.size())}}
                    .dump() +
                "\n";
    }
  }
  folder.write(name, script);
}

class CompareScripted : public ::testing::Test {
 protected:
  void SetUp() override {
    run_mini(folder_, "scripted:hash", "seed", {"--shots", "0"});
    add("base", [](std::size_t item) { return item % 4 != 0; });
  }
  void add(const std::string& name, const std::function<bool(std::size_t)>& is_right,
           std::size_t skipped = 0) {
    write_script(folder_, "seed", name + ".jsonl", is_right, skipped);
    run_mini(folder_, "scripted:" + (folder_ / (name + ".jsonl")).string(), name, {"--shots", "0"});
  }
  ProgramResult compare(std::vector<std::string> words) const {
    words.insert(words.begin(), "compare");
    return run_assay(words, in(folder_));
  }
  TestFolder folder_;
};

TEST_F(CompareScripted, VerdictsAreExitCodes) {
  add("worse", [](std::size_t item) { return item % 4 != 0 && item % 3 != 0; });
  add("same", [](std::size_t item) { return item % 4 != 0; });
  const ProgramResult worse = compare({"base", "worse"});
  EXPECT_EQ(worse.exit_code, 1) << worse.out << worse.err;
  EXPECT_THAT(worse.out, HasSubstr("is worse than"));
  EXPECT_THAT(worse.out, HasSubstr("on mini-arc by "));
  const ProgramResult better = compare({"worse", "base"});
  EXPECT_EQ(better.exit_code, 0);
  EXPECT_THAT(better.out, HasSubstr("is better than"));
  const ProgramResult same = compare({"base", "same"});
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_THAT(same.out, HasSubstr("no difference detected on mini-arc; this run could have seen"));
  const ProgramResult margin = compare({"base", "same", "--margin", "1"});
  EXPECT_EQ(margin.exit_code, 2);
  EXPECT_THAT(margin.out, HasSubstr("a loss of 1 point is not excluded"));
  const ProgramResult wide = compare({"base", "same", "--margin", "10"});
  EXPECT_EQ(wide.exit_code, 0);
  EXPECT_THAT(wide.out, HasSubstr("by more than 10 points on mini-arc (95 %)"));
  // Of a ladder the worst verdict counts.
  EXPECT_EQ(compare({"base", "same", "worse"}).exit_code, 1);
}

TEST_F(CompareScripted, RefusalsAreNoVerdicts) {
  add(
      "partial", [](std::size_t item) { return item % 4 != 0; }, 10);
  const ProgramResult errors = compare({"base", "partial"});
  EXPECT_EQ(errors.exit_code, 65);
  EXPECT_THAT(errors.out, HasSubstr("measured in one run only"));
  EXPECT_EQ(compare({"base", "partial", "--max-errors", "20"}).exit_code, 0);
  run_mini(folder_, "scripted:hash", "shots", {"--shots", "1"});
  const ProgramResult other = compare({"base", "shots"});
  EXPECT_EQ(other.exit_code, 64);
  EXPECT_EQ(other.out, "");
  EXPECT_THAT(other.err, HasSubstr("shots: 0 / 1"));
  EXPECT_EQ(compare({"base", "nowhere"}).exit_code, 69);
  EXPECT_EQ(compare({"base"}).exit_code, 64);
  EXPECT_EQ(compare({"base", "seed", "--flips", "mmlu"}).exit_code, 64);
}

TEST_F(CompareScripted, FlipsAndJson) {
  add("worse", [](std::size_t item) { return item % 4 != 0 && item % 3 != 0; });
  const ProgramResult flips = compare({"base", "worse", "--flips", "mini-arc", "--all-flips"});
  EXPECT_EQ(flips.exit_code, 1) << "the same verdict";
  EXPECT_THAT(flips.out, HasSubstr("right → wrong"));
  EXPECT_THAT(flips.out, HasSubstr("prompt ⟦Question: "));
  EXPECT_THAT(flips.out, HasSubstr("(probability 0."));
  const ProgramResult json = compare({"base", "worse", "--json"});
  EXPECT_EQ(json.exit_code, 1);
  const Json all = Json::parse(json.out);
  const Json& task = all["others"][0]["tasks"][0];
  EXPECT_EQ(all["outcome"], "regression");
  // 68 items: 51 right in the base; of those the 17 whose number 3 divides are lost.
  EXPECT_EQ(task["flips"]["items"], 68);
  EXPECT_EQ(task["flips"]["both_right"], 34);
  EXPECT_EQ(task["flips"]["lost"], 17);
  EXPECT_EQ(task["flips"]["gained"], 0);
  EXPECT_EQ(all["others"][0]["flips"].size(),
            17U + task["flips"]["wrong_other"].get<std::size_t>());
}

TEST_F(CompareScripted, ModelsAreRunFirst) {
  add("worse", [](std::size_t item) { return item % 4 != 0 && item % 3 != 0; });
  const std::string base = "scripted:" + (folder_ / "base.jsonl").string();
  const std::string worse = "scripted:" + (folder_ / "worse.jsonl").string();
  const ProgramResult both =
      compare({base, worse, "--suite", "mini-arc", "--shots", "0", "--json"});
  EXPECT_EQ(both.exit_code, 1) << both.err;
  EXPECT_EQ(Json::parse(both.out)["others"][0]["tasks"][0]["flips"]["lost"], 17);
  // A run folder beside a model, and a model that does not open: the others go on.
  const ProgramResult broken =
      compare({"base", worse, "missing.gguf", "--suite", "mini-arc", "--shots", "0"});
  EXPECT_EQ(broken.exit_code, 65) << "a refusal is no verdict";
  EXPECT_THAT(broken.out, HasSubstr("is worse than"));
  EXPECT_THAT(broken.out, HasSubstr("failed: "));
  EXPECT_EQ(compare({base, worse}).exit_code, 69) << "models need --suite";
}

// Several models in one `run` end as `compare` of their runs would, so that either can be a step of
// a check.
TEST_F(CompareScripted, ALadderEndsAsItsComparisonDoes) {
  add("worse", [](std::size_t item) { return item % 4 != 0 && item % 3 != 0; });
  add("same", [](std::size_t item) { return item % 4 != 0; });
  const auto ladder = [&](std::vector<std::string> models, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"run", "mini-arc", "--shots", "0"};
    for (const std::string& name : models) {
      words.push_back("-m");
      words.push_back("scripted:" + (folder_ / (name + ".jsonl")).string());
    }
    words.insert(words.end(), more.begin(), more.end());
    return run_assay(words, in(folder_));
  };
  const ProgramResult worse = ladder({"base", "same", "worse"});
  EXPECT_EQ(worse.exit_code, 1) << worse.out << worse.err;
  EXPECT_THAT(worse.out, HasSubstr("is worse than"));
  EXPECT_EQ(ladder({"worse", "base"}).exit_code, 0) << "an improvement is none";
  EXPECT_EQ(ladder({"base", "same"}).exit_code, 0);
  const ProgramResult margin = ladder({"base", "same"}, {"--margin", "1"});
  EXPECT_EQ(margin.exit_code, 2);
  EXPECT_THAT(margin.out, HasSubstr("a loss of 1 point is not excluded"));
  EXPECT_EQ(ladder({"base", "worse"}, {"--alpha", "0.000001", "--json"}).exit_code, 0);
  // A failure is no verdict, whatever the others are.
  EXPECT_EQ(ladder({"base", "worse", "missing"}).exit_code, 69);
  // One model alone is compared with nothing.
  EXPECT_EQ(ladder({"base"}, {"--margin", "1"}).exit_code, 64);
}

// The ladder of the small models: McNemar, intervals and flips of every task, to 1e-12.
TEST(CompareModels, LadderEqualsAnIndependentComputation) {
  const std::string models = std::string(ASSAY_SHARED_DIR) + "/models/stories260K-";
  if (!std::filesystem::exists(models + "F16.gguf")) {
    GTEST_SKIP() << "the small models are not here";
  }
  const TestFolder folder;
  const ProgramResult quantized =
      run_assay({"quantize", models + "F16.gguf", "-t", "Q2_K", "-o", "."}, in(folder));
  ASSERT_EQ(quantized.exit_code, 0) << quantized.err;
  for (const std::string type : {"F16", "Q8_0", "Q4_0", "Q2_K"}) {
    const std::string model =
        type == "Q2_K" ? std::string("stories260K-Q2_K.gguf") : models + type + ".gguf";
    const ProgramResult result =
        run_assay({"run", "mini-arc", "mini-hellaswag", "-m", model, "--shots", "0", "--context",
                   "512", "--first", "10", "-o", type},
                  in(folder));
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  const ProgramResult compared =
      run_assay({"compare", "F16", "Q8_0", "Q4_0", "Q2_K", "--json"}, in(folder));
  ASSERT_EQ(compared.err, "");
  const Json all = Json::parse(compared.out);
  std::size_t checked = 0;
  for (const Json& other : all["others"]) {
    const std::string path = (folder / other["run"]["folder"].get<std::string>()).string();
    for (const Json& task : other["tasks"]) {
      for (const Json& metric : task["metrics"]) {
        const IndependentFigures f = figures_by_hand(pairs_in(
            (folder / "F16").string(), path, task["name"], metric["metric"], metric["filter"]));
        EXPECT_EQ(metric["n"], f.n);
        EXPECT_NEAR(metric["difference"], static_cast<double>(f.difference), 1e-12);
        EXPECT_NEAR(metric["mcnemar_p"], static_cast<double>(f.mcnemar), 1e-12);
        EXPECT_NEAR(metric["interval"][0], static_cast<double>(f.low), 1e-12);
        EXPECT_NEAR(metric["interval"][1], static_cast<double>(f.high), 1e-12);
        if (!metric["headline"].get<bool>()) continue;
        EXPECT_EQ(task["flips"]["lost"], f.lost);
        EXPECT_EQ(task["flips"]["gained"], f.gained);
        ++checked;
      }
    }
  }
  EXPECT_EQ(checked, 6U);
}

}  // namespace
}  // namespace assay
