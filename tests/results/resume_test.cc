// A run can be cut off anywhere, damaged anywhere, and killed at any moment: started again it finds
// what an undisturbed run finds, byte for byte, or it refuses and names the place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "results/run_folder.h"
#include "results/verify.h"
#include "runtime/journal.h"
#include "runtime/lock.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using testing::SmallRun;
using testing_support::TempFolder;

std::vector<std::string> lines_of(const std::string& bytes) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t end = bytes.find('\n', at) + 1;
    lines.push_back(bytes.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string bytes;
  for (const std::string& line : lines) bytes += line;
  return bytes;
}

TEST(Resume, AFinishedRunIsShownAgainWithoutAskingTheModel) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  const auto first = small.go();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->answered, 45U);
  const int units = small.model.units;
  const auto again = small.go();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->was_finished);
  EXPECT_EQ(small.model.units, units);
  EXPECT_EQ(to_json(again->summary), to_json(first->summary));
}

TEST(Resume, EveryTruncationOfTheJournalGivesTheSameResult) {
  const TempFolder temp;
  SmallRun small(temp / "run", 36, 2);
  ASSERT_TRUE(small.go());
  const std::string whole = small.findings();
  const std::string journal = small.file("journal.jsonl");
  std::set<std::size_t> cuts = {0, 1, journal.size()};
  for (std::size_t at = 0, end; at < journal.size(); at = end) {
    end = journal.find('\n', at) + 1;
    cuts.insert({end - 1, end, (at + end) / 2});
  }
  for (std::size_t at = journal.size() - 300; at < journal.size(); at += 7) cuts.insert(at);
  for (const std::size_t cut : cuts) {
    if (cut > journal.size()) continue;
    small.crash_to(journal.substr(0, cut));
    const auto outcome = small.go();
    ASSERT_TRUE(outcome) << "cut at " << cut << ": " << outcome.error().message;
    ASSERT_EQ(small.findings(), whole) << "cut at " << cut;
  }
}

TEST(Resume, AFlippedByteInAnyRecordIsRefusedAndRepaired) {
  const TempFolder temp;
  SmallRun small(temp / "run", 36, 2);
  ASSERT_TRUE(small.go());
  const std::string whole = small.findings();
  const std::string journal = small.file("journal.jsonl");
  std::size_t at = 0;
  std::size_t line = 0;
  while (at < journal.size()) {
    const std::size_t end = journal.find('\n', at) + 1;
    ++line;
    std::string flipped = journal;
    flipped[at + (line * 37) % (end - at - 1)] ^= 0x04;
    small.crash_to(flipped);
    const auto refused = small.go();
    ASSERT_FALSE(refused) << "line " << line;
    EXPECT_EQ(refused.error().code, ErrorCode::kBadData);
    EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("line {} ", line)));
    EXPECT_THAT(refused.error().message, HasSubstr("--repair"));
    EXPECT_EQ(small.file("journal.jsonl"), flipped);  // nothing was changed

    const auto report = verify_run(small.folder, small.data, nullptr);
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_FALSE(report->ok());
    EXPECT_THAT(report->problems.front(), HasSubstr(fmt::format("line {} ", line)));
    EXPECT_THAT(report->problems.front(), HasSubstr(line == 1 ? "header" : "item "));

    const auto repaired = small.go(true);
    ASSERT_TRUE(repaired) << repaired.error().message;
    EXPECT_EQ(small.findings(), whole) << "line " << line;
    EXPECT_EQ(small.file("journal.jsonl.damaged"), flipped);
    EXPECT_TRUE(verify_run(small.folder, small.data, nullptr)->ok());
    at = end;
  }
}

TEST(Resume, ARecordTakenOutOrPutInIsNoticed) {
  const TempFolder temp;
  SmallRun small(temp / "run", 36, 2);
  ASSERT_TRUE(small.go());
  const std::string whole = small.findings();
  const std::vector<std::string> lines = lines_of(small.file("journal.jsonl"));
  std::vector<std::string> fewer = lines;
  fewer.erase(fewer.begin() + 5);
  small.crash_to(joined(fewer));
  EXPECT_THAT(small.go().error().message, HasSubstr("unit 0 ends with 4 of its 5 records"));
  std::vector<std::string> more = lines;
  more.insert(more.begin() + 5, lines[5]);
  small.crash_to(joined(more));
  EXPECT_THAT(small.go().error().message, HasSubstr("unit 0 ends with 6 of its 5 records"));
  ASSERT_TRUE(small.go(true));
  EXPECT_EQ(small.findings(), whole);
}

TEST(Resume, AUnitThereTwiceIsIgnoredWhenEqualAndRefusedWhenNot) {
  const TempFolder temp;
  SmallRun small(temp / "run", 36, 2);
  ASSERT_TRUE(small.go());
  const std::string whole = small.findings();
  const std::string journal = small.file("journal.jsonl");
  auto contents = read_journal(small.folder + "/journal.jsonl");
  ASSERT_TRUE(contents);
  ASSERT_EQ(contents->units.size(), 9U);
  JournalUnit copy = contents->units[1];
  copy.seconds += 1;  // the engine's time may differ
  small.crash_to(journal + format_unit(copy));
  ASSERT_TRUE(small.go());
  EXPECT_THAT(small.notes.all, HasSubstr("unit 1 is there twice"));
  EXPECT_EQ(small.findings(), whole);

  copy.records[0].evidence.answer->prompt_tokens += 1;
  small.crash_to(journal + format_unit(copy));
  const auto refused = small.go();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("twice with different content"));
  EXPECT_THAT(refused.error().message, HasSubstr("task arc_easy"));
}

