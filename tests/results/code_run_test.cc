// Runs of code tasks from answers to reports: outcomes counted against a plain recount, pass@k over
// k against its formula, --unsafe-exec said in every form, and what verify says with and without a
// way to run programs again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "assay/digest.h"
#include "results/lm_eval_export.h"
#include "results/report.h"
#include "results/score.h"
#include "results/table.h"
#include "results/verify.h"
#include "scorers/code_judgement.h"
#include "scorers/pass_at_k.h"
#include "tests/approval/approval.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using testing::SmallRun;
using testing_support::TempFolder;

// Ends programs by their hash, in every way there is; `flip` ends one kind in another way.
class HashedEndings : public CodeExecutor {
 public:
  std::string isolation = "bubblewrap";
  std::optional<CodeOutcome> flip;
  std::string refuse;  // programs that hold this text do not start

  expected<CodeVerdict> run(const std::string& program, const std::string&) override {
    if (!refuse.empty() && program.find(refuse) != std::string::npos) {
      return unavailable("the sandbox did not start: no memory");
    }
    CodeOutcome kind = kCodeOutcomes[fnv1a64(program) % 8];
    if (flip && kind == *flip) kind = CodeOutcome::kFailedAssertion;
    CodeVerdict verdict{kind == CodeOutcome::kPassed, "", kind};
    if (kind == CodeOutcome::kRaised) {
      verdict.detail = fnv1a64(program + "?") % 2 == 0 ? "KeyError: 3" : "TypeError: no";
    }
    return verdict;
  }
  Json describe() const override {
    return {{"isolation", isolation}, {"layers", {"one layer", "another"}}};
  }
};

struct CodeRun : SmallRun {
  explicit CodeRun(const std::string& path, int problems = 12, int samples = 6) : SmallRun(path) {
    std::vector<Json> rows;
    for (int i = 0; i < problems; ++i) {
      rows.push_back({{"task_id", fmt::format("Mini/{}", i)},
                      {"prompt", fmt::format("def f{}():\n", i)},
                      {"canonical_solution", "    return 1\n"},
                      {"test", "def check(f):\n    assert f() == 1\n"},
                      {"entry_point", fmt::format("f{}", i)}});
    }
    data.add("mini/humaneval//test", rows);
    settings.targets = {"mini-humaneval"};
    settings.shots.reset();
    settings.samples = samples;
    settings.temperature = 0.8;
  }
  expected<RunOutcome> go_with(CodeExecutor* executor) {
    RunRequest request;
    request.settings = settings;
    request.folder = folder;
    request.data = &data;
    request.model = &model;
    request.executor = executor;
    request.workers = 2;
    request.command_line = "assay run mini-humaneval";
    return run(request, notes, stop);
  }
};

TEST(CodeRun, LimitsThatTestsAskForStandInTheManifest) {
  const TempFolder folder;
  HashedEndings executor;
  CodeRun plain(folder / "plain", 3, 1);
  ASSERT_TRUE(plain.go_with(&executor));
  EXPECT_FALSE(Json::parse(plain.file("manifest.json"))["tasks"][0].contains("code_limits"));

  CodeRun asking(folder / "asking", 3, 1);
  std::vector<Json> rows = asking.data.load("mini/humaneval", "", "test")->rows;
  rows[1]["test"] = "# limits: cpu_seconds=9\n" + rows[1]["test"].get<std::string>();
  asking.data.add("mini/humaneval//test", rows);
  ASSERT_TRUE(asking.go_with(&executor));
  const Json usual = {{"cpu_seconds", 3.0}, {"wall_seconds", 10.0}, {"memory_bytes", 1073741824}};
  Json expected_limits = usual;
  expected_limits["items"]["Mini/1"] = usual;
  expected_limits["items"]["Mini/1"]["cpu_seconds"] = 9.0;
  EXPECT_EQ(Json::parse(asking.file("manifest.json"))["tasks"][0]["code_limits"], expected_limits);
}

