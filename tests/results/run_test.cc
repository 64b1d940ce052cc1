// What a run finds: the pipeline against an obvious serial twin, item errors, text that is not
// UTF-8, scoring again, and verifying.
#include "results/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "results/run_folder.h"
#include "results/samples.h"
#include "results/score.h"
#include "results/summarise.h"
#include "results/verify.h"
#include "runtime/content_key.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using testing::SmallRun;
using testing_support::TempFolder;

// The oracle: one item after the other, nothing in parallel, no journal.
std::vector<TaskRecord> serial_run(SmallRun& small, const Json& manifest) {
  const auto plan = make_plan(small.settings, {}, small.data, &small.model);
  std::vector<TaskRecord> tasks;
  for (const PlannedTask& planned : plan->tasks) {
    TaskRecord record{planned.loaded.task->name, manifest.at("tasks").at(tasks.size()), {}};
    for (const LoadedItem& loaded : planned.loaded.items) {
      Evidence evidence;
      evidence.request = *planned_request(*plan, planned, loaded);
      auto prepared = small.model.prepare(*evidence.request);
      if (prepared) {
        evidence.key = content_key(small.model.info(), *prepared);
        auto answers = small.model.answer({&*prepared, 1}, [] { return false; });
        evidence.answer = answers->front();
      } else {
        evidence.key = content_key(small.model.info(), {*evidence.request, {}, false});
        evidence.answer = prepared.error();
      }
      JudgedItem judged = judge_item(*planned.loaded.task, loaded.item, evidence, nullptr);
      record.items.push_back({loaded.item, std::move(evidence), std::move(judged)});
    }
    tasks.push_back(std::move(record));
  }
  return tasks;
}

std::string samples_of(const std::vector<TaskRecord>& tasks) {
  std::string bytes = samples_header();
  for (const TaskRecord& task : tasks) {
    for (const ItemRecord& record : task.items) {
      for (const std::string& line : sample_lines(task.name, record)) bytes += line;
    }
  }
  return bytes;
}

TEST(Run, ThePipelineFindsWhatASerialLoopFinds) {
  for (const int workers : {1, 2}) {
    const TempFolder temp;
    SmallRun small(temp / "run", 100, 40);
    small.workers = workers;
    small.model.refuse = "follows 7?";
    const auto outcome = small.go();
    ASSERT_TRUE(outcome) << outcome.error().message;
    const Json manifest = Json::parse(small.file("manifest.json"));
    const std::vector<TaskRecord> tasks = serial_run(small, manifest);
    const auto summary = summarise(manifest, tasks, outcome->summary.timing);
    ASSERT_TRUE(summary);
    EXPECT_EQ(dump_line(to_json(*summary)), dump_line(to_json(outcome->summary)));
    EXPECT_EQ(small.file("samples.jsonl"), samples_of(tasks));
  }
}

TEST(Run, SamplesThatCannotBeWrittenEndTheRunAndTheNextOneGoesOn) {
  const TempFolder temp;
  SmallRun small(temp / "run", 100, 40);
  const std::string in_the_way = small.folder + "/samples.jsonl.partial";
  std::filesystem::create_directories(in_the_way);
  const auto refused = small.go();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("samples.jsonl.partial"));
  EXPECT_FALSE(std::filesystem::exists(small.folder + "/samples.jsonl"));
  std::filesystem::remove(in_the_way);
  ASSERT_TRUE(small.go());
  SmallRun undisturbed(temp / "other", 100, 40);
  ASSERT_TRUE(undisturbed.go());
  EXPECT_EQ(small.file("samples.jsonl"), undisturbed.file("samples.jsonl"));
  EXPECT_TRUE(verify_run(small.folder, small.data, nullptr)->ok());
}

TEST(Run, ItemErrorsAreCountedBesideTheScoreAndNotInIt) {
  const TempFolder temp;
  SmallRun small(temp / "run", 40, 5);
  small.model.refuse = "follows 1";  // 1 and 10 to 19
  const auto outcome = small.go();
  ASSERT_TRUE(outcome) << outcome.error().message;
  const ResultEntry* arc = outcome->summary.find("arc_easy");
  ASSERT_NE(arc, nullptr);
  EXPECT_EQ(arc->items, 40U);
  EXPECT_EQ(arc->errors, 11U);
  ASSERT_EQ(arc->error_reasons.size(), 1U);
  EXPECT_EQ(arc->error_reasons[0].count, 11U);
  ASSERT_FALSE(arc->scores.empty());
  const Estimate* acc = as_estimate(arc->scores[0].value);
  ASSERT_NE(acc, nullptr);
  EXPECT_EQ(acc->n, 29U);
  EXPECT_EQ(arc->scores[0].errors, 11U);
  EXPECT_TRUE(verify_run(small.folder, small.data, nullptr)->ok());
}

