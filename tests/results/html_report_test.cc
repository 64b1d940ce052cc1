// The page: every figure of a run stands in it as text; what a model wrote never becomes markup; a
// folder that is damaged or not finished is shown as such. What the script makes of it is tested in
// a browser (tests/viewer).
#include "results/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "results/figures.h"
#include "results/page/html.h"
#include "results/page/html_page.h"
#include "results/page/page_samples.h"
#include "results/page/svg_chart.h"
#include "results/sample_view.h"
#include "tests/approval/approval.h"
#include "tests/results/run_fixture.h"
#include "tests/results/sample_run.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RunInspection shown(RunFolder folder) {
  RunInspection run;
  run.path = folder.path;
  run.model = folder.summary.model;
  run.state = RunState::kFinished;
  run.manifest = folder.manifest;
  run.run = std::move(folder);
  run.checked = "checked.";
  return run;
}

std::string page_html(const page::Page& page) {
  const bool scripted = page::has_viewer();
  return page::html_begin(page, "", scripted) + page::html_end(scripted);
}

std::string html_of(std::vector<RunInspection> runs) {
  return page_html(make_page(std::move(runs)));
}

std::string main_part(const std::string& html) {
  return html.substr(html.find("<header>"), html.find("</main>") - html.find("<header>"));
}

TEST(HtmlReport, PageIsApproved) {
  std::vector<RunInspection> runs = {shown(test::sample_run())};
  test::expect_approved("report_page.html", main_part(html_of(std::move(runs))));
}

TEST(HtmlReport, HasEveryFigureOfTheSummary) {
  const RunFolder run = test::sample_run();
  const std::string html = html_of({shown(run)});
  for (const ResultEntry& entry : run.summary.entries) {
    for (const Score& score : entry.scores) {
      const Estimate* estimate = as_estimate(score.value);
      const std::string expected =
          estimate != nullptr ? figure_text(estimate->value) : absence_text(score.value);
      EXPECT_THAT(html, HasSubstr(page::escaped(expected))) << entry.name << " " << score.metric;
    }
    for (const ErrorCount& reason : entry.error_reasons) {
      EXPECT_THAT(html, HasSubstr(page::escaped(reason.reason)));
    }
  }
}

TEST(HtmlReport, NothingIsFetchedAndOnlyItsOwnScriptRuns) {
  const std::string html = html_of({shown(test::sample_run())});
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(main_part(html), Not(HasSubstr(" src=")));
  EXPECT_THAT(main_part(html), Not(HasSubstr("http")));
}

TEST(HtmlReport, AStaticPageHasNoScriptAndNoSamples) {
  const testing_support::TempFolder folder;
  const std::string file = folder / "page.html";
  ASSERT_TRUE(write_html_report({shown(test::sample_run())}, file, true));
  const std::string html = folder.read("page.html");
  EXPECT_THAT(html, HasSubstr("script-src 'none'"));
  EXPECT_THAT(html, HasSubstr("--static"));
  EXPECT_THAT(html, HasSubstr("class=\"chart static\""));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, Not(HasSubstr("application/gzip")));
}

TEST(HtmlReport, TextFromOutsideNeverBecomesMarkup) {
  RunFolder run = test::sample_run();
  run.summary.model = "<script>alert(1)</script>.gguf";
  run.summary.entries[1].alias = "\"><img onerror=x>";
  run.summary.entries[1].error_reasons = {{"</script><b>\x1b[31m", 2}};
  run.manifest["settings"]["system_instruction"] = "<!-- </style> -->\xE2\x80\xAE";
  const std::string html = main_part(html_of({shown(std::move(run))}));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  EXPECT_THAT(html, HasSubstr("⟨U+202E⟩"));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST(HtmlReport, DamageIsARedBannerWithWhatFailed) {
  RunInspection run = shown(test::sample_run());
  run.problems = {"summary.json: gsm8k acc is 1, the journal gives 0"};
  const std::string html = html_of({std::move(run)});
  EXPECT_THAT(html, HasSubstr("class=\"banner damage\" role=\"alert\""));
  EXPECT_THAT(html, HasSubstr("the journal gives 0"));
  EXPECT_THAT(html, HasSubstr("does not verify"));
}

TEST(HtmlReport, MoreThanTwentyRunsAreRefused) {
  std::vector<RunInspection> runs(kMostReportedRuns + 1, shown(test::sample_run()));
  const auto written = write_html_report(std::move(runs), "/nonexistent/x.html");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUsage);
}

