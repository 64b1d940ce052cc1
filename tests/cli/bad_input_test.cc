// What is wrong with data and models is said in a sentence that names the file, with the right exit
// code; what is only incomplete is used and labelled.
#include "tests/cli/cli_test.h"

namespace assay {
namespace {

const char* const kGsmRow = R"({"question": "One and one?", "answer": "1+1\n#### 2"})";
const char* const kArcRow =
    R"({"id": "a1", "question": {"stem": "Hot?", "choices": [{"text": "ice", "label": "A"}, )"
    R"({"text": "fire", "label": "B"}]}, "answerKey": ")";

ProgramResult run_in(const TestFolder& folder, std::vector<std::string> words) {
  ProgramOptions options;
  options.folder = folder.path();
  words.insert(words.end(), {"--data", (folder / "data").string()});
  return run_assay(words, options);
}

struct BadData {
  const char* name;
  const char* file;
  std::string bytes;
  const char* task;
  int exit_code;
  std::vector<std::string> said;
};

class BadDataTest : public ::testing::TestWithParam<BadData> {};

TEST_P(BadDataTest, IsNamed) {
  const BadData& bad = GetParam();
  const TestFolder folder;
  folder.write(std::string("data/") + bad.file, bad.bytes);
  const ProgramResult run =
      run_in(folder, {"run", bad.task, "--shots", "0", "-m", "scripted:hash"});
  EXPECT_EQ(run.exit_code, bad.exit_code) << run.err;
  for (const std::string& word : bad.said) EXPECT_THAT(run.err, HasSubstr(word));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadDataTest,
    ::testing::Values(BadData{"absent", "readme", "", "gsm8k", 69, {"assay data"}},
                      BadData{"jsonl_broken",
                              "gsm8k/test.jsonl",
                              std::string(kGsmRow) + "\n{\"question\": \"tw\n" + kGsmRow + "\n",
                              "gsm8k",
                              65,
                              {"test.jsonl", "2"}},
                      BadData{"not_utf8",
                              "gsm8k/test.jsonl",
                              std::string(kGsmRow) +
                                  "\n{\"question\": \"\xff\xfe\", \"answer\": \"#### 1\"}\n",
                              "gsm8k",
                              65,
                              {"test.jsonl", "2"}},
                      BadData{"csv_broken",
                              "mmlu/test/abstract_algebra_test.csv",
                              "one?,a,b,c,d,A\n\"two?,a,b,c,d,B\n",
                              "mmlu_abstract_algebra",
                              65,
                              {"abstract_algebra_test.csv"}},
                      BadData{"csv_short_row",
                              "mmlu/test/abstract_algebra_test.csv",
                              "one?,a,b,c,d,A\ntwo?,a,b\n",
                              "mmlu_abstract_algebra",
                              65,
                              {"abstract_algebra_test.csv", "2"}},
                      BadData{"gold_outside",
                              "arc/ARC-Easy-Test.jsonl",
                              std::string(kArcRow) + "Z\"}\n",
                              "arc_easy",
                              65,
                              {"arc"}}),
    [](const ::testing::TestParamInfo<BadData>& tested) { return std::string(tested.param.name); });

TEST(Labels, PartialAndUnverifiedDataAreUsedAndSaid) {
  const TestFolder folder;
  folder.write("data/gsm8k/test.jsonl", std::string(kGsmRow) + "\n" + kGsmRow + "\n");
  const ProgramResult run =
      run_in(folder, {"run", "gsm8k", "--shots", "0", "-m", "scripted:hash", "-o", "r"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("partial 2/1319"));
  ProgramOptions here;
  here.folder = folder.path();
  for (const char* format : {"md", "csv", "json"}) {
    EXPECT_THAT(run_assay({"report", "r", "--as", format}, here).out, HasSubstr("partial 2/1319"));
  }
  EXPECT_THAT(read_bytes(folder / "r/manifest.json"), HasSubstr("partial 2/1319"));
}

TEST(BadModel, MissingNotGgufTruncatedEmpty) {
  const TestFolder folder;
  folder.write("text.gguf", "This is not a model at all, only some words in a file.\n");
  folder.write("empty.gguf", "");
  fs::create_directories(folder / "folder.gguf");
  const auto run = [&](const char* model) { return run_in(folder, {"run", "mini", "-m", model}); };
  fs::create_directories(folder / "data");
  EXPECT_EQ(run("missing.gguf").exit_code, 69);
  EXPECT_THAT(run("missing.gguf").err, HasSubstr("missing.gguf"));
  for (const char* bad : {"text.gguf", "empty.gguf"}) {
    const ProgramResult result = run(bad);
    EXPECT_EQ(result.exit_code, 65) << result.err;
    EXPECT_THAT(result.err, HasSubstr(bad));
  }
  EXPECT_NE(run("folder.gguf").exit_code, 0);
  EXPECT_NE(run("scripted:missing.jsonl").exit_code, 0);
  EXPECT_FALSE(fs::exists(folder / "runs")) << "a model that cannot be opened makes no run folder";

  const fs::path stories = fs::path(ASSAY_SHARED_DIR) / "models" / "stories260K-Q8_0.gguf";
  if (!fs::exists(stories)) GTEST_SKIP() << "no GGUF here to cut short";
  const std::string whole = read_bytes(stories);
  for (const std::size_t kept : {whole.size() / 100, whole.size() / 2, whole.size() - 1000}) {
    folder.write("cut.gguf", whole.substr(0, kept));
    const ProgramResult result = run("cut.gguf");
    EXPECT_EQ(result.exit_code, 65) << kept << ": " << result.err;
    EXPECT_THAT(result.err, HasSubstr("cut.gguf"));
  }
}

TEST(RealModel, PromptsBeyondTheContextAreItemErrorsNotWrongAnswers) {
  const fs::path stories = fs::path(ASSAY_SHARED_DIR) / "models" / "stories260K-Q8_0.gguf";
  if (!fs::exists(stories)) GTEST_SKIP() << "no GGUF here";
  const TestFolder folder;
  fs::create_directories(folder / "data");
  const ProgramResult run =
      run_in(folder, {"run", "mini-gsm8k", "--shots", "0", "--first", "4", "--context", "64",
                      "--max-tokens", "40", "-m", stories.string(), "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Json summary = Json::parse(run.out);
  EXPECT_EQ(summary["errors"], 4) << run.out;
  EXPECT_THAT(run.err, HasSubstr("context"));
}

TEST(Folder, OfAnotherSuiteOrModelIsRefusedAndKept) {
  const TestFolder folder;
  fs::create_directories(folder / "data");
  const auto run = [&](const std::string& task, const std::string& model) {
    return run_in(folder, {"run", task, "--first", "3", "-m", model, "-o", "here"});
  };
  ASSERT_EQ(run("mini-arc", "scripted:hash").exit_code, 0);
  const std::string before = read_bytes(folder / "here/summary.json");

  const ProgramResult suite = run("mini-gsm8k", "scripted:hash");
  EXPECT_EQ(suite.exit_code, 64);
  EXPECT_THAT(suite.err, HasSubstr("holds another run"));
  EXPECT_THAT(suite.err, HasSubstr("mini-gsm8k"));

  folder.write("table.jsonl", R"({"text":"a","loglikelihood":-1.0})"
                              "\n");
  const ProgramResult model = run("mini-arc", "scripted:table.jsonl");
  EXPECT_EQ(model.exit_code, 64);
  EXPECT_THAT(model.err, HasSubstr("model"));
  EXPECT_EQ(read_bytes(folder / "here/summary.json"), before) << "nothing may be lost";
}

TEST(Data, WithAnotherChecksumIsUsedAndLabelled) {
  const TestFolder folder;
  folder.write("data/gsm8k/test.jsonl",
               R"({"question":"What is one and one?","answer":"It is 2.\n#### 2"})"
               "\n");
  const ProgramResult run =
      run_in(folder, {"run", "gsm8k", "--shots", "0", "-m", "scripted:hash", "-o", "here"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  for (const std::string& text : {run.out, read_bytes(folder / "here/manifest.json"),
                                  read_bytes(folder / "here/summary.json"),
                                  run_assay({"report", (folder / "here").string()}).out}) {
    EXPECT_THAT(text, HasSubstr("partial 1/1319")) << text;
    EXPECT_THAT(text, HasSubstr("unverified")) << text;
  }
}

}  // namespace
}  // namespace assay
