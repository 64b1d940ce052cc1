// Table and reports: each against its approved text, and the properties that no rewording may lose.
#include "results/report.h"

#include <gtest/gtest.h>

#include <sstream>

#include "results/table.h"
#include "tests/approval/approval.h"
#include "tests/results/sample_run.h"

namespace assay {
namespace {

using test::expect_approved;
using test::sample_run;

TEST(Table, Approved) {
  const RunFolder run = sample_run();
  expect_approved("result_table", result_table_text(run.summary, {0, run.path}));
}

TEST(Table, FitsTheWidthWhenItCan) {
  const RunFolder run = sample_run();
  for (const TableLine& line : result_table(run.summary, {100, run.path})) {
    if (line.kind == LineKind::kError || line.kind == LineKind::kFooter) continue;
    std::size_t columns = 0;
    for (const char c : line.text) columns += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    EXPECT_LE(columns, 110U) << line.text;  // labels are never cut
  }
}

TEST(Table, AbsenceIsWordsNeverANumber) {
  const RunFolder run = sample_run();
  const std::string text = result_table_text(run.summary, {});
  EXPECT_NE(text.find("not run: no sandbox"), std::string::npos);
  EXPECT_NE(text.find("failed: a page has no bytes"), std::string::npos);
  for (const TableLine& line : result_table(run.summary, {})) {
    if (line.kind != LineKind::kAbsent) continue;
    EXPECT_EQ(line.text.find("0.0000"), std::string::npos) << line.text;
  }
}

TEST(Report, MarkdownApproved) {
  const std::vector<RunFolder> runs = {sample_run()};
  expect_approved("report_one_run.md", markdown_report(runs));
}

TEST(Report, MarkdownOfTwoRunsApproved) {
  std::vector<RunFolder> runs = {sample_run(), sample_run()};
  runs[1].path = "runs/sample-other";
  runs[1].summary.model = "other.gguf";
  runs[1].summary.entries.erase(runs[1].summary.entries.begin() + 2);
  expect_approved("report_two_runs.md", markdown_report(runs));
}

TEST(Report, CsvApproved) {
  const std::vector<RunFolder> runs = {sample_run()};
  expect_approved("report.csv", csv_report(runs));
}

TEST(Report, CsvHasTheSameNumberOfFieldsInEachLine) {
  const std::vector<RunFolder> runs = {sample_run()};
  std::istringstream lines(csv_report(runs));
  std::string line;
  std::vector<std::size_t> counts;
  while (std::getline(lines, line)) {
    std::size_t fields = 1;
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) ++fields;
    }
    counts.push_back(fields);
  }
  ASSERT_EQ(counts.size(), 9U);  // header and eight figures
  for (const std::size_t count : counts) EXPECT_EQ(count, counts.front());
}

TEST(Report, JsonHoldsTheSummaryUnrounded) {
  const std::vector<RunFolder> runs = {sample_run()};
  const Json json = Json::parse(json_report(runs));
  EXPECT_EQ(json["format"], "assay-report");
  const expected<Summary> summary = summary_from_json(json["runs"][0]["summary"]);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(as_estimate(summary->entries[0].scores[0].value)->value, 27.0 / 98);
}

TEST(Report, FormatByEnding) {
  EXPECT_EQ(*report_format_for("a/b.md"), ReportFormat::kMarkdown);
  EXPECT_EQ(*report_format_for("b.csv"), ReportFormat::kCsv);
  EXPECT_EQ(*report_format_for("b.json"), ReportFormat::kJson);
  EXPECT_EQ(*report_format_for("b.html"), ReportFormat::kHtml);
  for (const char* other : {"b", "b.txt"}) {
    const auto format = report_format_for(other);
    ASSERT_FALSE(format);
    EXPECT_EQ(format.error().code, ErrorCode::kUsage);
  }
}

}  // namespace
}  // namespace assay