TEST(InspectRun, AnUnfinishedRunHasItsProgressAndNoFigures) {
  const testing_support::TempFolder folder;
  testing::SmallRun small(folder.path() + "/run");
  small.model.on_unit = [&](int units) { small.stop = units >= 1; };
  ASSERT_TRUE(small.go());
  const auto run = inspect_run(small.folder, {&small.data});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->state, RunState::kUnfinished);
  ASSERT_EQ(run->progress.size(), 2u);
  EXPECT_EQ(run->progress[0].planned, 40u);
  EXPECT_EQ(run->progress[0].answered, 5u);
  EXPECT_EQ(run->progress[1].answered, 0u);
  const std::string html = html_of({*run});
  EXPECT_THAT(html, HasSubstr("5 of 45 items answered (11.1 %)"));
  EXPECT_THAT(html, Not(HasSubstr("chart-headline")));
}

TEST(InspectRun, AnIntactRunVerifiesWithAndWithoutTheData) {
  const testing_support::TempFolder folder;
  testing::SmallRun small(folder.path() + "/run");
  ASSERT_TRUE(small.go());
  for (const DataSource* data :
       {static_cast<const DataSource*>(&small.data), static_cast<const DataSource*>(nullptr)}) {
    const auto run = inspect_run(small.folder, {data});
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_THAT(run->problems, ::testing::IsEmpty());
    EXPECT_FALSE(run->checked.empty());
  }
}

// One digit of one figure, one answer in the samples, one byte of the journal: each is found, with
// and without the data.
TEST(InspectRun, NamesWhatDoesNotVerify) {
  const testing_support::TempFolder folder;
  testing::SmallRun small(folder.path() + "/run");
  ASSERT_TRUE(small.go());
  for (const char* name : {"summary.json", "samples.jsonl", "journal.jsonl"}) {
    const std::string before = small.file(name);
    std::string after = before;
    const std::string mark = std::string(name) == "summary.json" ? "\"value\": 0." : "[[-";
    const std::size_t at = after.find(mark);
    ASSERT_NE(at, std::string::npos) << name;
    char& digit = after[at + mark.size()];
    digit = digit == '3' ? '4' : '3';
    small.write(name, after);
    for (const DataSource* data :
         {static_cast<const DataSource*>(&small.data), static_cast<const DataSource*>(nullptr)}) {
      const auto run = inspect_run(small.folder, {data});
      ASSERT_TRUE(run) << run.error().message;
      EXPECT_FALSE(run->verifies()) << name << (data != nullptr ? " with data" : " alone");
    }
    small.write(name, before);
  }
}