TEST(CodeRun, OutcomesAndTheCurveAreThoseOfTheSamples) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  HashedEndings executor;
  const auto outcome = small.go_with(&executor);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const ResultEntry* entry = outcome->summary.find("mini-humaneval");
  ASSERT_EQ(entry->code.size(), 1U);
  const CodeSummary& code = entry->code.front();

  // The recount, from the lines of samples.jsonl alone.
  std::map<std::string, std::size_t> kinds;
  std::map<std::string, std::size_t> raised;
  std::vector<std::size_t> passed;
  std::size_t distinct = 0;
  std::istringstream lines(small.file("samples.jsonl"));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const Json sample = Json::parse(line);
    std::set<std::string> texts;
    for (const Json& program : sample["filtered"][0]) {
      texts.insert(normalised_program(program.get<std::string>()));
    }
    distinct += texts.size();
    passed.push_back(0);
    for (const Json& program : sample["programs"]) {
      const std::string kind = program["outcome"];
      ++kinds[kind];
      if (kind == "passed") ++passed.back();
      if (kind == "raised") ++raised[program["detail"].get<std::string>().substr(0, 4)];
    }
  }
  EXPECT_EQ(code.problems, 12U);
  EXPECT_EQ(code.programs, 72U);
  EXPECT_EQ(code.distinct, distinct);
  ASSERT_EQ(code.outcomes.size(), std::size(kCodeOutcomes));
  std::size_t total = 0;
  for (const OutcomeCount& count : code.outcomes) {
    EXPECT_EQ(count.count, kinds[to_string(count.kind)]) << to_string(count.kind);
    total += count.count;
    for (const auto& [group, n] : count.groups) EXPECT_EQ(n, raised[group.substr(0, 4)]) << group;
  }
  EXPECT_EQ(total, 72U);
  EXPECT_EQ(code.outcomes.back().count, 0U) << "did not start";

  ASSERT_EQ(code.curve.size(), 6U);
  for (std::size_t k = 1; k <= 6; ++k) {
    double sum = 0;
    for (const std::size_t c : passed) sum += pass_at_k(6, c, k);
    const Estimate* point = as_estimate(code.curve[k - 1].value);
    ASSERT_NE(point, nullptr);
    EXPECT_EQ(code.curve[k - 1].k, k);
    EXPECT_NEAR(point->value, sum / 12, 1e-12);
    EXPECT_EQ(point->n, 12U);
    ASSERT_TRUE(point->interval);
    if (k < 6) {
      EXPECT_EQ(point->interval_method, "clustered");
    }
  }
  for (const Score& score : entry->scores) {
    const std::size_t k = score.metric == "pass@1" ? 1 : 5;
    EXPECT_EQ(dump_line(to_json(score.value)), dump_line(to_json(code.curve[k - 1].value)));
  }
  const auto back = summary_from_json(to_json(outcome->summary));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), to_json(outcome->summary));
}

// What people read of a run of code: every outcome with its count, the curve, how it was run.
TEST(CodeRun, TextsAreApproved) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  HashedEndings executor;
  auto outcome = small.go_with(&executor);
  ASSERT_TRUE(outcome) << outcome.error().message;
  outcome->summary.timing = {};
  test::expect_approved("result_table_code", result_table_text(outcome->summary, {0, "runs/code"}));
  auto loaded = load_run(small.folder);
  ASSERT_TRUE(loaded) << loaded.error().message;
  std::vector<RunFolder> runs;
  runs.push_back(std::move(*loaded));
  const std::string report = markdown_report(runs);
  const std::size_t begin = report.find("\nmini-humaneval (create_test):");
  const std::size_t end = report.find("\nHow it was run");
  ASSERT_NE(begin, std::string::npos);
  ASSERT_LT(begin, end);
  test::expect_approved("report_code.md", report.substr(begin + 1, end - begin - 1));
}

TEST(CodeRun, AProgramThatDidNotStartIsAnItemErrorAndNoWrongAnswer) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  HashedEndings executor;
  executor.refuse = "def f3()";
  const auto outcome = small.go_with(&executor);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const ResultEntry* entry = outcome->summary.find("mini-humaneval");
  EXPECT_EQ(entry->errors, 1U);
  EXPECT_THAT(entry->error_reasons.at(0).reason, HasSubstr("did not start"));
  EXPECT_EQ(entry->scores.at(0).errors, 1U);
  EXPECT_EQ(as_estimate(entry->scores.at(0).value)->n, 11U);
  EXPECT_EQ(entry->code.at(0).outcomes.back().count, 6U);
  EXPECT_EQ(as_estimate(entry->code.at(0).curve.at(0).value)->n, 11U);

  // The same line again, on a machine that can: nothing is asked, what did not start is judged.
  executor.refuse.clear();
  const auto again = small.go_with(&executor);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(as_estimate(again->summary.find("mini-humaneval")->scores.at(0).value)->n, 12U);
  EXPECT_EQ(again->summary.find("mini-humaneval")->errors, 0U);
}

