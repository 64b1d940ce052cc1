// `assay report -o page.html` and `assay show RUN ITEM`: what they make of runs that are finished,
// damaged or broken off, with their exit codes.
#include "tests/cli/cli_test.h"

namespace assay {
namespace {

const std::vector<std::string> kRun = {"run",           "mini-arc", "mini-gsm8k", "-m",
                                       "scripted:hash", "-o",       "r"};

ProgramResult page_of(const TestFolder& folder, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"report", "r", "-o", "page.html"};
  words.insert(words.end(), more.begin(), more.end());
  return run_assay(words, in(folder));
}

TEST(Report, APageIsOneFileThatSaysWhatWasChecked) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
  const ProgramResult result = page_of(folder, {"--strict"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::string html = read_bytes(folder / "page.html");
  EXPECT_THAT(html, HasSubstr("finished, verified"));
  EXPECT_THAT(html, HasSubstr("figures were recomputed from the evidence"));
  EXPECT_EQ(page_of(folder, {"--no-verify"}).exit_code, 0);
  EXPECT_THAT(read_bytes(folder / "page.html"), HasSubstr("finished, not verified"));
  // The same run makes the same page.
  EXPECT_EQ(page_of(folder).exit_code, 0);
  EXPECT_EQ(read_bytes(folder / "page.html"), html);
}

TEST(Report, ARunThatDoesNotVerifyIsShownOrRefused) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
  std::string summary = read_bytes(folder / "r/summary.json");
  const std::size_t at = summary.find("\"value\": 0.");
  ASSERT_NE(at, std::string::npos);
  char& digit = summary[at + 11];
  digit = digit == '9' ? '8' : '9';
  folder.write("r/summary.json", summary);
  const ProgramResult refused = page_of(folder, {"--strict"});
  EXPECT_EQ(refused.exit_code, 65);
  EXPECT_THAT(refused.err, HasSubstr("does not verify"));
  EXPECT_FALSE(fs::exists(folder / "page.html"));
  EXPECT_EQ(page_of(folder).exit_code, 0);
  EXPECT_THAT(read_bytes(folder / "page.html"), HasSubstr("banner damage"));
}

TEST(Report, AnUnfinishedRunIsShownWithItsProgressOrRefused) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
  fs::remove(folder / "r/summary.json");
  fs::remove(folder / "r/samples.jsonl");
  const ProgramResult refused = page_of(folder, {"--strict"});
  EXPECT_EQ(refused.exit_code, 69);
  EXPECT_THAT(refused.err, HasSubstr("not finished"));
  EXPECT_EQ(page_of(folder).exit_code, 0);
  EXPECT_THAT(read_bytes(folder / "page.html"), HasSubstr("130 of 130 items answered (100.0 %)"));
}

TEST(Report, ShowPrintsTheSampleOfARun) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
  const ProgramResult shown = run_assay({"show", "r", "mini-gsm8k/00003"}, in(folder));
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  for (const char* part :
       {"mini-gsm8k item 00003", "prompt", "completion", "rule", "exact_match"}) {
    EXPECT_THAT(shown.out, HasSubstr(part));
  }
  EXPECT_EQ(run_assay({"show", "r", "no-such-item"}, in(folder)).exit_code, 64);
}

}  // namespace
}  // namespace assay