TEST(Resume, AnIntactRecordThatWasNotPlannedIsRefused) {
  const TempFolder temp;
  SmallRun small(temp / "run", 36, 2);
  ASSERT_TRUE(small.go());
  const std::string journal = small.file("journal.jsonl");
  auto contents = read_journal(small.folder + "/journal.jsonl");
  JournalUnit stranger = contents->units[2];
  stranger.index = 9;
  small.crash_to(journal + format_unit(stranger));
  EXPECT_THAT(small.go().error().message, HasSubstr("unit 9 is not in the plan of 9 units"));
}

TEST(Resume, AFolderOfAnotherRunIsRefusedWithEachDifference) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(small.go());
  small.settings.seed = 99;
  small.settings.targets = {"arc_easy"};
  const auto refused = small.go();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_THAT(refused.error().message, HasSubstr("settings.seed: 1234 -> 99"));
  EXPECT_THAT(refused.error().message, HasSubstr("settings.targets"));
}

TEST(Resume, AManifestChangedByHandIsRefused) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(small.go());
  std::string manifest = small.file("manifest.json");
  manifest.replace(manifest.find("\"seed\": 1234"), 12, "\"seed\": 1235");
  small.write("manifest.json", manifest);
  EXPECT_THAT(small.go().error().message, HasSubstr("was changed after it was written"));
}

TEST(Resume, AStoppedRunGoesOn) {
  const TempFolder temp;
  SmallRun undisturbed(temp / "whole", 100, 40);
  ASSERT_TRUE(undisturbed.go());
  SmallRun small(temp / "run", 100, 40);
  small.model.on_unit = [&](int units) { small.stop = units % 2 == 1; };
  int sessions = 0;
  while (true) {
    const auto outcome = small.go();
    ASSERT_TRUE(outcome) << outcome.error().message;
    if (!outcome->interrupted) break;
    EXPECT_LT(outcome->answered, outcome->items);
    small.stop = false;
    small.model.units = 0;
    ASSERT_LT(++sessions, 20);
  }
  EXPECT_GT(sessions, 2);
  EXPECT_EQ(small.findings(), undisturbed.findings());
}

TEST(Resume, TwoProcessesCannotShareAFolder) {
  const TempFolder temp;
  SmallRun small(temp / "run");
  ASSERT_TRUE(make_folder(small.folder));
  const auto lock = FolderLock::take(small.folder);
  ASSERT_TRUE(lock);
  const auto refused = small.go();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("process {}", ::getpid())));
}

TEST(Resume, AFolderThatCannotBeMadeIsASentence) {
  const TempFolder temp;
  temp.write("file", "not a folder");
  SmallRun small(temp / "file/run");
  const auto refused = small.go();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("Not a directory"));
}

TEST(Resume, AFullDiskLosesNothing) {
  const TempFolder temp;
  SmallRun undisturbed(temp / "whole", 100, 5);
  ASSERT_TRUE(undisturbed.go());
  const std::size_t journal_bytes = undisturbed.file("journal.jsonl").size();

  SmallRun small(temp / "run", 100, 5);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit limited = before;
  limited.rlim_cur = journal_bytes * 3 / 4;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
  const auto refused = small.go();
  setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("journal.jsonl: File too large"));

  const auto kept = read_journal(small.folder + "/journal.jsonl");
  ASSERT_TRUE(kept);
  EXPECT_GE(kept->units.size(), 1U);
  EXPECT_TRUE(kept->damage.empty());
  const auto outcome = small.go();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(small.findings(), undisturbed.findings());
}

// The child of the test below: a slow run in the folder that the environment names.
constexpr const char* kChildFolder = "ASSAY_TEST_CHILD_FOLDER";

TEST(KilledRun, DISABLED_Child) {
  const char* folder = std::getenv(kChildFolder);
  ASSERT_NE(folder, nullptr);
  SmallRun small(folder, 300, 40);
  small.model.delay = std::chrono::milliseconds(8);
  ASSERT_TRUE(small.go());
}

// Starts the test above in a process of its own (a fork without exec would lack TBB's threads) and
// kills it after `milliseconds`. Returns whether it finished before.
bool run_child(const std::string& folder, int milliseconds) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv(kChildFolder, folder.c_str(), 1);
    ::close(STDOUT_FILENO);
    ::execl("/proc/self/exe", "results_test", "--gtest_also_run_disabled_tests",
            "--gtest_filter=KilledRun.DISABLED_Child", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::usleep(static_cast<useconds_t>(milliseconds) * 1000);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(KilledRun, EndsWithWhatAnUndisturbedRunFinds) {
  const TempFolder temp;
  SmallRun undisturbed(temp / "whole", 300, 40);
  ASSERT_TRUE(undisturbed.go());
  SmallRun small(temp / "run", 300, 40);
  for (int kill = 0; kill < 10; ++kill) {
    if (run_child(small.folder, 25 + (kill * 53) % 90)) break;
  }
  const auto outcome = small.go();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(small.findings(), undisturbed.findings());
  EXPECT_TRUE(verify_run(small.folder, small.data, nullptr)->ok());
}

}  // namespace
}  // namespace assay