TEST(CodeRun, NothingRunIsNotRunAndNoCurve) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  const auto outcome = small.go_with(nullptr);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const ResultEntry* entry = outcome->summary.find("mini-humaneval");
  EXPECT_TRUE(std::holds_alternative<NotRun>(entry->scores.at(0).value));
  EXPECT_EQ(entry->errors, 0U);
  EXPECT_TRUE(entry->code.at(0).curve.empty());
  EXPECT_TRUE(entry->code.at(0).outcomes.empty());
  EXPECT_EQ(execution_text(outcome->summary.execution), "");
}

TEST(CodeRun, WithoutASandboxEveryReportSaysSo) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  HashedEndings executor;
  executor.isolation = "none (--unsafe-exec)";
  ASSERT_TRUE(small.go_with(&executor));
  const auto run = load_run(small.folder);
  ASSERT_TRUE(run) << run.error().message;
  const std::vector<RunFolder> runs = {*run};
  EXPECT_THAT(result_table_text(run->summary, {}), HasSubstr("UNSAFE"));
  EXPECT_THAT(result_table_text(run->summary, {}), HasSubstr("--unsafe-exec"));
  EXPECT_THAT(markdown_report(runs), HasSubstr("without a sandbox (--unsafe-exec)"));
  EXPECT_THAT(csv_report(runs), HasSubstr("none (--unsafe-exec)"));
  const Json json = Json::parse(json_report(runs));
  EXPECT_EQ(json["runs"][0]["summary"]["code"]["isolation"], "none (--unsafe-exec)");
  EXPECT_EQ(json["runs"][0]["summary"]["code"]["layers"].size(), 2U);
  const auto exported = lm_eval_results(*run, Json::object());
  ASSERT_TRUE(exported) << exported.error().message;
  EXPECT_EQ((*exported)["assay"]["code"]["isolation"], "none (--unsafe-exec)");
  EXPECT_THAT((*exported)["assay"]["code"]["note"].get<std::string>(), HasSubstr("UNSAFE"));

  // Judged again in a sandbox, nothing says so any more.
  executor.isolation = "bubblewrap";
  const auto again = score_run(small.folder, small.data, &executor);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(execution_text(again->execution), "what the model wrote ran in bubblewrap");
  EXPECT_THAT(small.file("manifest.json"), Not(HasSubstr("unsafe")));
  EXPECT_THAT(small.file("summary.json"), Not(HasSubstr("unsafe")));
}

TEST(VerifyCode, RunsProgramsAgainOrSaysThatItDidNot) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  HashedEndings executor;
  ASSERT_TRUE(small.go_with(&executor));
  const auto again = verify_run(small.folder, small.data, &executor);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->ok()) << again->problems.front();
  EXPECT_EQ(again->programs, 72U);
  EXPECT_TRUE(again->not_checked.empty());
  const auto without = verify_run(small.folder, small.data, nullptr, "no isolation: a test");
  ASSERT_TRUE(without) << without.error().message;
  EXPECT_TRUE(without->ok()) << without->problems.front();
  EXPECT_EQ(without->programs, 0U);
  EXPECT_EQ(without->figures, again->figures) << "what follows from the verdicts is still checked";
  ASSERT_EQ(without->not_checked.size(), 1U);
  EXPECT_THAT(without->not_checked[0], HasSubstr("mini-humaneval: how its 72 programs ended"));
  EXPECT_THAT(without->not_checked[0], HasSubstr("no isolation: a test"));
}

TEST(VerifyCode, NamesTheProgramThatEndsInAnotherWay) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  HashedEndings executor;
  ASSERT_TRUE(small.go_with(&executor));
  executor.flip = CodeOutcome::kPassed;
  const auto report = verify_run(small.folder, small.data, &executor);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_FALSE(report->ok());
  EXPECT_THAT(report->problems.front(),
              HasSubstr("it passed, and run again it failed an assertion"));
  EXPECT_THAT(report->problems.front(), HasSubstr("item Mini/"));
}

TEST(VerifyCode, AVerdictChangedInTheRecordIsNoticedWithoutRunningAnything) {
  const TempFolder folder;
  CodeRun small(folder / "run");
  HashedEndings executor;
  ASSERT_TRUE(small.go_with(&executor));
  std::string samples = small.file("samples.jsonl");
  const std::string was = R"({"outcome":"timed out"})";
  const std::size_t at = samples.find(was);
  ASSERT_NE(at, std::string::npos);
  small.write("samples.jsonl", samples.replace(at, was.size(), R"({"outcome":"passed"})"));
  const auto report = verify_run(small.folder, small.data, nullptr);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->ok());
}

}  // namespace
}  // namespace assay
