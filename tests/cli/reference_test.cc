// The reference model as a user meets it: `-m reference` from any folder, its scores on the
// miniature sets, the same answers again and with another number of threads, and a copy in the
// cache that somebody spoilt. What it is to reach is in models/reference/README.md.
#include <fstream>

#include "tests/cli/cli_test.h"

namespace assay {
namespace {

ProgramResult measure(const TestFolder& folder, const std::string& task, const std::string& run,
                      const std::string& threads) {
  return run_assay({"run", task, "-m", "reference", "--threads", threads, "-o", run}, in(folder));
}

#define RUN_OR_SKIP(result)                                                                 \
  if ((result).err.find("has no engine") != std::string::npos) GTEST_SKIP() << "no engine"; \
  ASSERT_EQ((result).exit_code, 0) << (result).err

double score_of(const fs::path& run, const std::string& metric) {
  const Json summary = Json::parse(read_bytes(run / "summary.json"));
  for (const Json& score : summary.at("entries").at(0).at("scores")) {
    if (score.at("metric") == metric) return score.at("value").at("value").get<double>();
  }
  ADD_FAILURE() << "no " << metric;
  return -1;
}

// What was right and wrong of each item, and what was generated: all but times and last bits.
std::vector<std::string> outcomes_of(const fs::path& run) {
  std::ifstream in(run / "samples.jsonl");
  std::vector<std::string> outcomes;
  for (std::string line; std::getline(in, line);) {
    const Json row = Json::parse(line);
    if (row.contains("values")) {
      outcomes.push_back(row.at("item").dump() + row.at("filter").dump() + row.at("values").dump() +
                         row.value("extracted", Json()).dump());
    }
  }
  return outcomes;
}

TEST(Reference, AnswersTheMiniaturesTheSameEachTime) {
  const TestFolder folder;
  for (const auto& [task, floor] :
       {std::pair("mini-arc", 0.60), std::pair("mini-hellaswag", 0.60)}) {
    const ProgramResult first = measure(folder, task, std::string(task) + "-1", "1");
    RUN_OR_SKIP(first);
    const ProgramResult again = measure(folder, task, std::string(task) + "-again", "1");
    ASSERT_EQ(again.exit_code, 0) << again.err;
    const fs::path one = folder / (std::string(task) + "-1");
    const fs::path two = folder / (std::string(task) + "-again");
    Json a = Json::parse(read_bytes(one / "summary.json"));
    Json b = Json::parse(read_bytes(two / "summary.json"));
    for (Json* summary : {&a, &b}) summary->erase("timing");
    EXPECT_EQ(a, b);
    EXPECT_GE(score_of(one, "acc"), floor) << task;

    const ProgramResult threads = measure(folder, task, std::string(task) + "-2", "2");
    ASSERT_EQ(threads.exit_code, 0) << threads.err;
    EXPECT_FALSE(outcomes_of(one).empty());
    EXPECT_EQ(outcomes_of(one), outcomes_of(folder / (std::string(task) + "-2"))) << task;
  }
}

// Letters, word problems and needles: what it takes circuits for that small models seldom have.
TEST(Reference, FindsLettersNumbersAndNeedles) {
  const TestFolder folder;
  for (const auto& [task, metric, floor] :
       {std::tuple("mini-mmlu", "acc", 0.60), std::tuple("mini-gsm8k", "exact_match", 0.20),
        std::tuple("mini-needle", "exact_match", 0.80)}) {
    const ProgramResult run = measure(folder, task, task, "1");
    RUN_OR_SKIP(run);
    EXPECT_GE(score_of(folder / task, metric), floor) << task;
  }
}

TEST(Reference, ASpoiltCopyInTheCacheIsReplaced) {
  const TestFolder folder;
  const ProgramResult first = measure(folder, "mini-arc", "a", "1");
  RUN_OR_SKIP(first);
  fs::path copy;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "cache")) {
    if (entry.path().filename() == "reference.gguf") copy = entry.path();
  }
  ASSERT_FALSE(copy.empty());
  const std::string bytes = read_bytes(copy);
  std::string spoilt = bytes;
  spoilt.back() ^= 1;
  std::ofstream(copy, std::ios::binary) << spoilt;
  const ProgramResult second = measure(folder, "mini-arc", "b", "1");
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(read_bytes(copy), bytes);
  EXPECT_EQ(outcomes_of(folder / "a"), outcomes_of(folder / "b"));
}

TEST(Reference, IsListedAndExamined) {
  const TestFolder folder;
  const ProgramResult list = run_assay({"list", "models"}, in(folder));
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("reference"));
  const ProgramResult doctor = run_assay({"doctor", "reference"}, in(folder));
  RUN_OR_SKIP(doctor);
  EXPECT_THAT(doctor.out, HasSubstr("architecture llama"));
}

}  // namespace
}  // namespace assay
