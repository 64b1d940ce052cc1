// What a run cost: the figures a model reports reach the journal, add up over sessions, survive
// scoring again, and never touch what a run found.
#include "results/model_cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/score.h"
#include "runtime/journal.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::DoubleEq;
using ::testing::HasSubstr;
using ::testing::Optional;
using testing::SmallRun;
using testing_support::TempFolder;

Timing timing_in(const SmallRun& small) {
  auto summary = summary_from_json(Json::parse(small.file("summary.json")));
  return summary ? summary->timing : Timing{};
}

// Each unit decodes 100 prompt tokens in 2 calls and 0.25 s, and 6 generated ones in 3 and 0.5 s.
void count_work(SmallRun& small, double load_seconds) {
  small.model.engine_work = EngineWork{load_seconds, {7, 1, 0.125}, {}};  // spent before the run
  small.model.on_unit = [&small](int) {
    EngineWork& work = *small.model.engine_work;
    work.prompt = {work.prompt.tokens + 100, work.prompt.calls + 2, work.prompt.seconds + 0.25};
    work.generation = {work.generation.tokens + 6, work.generation.calls + 3,
                       work.generation.seconds + 0.5};
  };
}

TEST(ModelCost, AddsUpOverUnitsAndSessionsAndSurvivesScoring) {
  const TempFolder temp;
  SmallRun small(temp / "run", 68, 5);  // 8 units and 1
  count_work(small, 1.5);
  small.model.on_unit = [&small, work = small.model.on_unit](int units) {
    work(units);
    if (units == 1) small.stop = true;  // the second unit is given up
  };
  ASSERT_TRUE(small.go());
  auto contents = read_journal(small.folder + "/journal.jsonl");
  ASSERT_EQ(contents->units.size(), 1U);
  ASSERT_TRUE(contents->units[0].cost);
  EXPECT_EQ(contents->units[0].cost->prompt.tokens, 100U) << "what went before is not its own";

  small.stop = false;
  count_work(small, 2.25);
  ASSERT_TRUE(small.go());
  const Timing timing = timing_in(small);
  EXPECT_EQ(timing.prompt.tokens, 900U);
  EXPECT_EQ(timing.prompt.calls, 18U);
  EXPECT_EQ(timing.prompt.seconds, 2.25);
  EXPECT_EQ(timing.generation.tokens, 54U);
  EXPECT_EQ(timing.generation.seconds, 4.5);
  EXPECT_THAT(timing.load_seconds, Optional(2.25));
  EXPECT_GT(timing.peak_memory_bytes, 0U);

  ASSERT_TRUE(small.go()) << "a finished run is shown as it is";
  EXPECT_EQ(timing_in(small).prompt.tokens, 900U);

  std::filesystem::remove(small.folder + "/summary.json");
  ASSERT_TRUE(score_run(small.folder, small.data, nullptr));
  const Timing scored = timing_in(small);
  EXPECT_EQ(scored.prompt.tokens, 900U);
  EXPECT_EQ(scored.generation.calls, 27U);
  EXPECT_DOUBLE_EQ(scored.engine_seconds, timing.engine_seconds);
  EXPECT_THAT(scored.load_seconds, Optional(2.25));
}

TEST(ModelCost, ChangesNothingThatWasFound) {
  const TempFolder temp;
  SmallRun plain(temp / "plain");
  SmallRun measured(temp / "measured");
  count_work(measured, 1);
  ASSERT_TRUE(plain.go());
  ASSERT_TRUE(measured.go());
  EXPECT_EQ(plain.findings(), measured.findings());
  EXPECT_THAT(measured.file("journal.jsonl"), HasSubstr("\"cost\""));
  EXPECT_EQ(plain.file("journal.jsonl").find("\"cost\""), std::string::npos);
}

TEST(ModelCost, OfAModelThatDoesNotMeasureItselfIsAbsent) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(small.go());
  const ModelCost cost = model_cost(Json::parse(small.file("manifest.json")), timing_in(small));
  EXPECT_FALSE(cost.file_bytes);
  EXPECT_FALSE(cost.bits_per_weight);
  EXPECT_FALSE(cost.load_seconds);
  EXPECT_FALSE(cost.prompt_tokens_per_second);
  EXPECT_FALSE(cost.generated_together);
  EXPECT_TRUE(to_json(cost)["load_seconds"].is_null());
}

TEST(ModelCost, SpeedsAreTokensOverSeconds) {
  Timing timing;
  timing.prompt = {5000, 10, 2.5};
  timing.generation = {120, 40, 0.5};
  timing.peak_memory_bytes = 3ULL << 20;
  const Json manifest = {
      {"model",
       {{"settings", {{"bytes", 277024}, {"parameters", 292800}, {"bits_per_weight", 4.5}}}}}};
  const ModelCost cost = model_cost(manifest, timing);
  EXPECT_THAT(cost.prompt_tokens_per_second, Optional(DoubleEq(2000)));
  EXPECT_THAT(cost.generation_tokens_per_second, Optional(DoubleEq(240)));
  EXPECT_THAT(cost.generated_together, Optional(DoubleEq(3)));
  EXPECT_EQ(model_cost_text(cost, "; "),
            "file 271 KiB; 4.50 bits per weight; prompt 2000 tokens/s; generation 240 tokens/s, "
            "3.0 answers at a time; peak memory 3 MiB");
  timing.prompt.seconds = 0.01;  // would measure the clock
  EXPECT_FALSE(model_cost(manifest, timing).prompt_tokens_per_second);
}

TEST(ModelCost, AnEarlierProgramsJournalAndSummaryAreRead) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(small.go());
  Json summary = Json::parse(small.file("summary.json"));
  for (const char* name : {"prompt", "generation", "load_seconds"}) summary["timing"].erase(name);
  const auto read = summary_from_json(summary);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->timing.prompt.tokens, 0U);
  EXPECT_FALSE(read->timing.load_seconds);
}

}  // namespace
}  // namespace assay