std::string unzipped(const std::string& packed) {
  std::string bytes;
  int bits = 0;
  unsigned value = 0;
  static const std::string kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const char c : packed) {
    if (c == '=') break;
    value = (value << 6) | static_cast<unsigned>(kDigits.find(c));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((value >> bits) & 0xFF);
    }
  }
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(1 << 22, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(PageSamples, EverySampleCanBeUnpackedAgain) {
  const testing_support::TempFolder folder;
  testing::SmallRun small(folder.path() + "/run", 900, 5);
  ASSERT_TRUE(small.go());
  const auto run = load_run(small.folder);
  ASSERT_TRUE(run) << run.error().message;
  std::map<std::string, std::string> elements;
  const auto tasks = page::write_samples(0, *run, [&](std::string_view bytes) -> expected<void> {
    const std::string text(bytes);
    const std::size_t id = text.find("id=\"") + 4;
    const std::size_t from = text.find('>') + 1;
    elements[text.substr(id, text.find('"', id) - id)] =
        text.substr(from, text.find("</script>") - from);
    return {};
  });
  ASSERT_TRUE(tasks);
  ASSERT_EQ(tasks->size(), 2u);
  const Json& arc = (*tasks)[0];
  EXPECT_EQ(arc["items"], 900);
  EXPECT_GE(arc["blocks"].size(), 3u);
  const Json index = Json::parse(unzipped(elements.at("index-0-0")));
  EXPECT_EQ(index["ids"].size(), 900u);
  EXPECT_EQ(index["outcomes"][0].get<std::string>().size(), 900u);
  std::size_t place = 0;
  for (std::size_t b = 0; b < arc["blocks"].size(); ++b) {
    ASSERT_EQ(arc["blocks"][b], place);
    const Json block = Json::parse(unzipped(elements.at("block-0-0-" + std::to_string(b))));
    for (const Json& sample : block["samples"]) {
      const ItemRecord& item = run->tasks[0].items[place];
      EXPECT_EQ(sample["item"], item.item.id);
      EXPECT_EQ(block["prefix"].get<std::string>() + sample["prompt"].get<std::string>(),
                std::get<Choices>(*item.evidence.request).contexts.front());
      ++place;
    }
  }
  EXPECT_EQ(place, 900u);
}

TEST(SampleView, MarksGoldPickAndExtractedPlace) {
  const testing_support::TempFolder folder;
  testing::SmallRun small(folder.path() + "/run", 3, 2);
  small.model.say = "7 apples and 7 pears. #### 7";
  ASSERT_TRUE(small.go());
  const auto run = load_run(small.folder);
  ASSERT_TRUE(run);
  const TaskRecord& arc = run->tasks[0];
  const SampleView choices = view_sample(arc, task_of(arc), arc.items[0]);
  ASSERT_EQ(choices.choices.size(), 3u);
  EXPECT_TRUE(choices.choices[0].gold);
  double sum = 0;
  int picked = 0;
  for (const ChoiceView& choice : choices.choices) {
    sum += choice.probability;
    picked += choice.picked ? 1 : 0;
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_EQ(picked, 1);
  const TaskRecord& gsm8k = run->tasks[1];
  const SampleView text = view_sample(gsm8k, task_of(gsm8k), gsm8k.items[0]);
  ASSERT_EQ(text.texts.size(), 1u);
  ASSERT_TRUE(text.texts[0].extracted);
  const auto [from, to] = *text.texts[0].extracted;
  EXPECT_EQ(text.texts[0].text.substr(from, to - from), text.verdicts[0].extracted);
  EXPECT_THAT(sample_text(text, 100), HasSubstr("⟪7⟫"));
}

TEST(SampleView, OutcomesAreThoseThatComparisonsCount) {
  Judgement verdict;
  verdict.filter = "none";
  verdict.values = {{"acc", 0.0}, {"acc_norm", 1.0}};
  const JudgedItem judged{{verdict}, std::nullopt};
  EXPECT_EQ(outcome_of(judged, &verdict), ItemOutcome::kRight);
  verdict.values = {{"word_perplexity", 3.0}};
  EXPECT_EQ(outcome_of(judged, &verdict), ItemOutcome::kValue);
  verdict.values = {{"pass@1", 0.5}};
  EXPECT_EQ(outcome_of(judged, &verdict), ItemOutcome::kPart);
  verdict.not_run = "no sandbox";
  EXPECT_EQ(outcome_of(judged, &verdict), ItemOutcome::kNotRun);
  EXPECT_EQ(outcome_of({{}, Error{ErrorCode::kBadData, "too long"}}, nullptr), ItemOutcome::kError);
}

TEST(SampleView, ATerminalIsNotSteered) {
  EXPECT_EQ(visible_controls("a\x1b[2Jb\rc\x7f\n\xC2\x9B"), "a␛[2Jb␍c␡\n\xEF\xBF\xBD");
}

TEST(SvgChart, TicksAreRoundAndInside) {
  EXPECT_THAT(page::axis_ticks(0, 1, 5),
              ::testing::ElementsAre(0, 0.2, 0.4, 0.6000000000000001, 0.8, 1));
  for (const double tick : page::axis_ticks(-0.37, 0.11, 6)) {
    EXPECT_GE(tick, -0.37 - 1e-9);
    EXPECT_LE(tick, 0.11 + 1e-9);
  }
  EXPECT_EQ(page::tick_text(0.25, 0.25), "0.25");
  EXPECT_EQ(page::tick_text(1024, 512), "1024");
}

TEST(SvgChart, WhatWasNotMeasuredIsCrossedOutAndHasNoDot) {
  page::Chart chart;
  chart.kind = page::ChartKind::kDots;
  chart.series = {"a"};
  chart.marks = {{"a", "x", 0, Failed{"a page has no bytes"}, "note", ""}};
  const std::string svg = page::svg_chart(chart);
  EXPECT_THAT(svg, HasSubstr("class=\"absent"));
  EXPECT_THAT(svg, HasSubstr("failed: a page has no bytes"));
  EXPECT_THAT(svg, Not(HasSubstr("class=\"mark")));
}

}  // namespace
}  // namespace assay
