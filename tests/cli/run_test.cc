// `assay run` and its followers as a user meets them: finishing, going on after kill, SIGTERM and
// full disks, damaged journals, folders of other runs, and what report, score and verify make of
// it.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "tests/cli/cli_test.h"

namespace assay {
namespace {

const std::vector<std::string> kRun = {"run", "mini", "-m", "scripted:hash", "-o", "r"};

// summary.json without the part that two equal runs may differ in.
std::string summary_of(const fs::path& run) {
  Json summary = Json::parse(read_bytes(run / "summary.json"));
  summary.erase("timing");
  return summary.dump();
}

const std::string& undisturbed_summary() {
  static const std::string kSummary = [] {
    const TestFolder folder;
    EXPECT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
    return summary_of(folder / "r");
  }();
  return kSummary;
}

TEST(Run, FinishesPrintsATableAndIsThereAgain) {
  const TestFolder folder;
  const ProgramResult run =
      run_assay({"run", "mini", "-m", "scripted:hash", "--first", "3"}, in(folder));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  for (const char* word : {"task", "items", "errors", "95 % interval", "run folder runs/mini-"}) {
    EXPECT_THAT(run.out, HasSubstr(word));
  }
  const ProgramResult again =
      run_assay({"run", "mini", "-m", "scripted:hash", "--first", "3"}, in(folder));
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("finished before"));
  // Another setting goes to a folder of its own.
  EXPECT_EQ(run_assay({"run", "mini", "-m", "scripted:hash", "--first", "2"}, in(folder)).exit_code,
            0);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "runs"), fs::directory_iterator{}), 2);
}

TEST(Run, JsonIsTheSummary) {
  const TestFolder folder;
  std::vector<std::string> words = kRun;
  words.push_back("--json");
  const ProgramResult run = run_assay(words, in(folder));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(Json::parse(run.out), Json::parse(read_bytes(folder / "r/summary.json")));
}

TEST(Run, ThePlanWritesNothing) {
  const TestFolder folder;
  const ProgramResult plan = run_assay({"run", "mini", "-n"}, in(folder));
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("requests"));
  const ProgramResult with_model =
      run_assay({"run", "mini", "-n", "-m", "scripted:hash", "--json"}, in(folder));
  EXPECT_EQ(with_model.exit_code, 0) << with_model.err;
  EXPECT_GT(Json::parse(with_model.out)["tasks"][0]["prompt_tokens"].get<int>(), 0);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Run, ATerminalSeesProgressOnOneLine) {
  const TestFolder folder;
  ProgramOptions options = in(folder);
  options.terminal = true;
  options.environment["TERM"] = "xterm";
  const ProgramResult run = run_assay(kRun, options);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("\r"));
  EXPECT_THAT(run.out, HasSubstr("items/s"));
}

TEST(Run, KilledAtAnyMomentItEndsWithTheSameSummary) {
  std::mt19937 moments(7);
  for (int round = 0; round < 4; ++round) {
    const TestFolder folder;
    ProgramOptions options = in(folder);
    options.while_running = [&](pid_t child) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10 + moments() % 150));
      kill(child, SIGKILL);
    };
    run_assay(kRun, options);
    const ProgramResult rest = run_assay(kRun, in(folder));
    ASSERT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_EQ(summary_of(folder / "r"), undisturbed_summary());
  }
}

TEST(Run, SigtermKeepsWhatWasAnsweredAndSaysHowToGoOn) {
  std::mt19937 moments(11);
  for (int round = 0; round < 4; ++round) {
    const TestFolder folder;
    ProgramOptions options = in(folder);
    options.while_running = [&](pid_t child) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10 + moments() % 150));
      kill(child, round % 2 == 0 ? SIGTERM : SIGINT);
    };
    const ProgramResult stopped = run_assay(kRun, options);
    // Before its handlers are set the signal ends the program at once; after the end it is late.
    EXPECT_THAT(stopped.exit_code, AnyOf(Eq(130), Eq(0), Eq(128 + SIGTERM)));
    if (stopped.exit_code == 130 && stopped.err.find("stopped with") != std::string::npos) {
      EXPECT_THAT(stopped.err, HasSubstr("assay run mini -m scripted:hash -o r"));
    }
    ASSERT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
    EXPECT_EQ(summary_of(folder / "r"), undisturbed_summary());
  }
}

TEST(Run, AFullDiskLosesNothing) {
  const TestFolder folder;
  ProgramOptions options = in(folder);
  options.file_size_limit = 60000;
  const ProgramResult full = run_assay(kRun, options);
  EXPECT_EQ(full.exit_code, 69) << full.err;
  const ProgramResult rest = run_assay(kRun, in(folder));
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  EXPECT_EQ(summary_of(folder / "r"), undisturbed_summary());
}

TEST(Run, AFolderThatCannotBeWritten) {
  const TestFolder folder;
  const ProgramResult run =
      run_assay({"run", "mini", "-m", "scripted:hash", "-o", "/proc/assay-run"}, in(folder));
  EXPECT_EQ(run.exit_code, 69) << run.err;
  EXPECT_THAT(run.err, HasSubstr("/proc/assay-run"));
}

