// Writing a task and trying it, by the commands that docs/adding-a-task.md prints.
#include <cstdlib>
#include <sstream>

#include "tests/cli/cli_test.h"

namespace assay {
namespace {

ProgramResult in_folder(const TestFolder& folder, const std::vector<std::string>& words) {
  test::ProgramOptions options;
  options.folder = folder.path();
  return run_assay(words, options);
}

// The commands of the page's first shell block.
std::vector<std::vector<std::string>> documented() {
  std::istringstream page(
      test::read_bytes(std::string(ASSAY_SOURCE_DIR) + "/docs/adding-a-task.md"));
  std::vector<std::vector<std::string>> out;
  bool within = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```sh") within = true;
    if (within && line == "```") break;
    if (!within || line.rfind("assay ", 0) != 0) continue;
    std::istringstream words(line.substr(6));
    std::vector<std::string> command;
    for (std::string word; words >> word;) command.push_back(word);
    out.push_back(std::move(command));
  }
  return out;
}

TEST(NewTask, EveryCommandOfThePageWorks) {
  const TestFolder folder;
  const auto commands = documented();
  ASSERT_GE(commands.size(), 5U);
  for (const auto& command : commands) {
    if (std::find(command.begin(), command.end(), "--cpp") != command.end()) continue;
    const ProgramResult result = in_folder(folder, command);
    EXPECT_EQ(result.exit_code, 0) << command[0] << "\n" << result.out << result.err;
  }
  const ProgramResult test = in_folder(folder, {"--version"});
  EXPECT_EQ(test.exit_code, 0);
  const std::string line = "cd '" + folder.path().string() + "/capitals' && ASSAY='" +
                           std::string(ASSAY_BINARY) + "' ./test.sh >/dev/null 2>&1";
  EXPECT_EQ(std::system(line.c_str()), 0) << "the skeleton's own test fails";
}

TEST(NewTask, IsRunScoredAndVerifiedWithoutTheFile) {
  const TestFolder folder;
  ASSERT_EQ(in_folder(folder, {"new", "task", "capitals"}).exit_code, 0);
  const ProgramResult run = in_folder(
      folder, {"run", "capitals/capitals.yaml", "-m", "scripted:hash", "-o", "r", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(Json::parse(run.out)["entries"][0]["name"], "capitals");
  std::filesystem::remove(folder / "capitals/capitals.yaml");
  EXPECT_EQ(in_folder(folder, {"verify", "r"}).exit_code, 0);
  EXPECT_EQ(in_folder(folder, {"score", "r"}).exit_code, 0);
  EXPECT_THAT(in_folder(folder, {"report", "r"}).out, HasSubstr("capitals"));
}

TEST(NewTask, RefusesWhatCannotBeAName) {
  const TestFolder folder;
  for (const char* name : {"Capitals", "a b", "../x", "gsm8k", "9"}) {
    EXPECT_EQ(in_folder(folder, {"new", "task", name}).exit_code, 64) << name;
  }
  ASSERT_EQ(in_folder(folder, {"new", "task", "twice"}).exit_code, 0);
  EXPECT_EQ(in_folder(folder, {"new", "task", "twice"}).exit_code, 64);
}

TEST(CheckTask, SaysWhatToFixAndEndsWith65) {
  const TestFolder folder;
  ASSERT_EQ(in_folder(folder, {"new", "task", "capitals"}).exit_code, 0);
  folder.write("capitals/data/test.jsonl",
               "{\"country\": \"France\", \"cities\": [\"Paris\", \"Paris\"], \"answer\": 0}\n");
  const ProgramResult check = in_folder(folder, {"check", "task", "capitals/capitals.yaml"});
  EXPECT_EQ(check.exit_code, 65);
  EXPECT_THAT(check.out, HasSubstr("two equal choices"));
  EXPECT_THAT(check.out, HasSubstr("fix: "));
}

TEST(CheckTask, AMisspeltColumnNamesFileLineAndItem) {
  const TestFolder folder;
  ASSERT_EQ(in_folder(folder, {"new", "task", "capitals"}).exit_code, 0);
  folder.write("capitals/data/test.jsonl",
               "{\"land\": \"France\", \"cities\": [\"a\", \"b\"], \"answer\": 0}\n");
  const ProgramResult run =
      in_folder(folder, {"run", "capitals/capitals.yaml", "-m", "scripted:hash"});
  EXPECT_EQ(run.exit_code, 65);
  for (const char* part :
       {"capitals.yaml line", "doc_to_text", "item 00000", "'country' is undefined"}) {
    EXPECT_THAT(run.err, HasSubstr(part));
  }
}

}  // namespace
}  // namespace assay
