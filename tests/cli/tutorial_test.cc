// docs/tutorial.md as a newcomer follows it: every `$ assay …` line of its shell blocks is run in
// the order in which it stands, in one folder, and must end as the text says (0 unless the line
// ends with "# exit N").
#include <sstream>

#include "tests/cli/cli_test.h"

namespace assay {
namespace {

struct Line {
  std::vector<std::string> arguments;
  int exit_code = 0;
};

std::vector<Line> commands_of(const std::string& text) {
  std::vector<Line> commands;
  std::istringstream in(text);
  for (std::string row; std::getline(in, row);) {
    const std::string start = "$ assay ";
    if (!row.starts_with(start)) continue;
    Line line;
    const std::size_t remark = row.find('#');
    if (remark != std::string::npos) {
      std::istringstream said(row.substr(remark + 1));
      std::string word;
      if (said >> word && word == "exit") said >> line.exit_code;
      row.resize(remark);
    }
    std::istringstream words(row.substr(start.size()));
    for (std::string word; words >> word;) line.arguments.push_back(word);
    commands.push_back(std::move(line));
  }
  return commands;
}

TEST(Tutorial, EveryCommandDoesWhatItSays) {
  const TestFolder folder;
  const ProgramOptions options = in(folder);
  const std::vector<Line> commands =
      commands_of(read_bytes(std::filesystem::path(ASSAY_SOURCE_DIR) / "docs" / "tutorial.md"));
  ASSERT_GE(commands.size(), 5U);
  for (const Line& line : commands) {
    const ProgramResult result = run_assay(line.arguments, options);
    if (result.err.find("has no engine") != std::string::npos) GTEST_SKIP() << "no engine";
    std::string shown;
    for (const std::string& word : line.arguments) shown += " " + word;
    EXPECT_EQ(result.exit_code, line.exit_code) << "assay" << shown << "\n" << result.err;
  }
}

}  // namespace
}  // namespace assay