TEST(Run, AFolderOfAnotherRunIsRefusedWithTheDifference) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
  const ProgramResult other =
      run_assay({"run", "mini", "--seed", "5", "-m", "scripted:hash", "-o", "r"}, in(folder));
  EXPECT_EQ(other.exit_code, 64) << other.err;
  EXPECT_THAT(other.err, HasSubstr("seed"));
}

TEST(Run, TwoProcessesOnOneFolder) {
  const TestFolder folder;
  ASSERT_EQ(run_assay(kRun, in(folder)).exit_code, 0);
  const int lock = open((folder / "r/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(flock(lock, LOCK_EX | LOCK_NB), 0);
  const ProgramResult second = run_assay(kRun, in(folder));
  EXPECT_EQ(second.exit_code, 69) << second.err;
  close(lock);
}

class Journal : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_assay(kRun, in(folder_)).exit_code, 0);
    bytes_ = read_bytes(journal());
  }
  fs::path journal() const { return folder_ / "r/journal.jsonl"; }
  void replace(const std::string& bytes) const { folder_.write("r/journal.jsonl", bytes); }
  ProgramResult assay(const std::vector<std::string>& words) const {
    return run_assay(words, in(folder_));
  }

  TestFolder folder_;
  std::string bytes_;
};

TEST_F(Journal, VerifiesAsItIs) {
  const ProgramResult verify = assay({"verify", "r"});
  EXPECT_EQ(verify.exit_code, 0) << verify.err;
  EXPECT_THAT(verify.out, HasSubstr("verified"));
}

TEST_F(Journal, AFlippedByteIsNamed) {
  std::string bytes = bytes_;
  const std::size_t middle = bytes.find("\"prompt_tokens\":", bytes.size() / 3);
  ASSERT_NE(middle, std::string::npos);
  bytes[middle + 16] = static_cast<char>(bytes[middle + 16] ^ 1);  // A digit: still JSON.
  const auto line = 1 + std::count(bytes.begin(), bytes.begin() + static_cast<long>(middle), '\n');
  replace(bytes);
  const ProgramResult verify = assay({"verify", "r"});
  EXPECT_EQ(verify.exit_code, 65);
  EXPECT_THAT(verify.err, HasSubstr(std::to_string(line)));
  EXPECT_EQ(assay({"score", "r"}).exit_code, 65);
  fs::remove(folder_ / "r/summary.json");
  EXPECT_EQ(assay(kRun).exit_code, 65);
  std::vector<std::string> repair = kRun;
  repair.push_back("--repair");
  const ProgramResult repaired = assay(repair);
  ASSERT_EQ(repaired.exit_code, 0) << repaired.err;
  EXPECT_EQ(summary_of(folder_ / "r"), undisturbed_summary());
}

TEST_F(Journal, ATornLastLineIsDroppedAndAskedAgain) {
  replace(bytes_.substr(0, bytes_.size() - 9));
  fs::remove(folder_ / "r/summary.json");
  const ProgramResult again = assay(kRun);
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(summary_of(folder_ / "r"), undisturbed_summary());
}

TEST_F(Journal, ADuplicateIsFound) {
  const std::size_t second = bytes_.find('\n') + 1;
  const std::string line = bytes_.substr(second, bytes_.find('\n', second) + 1 - second);
  replace(bytes_ + line);
  EXPECT_EQ(assay({"verify", "r"}).exit_code, 65);
}

TEST_F(Journal, ScoringAgainGivesTheSame) {
  const std::string before = summary_of(folder_ / "r");
  fs::remove(folder_ / "r/samples.jsonl");
  const ProgramResult score = assay({"score", "r"});
  ASSERT_EQ(score.exit_code, 0) << score.err;
  EXPECT_EQ(summary_of(folder_ / "r"), before);
  EXPECT_TRUE(fs::exists(folder_ / "r/samples.jsonl"));
}

TEST_F(Journal, ReportsInEachForm) {
  EXPECT_THAT(assay({"report", "r"}).out, HasSubstr("# Results"));
  for (const char* file : {"x.md", "x.csv", "x.json"}) {
    const ProgramResult report = assay({"report", "r", "-o", file});
    EXPECT_EQ(report.exit_code, 0) << report.err;
    EXPECT_GT(fs::file_size(folder_ / file), 100U);
  }
  const ProgramResult export_run = assay({"report", "r", "-o", "results.json", "--as", "lm-eval"});
  ASSERT_EQ(export_run.exit_code, 0) << export_run.err;
  const Json results = Json::parse(read_bytes(folder_ / "results.json"));
  for (const auto& [task, hash] : results["task_hashes"].items()) {
    EXPECT_EQ(hash.get<std::string>().size(), 64U);
    EXPECT_TRUE(fs::exists(folder_ / ("samples_" + task + ".jsonl")));
  }
  EXPECT_EQ(assay({"report", "nowhere"}).exit_code, 69);
}

}  // namespace
}  // namespace assay
