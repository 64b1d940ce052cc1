// The published run (results/examples): its folder verifies, and its reports are what this program
// makes of it.
#include <gmock/gmock.h>

#include <cstdlib>

#include "results/html_report.h"
#include "results/report.h"
#include "runtime/files.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

const char* const kName = "mini-stories260K-Q8_0";

std::string place(const std::string& ending) {
  return std::string(ASSAY_SOURCE_DIR) + "/results/examples/" + kName + ending;
}

RunInspection example() {
  expected<RunInspection> run = inspect_run(place(""), {nullptr});
  EXPECT_TRUE(run) << run.error().message;
  // As seen from the folder that the report was written in.
  run->path = kName;
  if (run->run) run->run->path = kName;
  return *run;
}

// Not tests/approval: these texts are published where they lie.
void expect_published(const std::string& ending, const std::string& text) {
  const char* approve = std::getenv("ASSAY_APPROVE");
  if (approve != nullptr && std::string(approve) == "1") {
    ASSERT_TRUE(write_file(place(ending), text));
    return;
  }
  EXPECT_EQ(read_file(place(ending)).value_or(""), text) << "`make approve` renews it";
}

TEST(Example, Verifies) {
  const RunInspection run = example();
  EXPECT_EQ(run.state, RunState::kFinished);
  EXPECT_THAT(run.problems, ::testing::IsEmpty());
}

TEST(Example, HoldsNoPathOfAMachine) {
  for (const char* file : {"/manifest.json", "/journal.jsonl", "/samples.jsonl", "/summary.json"}) {
    const std::string text = read_file(place(file)).value_or("");
    ASSERT_FALSE(text.empty()) << file;
    for (const char* path : {"/home/", "/root", "/tmp/", "/work"}) {
      EXPECT_EQ(text.find(path), std::string::npos) << file << " " << path;
    }
  }
}

TEST(Example, MarkdownApproved) {
  const RunInspection run = example();
  ASSERT_TRUE(run.run);
  expect_published(".md", markdown_report(std::vector<RunFolder>{*run.run}));
}

TEST(Example, StaticPageApproved) {
  const testing_support::TempFolder folder;
  ASSERT_TRUE(write_html_report({example()}, folder / "page.html", true));
  expect_published(".html", folder.read("page.html"));
}

}  // namespace
}  // namespace assay