TEST(Run, ATaskWithoutAMeasuredItemHasNoFigure) {
  const TempFolder temp;
  SmallRun small(temp / "run", 3, 3);
  small.model.refuse = "follows";
  const auto outcome = small.go();
  ASSERT_TRUE(outcome) << outcome.error().message;
  const Measurement& value = outcome->summary.find("arc_easy")->scores.at(0).value;
  ASSERT_TRUE(std::holds_alternative<Failed>(value));
  EXPECT_THAT(std::get<Failed>(value).reason, HasSubstr("none of the 3 items"));
}

TEST(Run, TextThatIsNotUtf8IsKeptReadable) {
  const TempFolder temp;
  SmallRun small(temp / "run", 2, 2);
  small.model.say = "#### 4 \xff\xfe";
  ASSERT_TRUE(small.go());
  const auto folder = load_run(small.folder);
  ASSERT_TRUE(folder) << folder.error().message;
  const Evidence& evidence = folder->tasks.at(1).items.at(0).evidence;
  EXPECT_EQ(std::get<std::vector<Generation>>(evidence.answer->answer).at(0).text,
            "#### 4 \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_TRUE(verify_run(small.folder, small.data, nullptr)->ok());
}

TEST(Run, AFolderReadBackIsWhatWasWritten) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  small.model.refuse = "follows 3?";
  const auto outcome = small.go();
  ASSERT_TRUE(outcome);
  const auto folder = load_run(small.folder);
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(to_json(folder->summary), to_json(outcome->summary));
  EXPECT_EQ(small.file("samples.jsonl"), samples_of(folder->tasks));
}

TEST(Score, MakesTheResultsAgainFromTheEvidence) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(small.go());
  const std::string found = small.findings();
  std::filesystem::remove(small.folder + "/summary.json");
  std::filesystem::remove(small.folder + "/samples.jsonl");
  EXPECT_EQ(load_run(small.folder).error().code, ErrorCode::kUnavailable);
  const auto summary = score_run(small.folder, small.data, nullptr);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(small.findings(), found);
}

TEST(Score, RefusesOtherData) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(small.go());
  const testing::MemorySource other = testing::small_data(41, 5);
  const auto refused = score_run(small.folder, other, nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBadData);
  EXPECT_THAT(refused.error().message, HasSubstr("data of task arc_easy are not those"));
}

TEST(Verify, NamesAChangedFigureAndAChangedSample) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(small.go());
  const auto clean = verify_run(small.folder, small.data, nullptr);
  ASSERT_TRUE(clean) << clean.error().message;
  EXPECT_TRUE(clean->ok());
  EXPECT_EQ(clean->records, 45U);
  EXPECT_EQ(clean->samples, 50U);  // GSM8K has two filters
  EXPECT_GE(clean->figures, 4U);

  Json summary = Json::parse(small.file("summary.json"));
  summary["entries"][0]["scores"][0]["value"]["value"] = 0.99;
  small.write("summary.json", dump_pretty(summary));
  std::string samples = small.file("samples.jsonl");
  samples.replace(samples.find("picked"), 6, "Picked");
  small.write("samples.jsonl", samples);
  const auto report = verify_run(small.folder, small.data, nullptr);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->problems.size(), 2U);
  EXPECT_THAT(report->problems[0], HasSubstr("arc_easy acc,none"));
  EXPECT_THAT(report->problems[1], HasSubstr("samples.jsonl, line 2 (task arc_easy, item"));
}

TEST(Verify, AnUnfinishedRunNamesTheFirstMissingItem) {
  const TempFolder temp;
  SmallRun small(temp / "run", 100, 5);
  small.model.on_unit = [&](int units) { small.stop = units == 2; };
  ASSERT_TRUE(small.go()->interrupted);
  const auto report = verify_run(small.folder, small.data, nullptr);
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->ok());
  EXPECT_THAT(report->problems.front(), HasSubstr("unit 2 (task arc_easy, items"));
}

}  // namespace
}  // namespace assay
