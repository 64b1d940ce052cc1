// `assay plan` and a run that stops when its comparison is decided, as a user meets them.
#include <csignal>
#include <thread>

#include "tests/cli/cli_test.h"

namespace assay {
namespace {

const std::vector<std::string> kTasks = {"mini-arc", "mini-mmlu"};

std::vector<std::string> words(const std::string& command, const std::vector<std::string>& more) {
  std::vector<std::string> all = {command};
  all.insert(all.end(), kTasks.begin(), kTasks.end());
  all.insert(all.end(), {"-m", "scripted:hash"});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(PlanCommand, SaysWhatItCostsAndWhatItCouldDetectAndWritesNothing) {
  const TestFolder folder;
  const ProgramResult plan = run_assay(words("plan", {"--detect", "2"}), in(folder));
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  for (const char* word : {"prompt tokens", "for 2 points", "is assumed", "time: not measured",
                           "too few to detect 2 points", "model scripted:hash"}) {
    EXPECT_THAT(plan.out, HasSubstr(word));
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(PlanCommand, TakesTheRateOfAnEarlierRun) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(words("run", {"-o", "base"}), in(folder)).exit_code, 0);
  const ProgramResult plan = run_assay(words("plan", {"--against", "base", "--json"}), in(folder));
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  const Json json = Json::parse(plan.out);
  for (const Json& row : json["rows"]) {
    EXPECT_TRUE(row["seconds"].is_number()) << row;
    EXPECT_EQ(row["discordance_source"], "assumed");
  }
  EXPECT_EQ(run_assay(words("plan", {"--against", "nowhere"}), in(folder)).exit_code, 69);
}

TEST(PlanCommand, MeasuresATrialOfTheModelAndLeavesNothingBehind) {
  const TestFolder folder;
  const TestFolder places;
  ProgramOptions options = in(folder);
  options.environment["TMPDIR"] = places.path().string();
  const ProgramResult plan = run_assay(words("plan", {"--trial", "2"}), options);
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("measured just now on 4 items"));
  EXPECT_THAT(plan.out, Not(HasSubstr("not measured")));
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_TRUE(fs::is_empty(places.path()));
  const ProgramResult json = run_assay(words("plan", {"--trial", "--json"}), options);
  for (const Json& row : Json::parse(json.out)["rows"]) EXPECT_GT(row["seconds"], 0.0) << row;
  options.environment["TMPDIR"] = (places / "nowhere").string();
  EXPECT_EQ(run_assay(words("plan", {"--trial"}), options).exit_code, 69);
  // An earlier run gives the time without a base to compare with.
  ASSERT_EQ(run_assay(words("run", {"-o", "base"}), in(folder)).exit_code, 0);
  const ProgramResult pilot = run_assay(words("plan", {"--pilot", "base"}), in(folder));
  EXPECT_EQ(pilot.exit_code, 0) << pilot.err;
  EXPECT_THAT(pilot.out, HasSubstr("time at the engine seconds per token of each task in base"));
  EXPECT_THAT(pilot.out, HasSubstr("is assumed"));
}

TEST(RunAgainst, DecidesVerifiesAndIsThereAgain) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(words("run", {"-o", "base"}), in(folder)).exit_code, 0);
  const std::vector<std::string> line =
      words("run", {"--against", "base", "--stop-when-decided", "--margin", "60", "-o", "s"});
  const ProgramResult run = run_assay(line, in(folder));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("compared with scripted:hash while it ran"));
  EXPECT_THAT(run.out, HasSubstr("within 60 points of scripted:hash"));
  EXPECT_EQ(run_assay({"verify", "s"}, in(folder)).exit_code, 0);
  EXPECT_THAT(run_assay(line, in(folder)).err, HasSubstr("finished before"));
  const Json summary = Json::parse(read_bytes(folder / "s/summary.json"));
  EXPECT_EQ(summary["sequence"]["families"].size(), 2U);

  const ProgramResult other = run_assay(
      words("run", {"--against", "base", "--stop-when-decided", "--shots", "2", "-o", "t"}),
      in(folder));
  EXPECT_EQ(other.exit_code, 64);
  EXPECT_THAT(other.err, HasSubstr("tasks mini-arc.shots: 0 there, 2 here"));
  EXPECT_EQ(run_assay(words("run", {"--against", "nowhere", "--stop-when-decided"}), in(folder))
                .exit_code,
            69);
}

TEST(RunAgainst, KilledAtAnyMomentItEndsWithTheSameDecision) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(words("run", {"-o", "base"}), in(folder)).exit_code, 0);
  const auto line = [](const std::string& run) {
    return words("run", {"--against", "base", "--stop-when-decided", "-o", run});
  };
  ASSERT_EQ(run_assay(line("whole"), in(folder)).exit_code, 0);
  const Json whole = Json::parse(read_bytes(folder / "whole/manifest.json"));
  for (int round = 0; round < 3; ++round) {
    const std::string name = "killed" + std::to_string(round);
    ProgramOptions options = in(folder);
    options.while_running = [&](pid_t child) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + 40 * round));
      kill(child, SIGKILL);
    };
    run_assay(line(name), options);
    ASSERT_EQ(run_assay(line(name), in(folder)).exit_code, 0);
    const Json killed = Json::parse(read_bytes(folder / (name + "/manifest.json")));
    EXPECT_EQ(killed["decision"], whole["decision"]);
  }
}

}  // namespace
}  // namespace assay
