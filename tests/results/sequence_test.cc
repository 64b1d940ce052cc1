// A run that stops when its comparison is decided: it finds a difference that is there, claims none
// that is not, ends the same however often it is interrupted, can be verified without its base, and
// refuses a base that was not asked the same.
#include "runtime/sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "assay/digest.h"
#include "results/compare.h"
#include "results/run_folder.h"
#include "results/score.h"
#include "results/sequence_base.h"
#include "results/table.h"
#include "results/verify.h"
#include "runtime/journal.h"
#include "runtime/manifest.h"
#include "tasks/registry.h"
#include "tests/approval/approval.h"
#include "tests/results/run_fixture.h"
#include "tests/results/sample_run.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::MemorySource;
using testing::Notes;
using testing::small_data;
using testing_support::TempFolder;

// Answers multiple choice rightly (the first choice) for a known share of the questions: a model
// with a greater share is right wherever one with a smaller is, but for `luck`, the share of
// questions that are drawn anew for each salt.
class SkilledModel : public Model {
 public:
  SkilledModel(std::string name, double skill, double luck = 0)
      : skill_(skill), luck_(luck), name_(std::move(name)) {
    info_ = inner_->info();
    info_.name = name_;
    info_.identity = name_;
  }
  std::string refuse;  // prepare fails for requests that hold this text
  std::function<void(int units)> on_unit;
  int units = 0;

  const ModelInfo& info() const override { return info_; }
  expected<PreparedRequest> prepare(const Request& request) const override {
    if (!refuse.empty() && dump_line(to_json(request)).find(refuse) != std::string::npos) {
      return data_error("the prompt has 9102 tokens but the context holds 512");
    }
    return inner_->prepare(request);
  }
  expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) override {
    if (on_unit) on_unit(units);
    ++units;
    if (should_stop()) return Error{ErrorCode::kInterrupted, "stopped"};
    auto answers = inner_->answer(unit, should_stop);
    for (std::size_t i = 0; answers && i < unit.size(); ++i) {
      auto* scores = std::get_if<std::vector<ChoiceScore>>(&(*answers)[i]->answer);
      if (scores == nullptr) continue;
      const std::string& question = std::get<Choices>(unit[i].request).contexts.front();
      const bool own = uniform("luck" + question) < luck_;
      const bool right = uniform((own ? name_ : "") + question) < skill_;
      for (std::size_t c = 0; c < scores->size(); ++c) {
        (*scores)[c].loglikelihood = (c == 0) == right ? -1.0 : -2.0 - static_cast<double>(c);
      }
    }
    return answers;
  }
  expected<std::string> render_chat(std::span<const ChatMessage> messages, bool prompt,
                                    bool open) const override {
    return inner_->render_chat(messages, prompt, open);
  }
  std::string token_text(Token token) const override { return inner_->token_text(token); }
  std::optional<std::size_t> count_tokens(std::string_view text) const override {
    return inner_->count_tokens(text);
  }

 private:
  static double uniform(const std::string& text) {
    std::uint64_t hash = fnv1a64(text);
    hash ^= hash >> 31;
    hash *= 0x9E3779B97F4A7C15ULL;
    return static_cast<double>(hash >> 11) * 0x1.0p-53;
  }

  double skill_, luck_;
  std::string name_;
  std::unique_ptr<Model> inner_ = testing::hash_model();
  ModelInfo info_;
};

struct Compared {
  explicit Compared(int items) : data(small_data(items, 6)) {
    settings.targets = {"arc_easy"};
    settings.shots = 0;
  }

  expected<RunOutcome> measure(Model& model, const std::string& folder,
                               const SequenceRequest* sequence = nullptr) {
    RunRequest request;
    request.settings = settings;
    request.folder = folder;
    request.data = &data;
    request.model = &model;
    request.sequence = sequence;
    request.workers = 2;
    request.command_line = "assay run arc_easy";
    return run(request, notes, stop);
  }
  expected<RunOutcome> measure_base(const std::string& folder, double skill) {
    SkilledModel model("base.gguf", skill);
    return measure(model, folder);
  }

  MemorySource data;
  RunSettings settings;
  Notes notes;
  std::atomic<bool> stop{false};
};

std::string bytes_of(const std::string& path) { return read_file(path).value_or(""); }

std::string findings(const std::string& folder) {
  Json summary = Json::parse(bytes_of(folder + "/summary.json"));
  summary.erase("timing");
  Json manifest = Json::parse(bytes_of(folder + "/manifest.json"));
  return dump_pretty(summary) + dump_pretty(manifest.at("decision")) +
         bytes_of(folder + "/samples.jsonl");
}

// The journal without what a clock wrote.
std::string answers(const std::string& folder) {
  std::string text;
  const expected<JournalContents> journal = read_journal(folder + "/journal.jsonl");
  for (JournalUnit unit : journal->units) {
    unit.seconds = 0;
    text += format_unit(unit);
  }
  return text;
}

TEST(SequentialRun, StopsEarlyOnADifferenceThatIsThere) {
  const TempFolder temp;
  Compared compared(900);
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.8));
  SkilledModel worse("worse.gguf", 0.6);
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  const auto outcome = compared.measure(worse, temp / "run", &sequence);
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(outcome->summary.sequence);
  const FamilyOutcome& family = outcome->summary.sequence->families.front();
  EXPECT_EQ(family.verdict, SequenceVerdict::kWorse);
  EXPECT_EQ(family.better, 0U);
  EXPECT_LT(family.asked, 300U);
  EXPECT_LE(family.decided_after, family.asked);
  EXPECT_LT(family.asked - family.decided_after, 16U);  // stopped at the end of its unit
  EXPECT_EQ(family.asked, outcome->answered);
  EXPECT_LT(family.interval.high, 0);
  EXPECT_LE(family.interval.low, -0.2);
  EXPECT_GE(family.interval.high, *family.difference);
  const ResultEntry& entry = *outcome->summary.find("arc_easy");
  EXPECT_EQ(entry.items, family.asked);
  EXPECT_EQ(entry.not_run, 900 - family.asked);
  EXPECT_EQ(entry.errors, 0U);
  EXPECT_EQ(as_estimate(entry.scores.front().value)->n, family.asked);
  EXPECT_THAT(compared.notes.all, HasSubstr("arc_easy: worse than base.gguf"));
  EXPECT_THAT(result_table_text(outcome->summary, {}), HasSubstr("stopped early"));
  const Json manifest = Json::parse(bytes_of(temp / "run/manifest.json"));
  EXPECT_EQ(manifest["decision"]["stopped_early"], true);
  EXPECT_EQ(manifest["sequence"]["order_seed"], 0);
  EXPECT_GE(manifest["decision"]["families"][0]["trace"].size(), 2U);

  // Whoever reads the folder finds the items that were measured, and no others.
  const auto folder = load_run(temp / "run");
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(folder->tasks.front().items.size(), family.asked);
  const std::vector<RunFolder> others = {*folder};
  const auto comparison = compare_runs(*load_run(temp / "base"), others, {});
  ASSERT_TRUE(comparison) << comparison.error().message;
  EXPECT_EQ(comparison->others.front().tasks.front().paired, family.asked);
  EXPECT_THAT(comparison->others.front().notes,
              Contains(HasSubstr("stopped when its comparison with base.gguf was decided")));
  const auto verified = verify_run(temp / "run", compared.data, nullptr);
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->ok()) << verified->problems.front();
  const std::string before = findings(temp / "run");
  ASSERT_TRUE(score_run(temp / "run", compared.data, nullptr));
  EXPECT_EQ(findings(temp / "run"), before);
  const auto again = compared.measure(worse, temp / "run", &sequence);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_finished);
}

TEST(SequentialRun, OfTheSameModelInAnotherOrderClaimsNoDifference) {
  const TempFolder temp;
  Compared compared(600);
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.8));
  for (const std::uint64_t seed : {0U, 1U, 2U}) {
    SkilledModel same("base.gguf", 0.8);
    const SequenceRequest sequence =
        sequence_against(temp / "base", {.alpha = 0.05, .margin = 0.01, .order_seed = seed});
    const std::string folder = temp / ("run" + std::to_string(seed));
    const auto outcome = compared.measure(same, folder, &sequence);
    ASSERT_TRUE(outcome) << outcome.error().message;
    const FamilyOutcome& family = outcome->summary.sequence->families.front();
    EXPECT_EQ(family.verdict, SequenceVerdict::kWithinMargin);
    EXPECT_LT(family.asked, 600U);
    EXPECT_THAT(decision_sentence(family, *outcome->summary.sequence),
                HasSubstr("within 1 point of base.gguf"));
  }
  EXPECT_NE(answers(temp / "run0"), answers(temp / "run1"));
}

TEST(SequentialRun, InterruptedAfterEveryUnitItEndsTheSame) {
  const TempFolder temp;
  Compared compared(700);
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.75));
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  SkilledModel undisturbed("worse.gguf", 0.6, 0.1);
  ASSERT_TRUE(compared.measure(undisturbed, temp / "whole", &sequence));
  SkilledModel stopped("worse.gguf", 0.6, 0.1);
  stopped.on_unit = [&](int units) { compared.stop = units % 2 == 1; };
  int sessions = 0;
  while (true) {
    const auto outcome = compared.measure(stopped, temp / "run", &sequence);
    ASSERT_TRUE(outcome) << outcome.error().message;
    if (!outcome->interrupted) break;
    compared.stop = false;
    stopped.units = 0;
    ASSERT_LT(++sessions, 60);
  }
  EXPECT_GT(sessions, 2);
  EXPECT_EQ(findings(temp / "run"), findings(temp / "whole"));
  EXPECT_EQ(answers(temp / "run"), answers(temp / "whole"));
}

TEST(SequentialRun, EveryTruncationOfTheJournalGivesTheSame) {
  const TempFolder temp;
  Compared compared(700);
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.75));
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  SkilledModel worse("worse.gguf", 0.55, 0.1);
  ASSERT_TRUE(compared.measure(worse, temp / "run", &sequence));
  const std::string whole = findings(temp / "run");
  const std::string all_answers = answers(temp / "run");
  const std::string journal = bytes_of(temp / "run/journal.jsonl");
  for (std::size_t part = 0; part <= 10; ++part) {
    const std::string kept = journal.substr(0, journal.size() * part / 10);
    std::filesystem::remove(temp / "run/summary.json");
    std::ofstream(temp / "run/journal.jsonl", std::ios::binary) << kept;
    const auto unfinished = verify_run(temp / "run", compared.data, nullptr);
    ASSERT_TRUE(unfinished);
    EXPECT_FALSE(unfinished->ok());  // at 10: the summary is missing
    ASSERT_TRUE(compared.measure(worse, temp / "run", &sequence)) << part;
    ASSERT_EQ(findings(temp / "run"), whole) << part;
    ASSERT_EQ(answers(temp / "run"), all_answers) << part;
    EXPECT_TRUE(verify_run(temp / "run", compared.data, nullptr)->ok());
  }
}

TEST(SequentialRun, AnotherDecisionInTheManifestIsFound) {
  const TempFolder temp;
  Compared compared(400);
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.9));
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  SkilledModel worse("worse.gguf", 0.5);
  ASSERT_TRUE(compared.measure(worse, temp / "run", &sequence));
  std::string manifest = bytes_of(temp / "run/manifest.json");
  const std::size_t at = manifest.find("\"verdict\": \"worse\"");
  ASSERT_NE(at, std::string::npos);
  manifest.replace(at, 18, "\"verdict\": \"better\"");
  std::ofstream(temp / "run/manifest.json", std::ios::binary) << manifest;
  const auto verified = verify_run(temp / "run", compared.data, nullptr);
  ASSERT_TRUE(verified);
  ASSERT_FALSE(verified->ok());
  EXPECT_THAT(verified->problems.front(), HasSubstr("its decision is not what the journal gives"));
}

TEST(SequentialRun, ItemsThatFailHereWidenTheIntervalAndAreErrors) {
  const TempFolder temp;
  Compared compared(200);
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.8));
  SkilledModel same("base.gguf", 0.8);
  same.refuse = "follows 1";  // 1, 10 to 19, 100 to 199: 111 of 200
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  const auto outcome = compared.measure(same, temp / "run", &sequence);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const FamilyOutcome& family = outcome->summary.sequence->families.front();
  EXPECT_EQ(family.verdict, SequenceVerdict::kUndecided);
  EXPECT_EQ(family.asked, 200U);
  EXPECT_EQ(family.paired, 89U);
  EXPECT_EQ(*family.difference, 0);
  // Each of the 111 could have been right where the base was wrong, and the other way round.
  EXPECT_NEAR(family.interval.high - family.interval.low, 111.0 / 200, 1e-12);
  EXPECT_EQ(outcome->summary.find("arc_easy")->errors, 111U);
  EXPECT_EQ(outcome->summary.find("arc_easy")->not_run, 0U);
}

TEST(SequentialRun, ABaseThatWasNotAskedTheSameIsRefusedWithEachDifference) {
  const TempFolder temp;
  Compared compared(60);
  compared.settings.targets = {"arc_easy", "gsm8k"};
  compared.settings.temperature = 0.5;
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.8));
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  SkilledModel model("other.gguf", 0.8);
  const auto refused = [&](const RunSettings& settings) {
    compared.settings = settings;
    const auto outcome = compared.measure(model, temp / "run", &sequence);
    EXPECT_FALSE(outcome);
    EXPECT_FALSE(std::filesystem::exists(temp / "run/journal.jsonl"));
    if (outcome) return std::string();
    EXPECT_EQ(outcome.error().code, ErrorCode::kUsage);
    return outcome.error().message;
  };
  const RunSettings asked = compared.settings;
  RunSettings other = asked;
  other.seed = 77;
  other.max_tokens = 9;
  EXPECT_THAT(refused(other),
              HasSubstr("tasks gsm8k.generation.sampling.seed: 1234 there, 77 here"));
  EXPECT_THAT(refused(other), HasSubstr("max_tokens: 256 there, 9 here"));
  other = asked;
  other.shots = 2;
  EXPECT_THAT(refused(other), HasSubstr("tasks arc_easy.shots: 0 there, 2 here"));
  EXPECT_THAT(refused(other), HasSubstr("asked in other words"));
  other = asked;
  other.chat = true;
  EXPECT_THAT(refused(other), HasSubstr("settings.chat: false there, true here"));
  other = asked;
  other.targets = {"arc_easy", "arc_challenge"};
  std::vector<Json> rows = compared.data.load("arc", "ARC-Easy", "test")->rows;
  compared.data.add("arc/ARC-Challenge/test", rows).add("arc/ARC-Challenge/train", rows);
  compared.data.add("arc/ARC-Challenge/validation", rows);
  EXPECT_THAT(refused(other), HasSubstr("task arc_challenge is not in that run"));
  rows.resize(40);
  compared.data.add("arc/ARC-Easy/test", rows);
  EXPECT_THAT(refused(asked), HasSubstr("tasks arc_easy.data_sha256"));
}

TEST(SequentialRun, ABaseThatLacksItemsOrIsNotFinishedIsRefused) {
  const TempFolder temp;
  Compared compared(60);
  compared.settings.limit = 30;
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.8));
  compared.settings.limit = {};
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  SkilledModel model("other.gguf", 0.8);
  const auto lacking = compared.measure(model, temp / "run", &sequence);
  ASSERT_FALSE(lacking);
  EXPECT_THAT(lacking.error().message, HasSubstr("30 of the 60 items of task arc_easy"));

  std::filesystem::remove(temp / "base/summary.json");
  const auto unfinished = compared.measure(model, temp / "run", &sequence);
  ASSERT_FALSE(unfinished);
  EXPECT_EQ(unfinished.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(unfinished.error().message, HasSubstr("is not finished"));
  const SequenceRequest nowhere = sequence_against(temp / "nowhere", {});
  EXPECT_THAT(compared.measure(model, temp / "run", &nowhere).error().message,
              HasSubstr("not a run folder"));
}

TEST(SequentialRun, ABaseFullOfItemErrorsIsRefused) {
  const TempFolder temp;
  Compared compared(60);
  SkilledModel base("base.gguf", 0.8);
  base.refuse = "follows 1";  // 11 of 60
  ASSERT_TRUE(compared.measure(base, temp / "base"));
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  SkilledModel model("other.gguf", 0.8);
  const auto refused = compared.measure(model, temp / "run", &sequence);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("11 of 60 items have no score in the base run"));
}

TEST(SequentialRun, AnotherRuleIsAnotherRun) {
  const TempFolder temp;
  Compared compared(100);
  ASSERT_TRUE(compared.measure_base(temp / "base", 0.8));
  SkilledModel model("other.gguf", 0.8);
  const SequenceRequest sequence = sequence_against(temp / "base", {});
  ASSERT_TRUE(compared.measure(model, temp / "run", &sequence));
  const SequenceRequest other = sequence_against(temp / "base", {.alpha = 0.05, .margin = 0.02});
  const auto refused = compared.measure(model, temp / "run", &other);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("sequence.margin: 0.01 -> 0.02"));
  EXPECT_FALSE(compared.measure(model, temp / "run"));  // without a sequence
}

// The arrangement -------------------------------------------------------------------------------

TEST(ArrangeSequence, BlocksOfAGroupHoldEveryTaskAndUnitsHoldOneTaskEach) {
  const std::vector<std::string> names = {"mmlu_anatomy", "gsm8k", "mmlu_astronomy",
                                          "mmlu_college_physics", "arc_easy"};
  const std::vector<std::size_t> sizes = {40, 70, 90, 10, 25};
  Plan plan;
  SequenceBase base{"base.gguf", "f00d", {}};
  for (std::size_t t = 0; t < names.size(); ++t) {
    PlannedTask planned;
    planned.loaded.task = find_task(names[t]);
    ASSERT_NE(planned.loaded.task, nullptr) << names[t];
    for (std::size_t i = 0; i < sizes[t]; ++i) {
      planned.loaded.items.add({std::to_string(i), "", i, Json()});
    }
    plan.tasks.push_back(std::move(planned));
    base.tasks.push_back({"acc", "none", "", std::vector<std::optional<double>>(sizes[t], 1.0)});
  }
  base.tasks[4].why_not = "it has no score between 0 and 1";
  plan.groups = {find_group("mmlu_stem")};
  const std::vector<Family> families = families_of(plan);
  ASSERT_EQ(families.size(), 3U);
  EXPECT_EQ(families[0].name, "mmlu_stem");
  EXPECT_EQ(families[0].tasks, (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(families[1].name, "gsm8k");

  const Json sequence = arrange_sequence(plan, {.alpha = 0.06}, base);
  EXPECT_EQ(sequence["families"][0]["block"], 32);
  EXPECT_EQ(sequence["families"][0]["strata"], 3);
  EXPECT_EQ(sequence["families"][1]["block"], 1);
  EXPECT_EQ(sequence["families"][0]["alpha"], 0.03);  // shared by the two that are compared
  EXPECT_EQ(sequence["families"][1]["alpha"], 0.03);
  EXPECT_THAT(sequence["families"][2]["why_not"].get<std::string>(), HasSubstr("no score"));
  std::vector<std::set<std::size_t>> seen(names.size());
  std::vector<std::size_t> in_block(names.size());
  std::size_t taken = 0;
  for (const Unit& unit : plan.units) {
    EXPECT_EQ(unit.index, static_cast<std::size_t>(&unit - plan.units.data()));
    ASSERT_LE(unit.size(), 16U);
    for (const std::size_t i : unit.positions) EXPECT_TRUE(seen[unit.task].insert(i).second);
    if (unit.task != 0 && unit.task != 2 && unit.task != 3) continue;
    in_block[unit.task] += unit.size();
    taken += unit.size();
    if (taken == 32) {  // the first block: 140 items, of which 40, 90 and 10
      EXPECT_NEAR(static_cast<double>(in_block[0]), 32 * 40 / 140.0, 1);
      EXPECT_NEAR(static_cast<double>(in_block[2]), 32 * 90 / 140.0, 1);
      EXPECT_NEAR(static_cast<double>(in_block[3]), 32 * 10 / 140.0, 1);
    }
  }
  for (std::size_t t = 0; t < names.size(); ++t) EXPECT_EQ(seen[t].size(), sizes[t]);
}

// Texts that people read
// ---------------------------------------------------------------------------

SequenceOutcome sample_outcome() {
  SequenceOutcome outcome;
  outcome.against = "base-F16.gguf";
  outcome.alpha = 0.05;
  outcome.margin = 0.01;
  outcome.order_seed = 3;
  FamilyOutcome worse{"gsm8k", "", SequenceVerdict::kWorse, 1319, 416, 1300, 410, 398, 0.0125};
  worse.difference = -0.0634;
  worse.interval = {-0.098, -0.0291};
  worse.trace = {{16, {-0.6, 0.4}}, {398, {-0.099, -0.029}}};
  FamilyOutcome within{"mmlu", "",    SequenceVerdict::kWithinMargin, 14042, 9120, 14042, 9120,
                       9120,   0.0125};
  within.difference = 0.0004;
  within.interval = {-0.0095, 0.0098};
  FamilyOutcome open{"humaneval", "", SequenceVerdict::kUndecided, 164, 164, 164, 164, 0, 0.0125};
  open.difference = -0.0122;
  open.interval = {-0.0122, -0.0122};
  FamilyOutcome none{"wikitext", "it has no score between 0 and 1"};
  none.items = none.asked = 62;
  outcome.families = {worse, within, open, none};
  return outcome;
}

TEST(SequenceTable, Approved) {
  RunFolder run = test::sample_run();
  run.summary.sequence = sample_outcome();
  run.summary.timing.saved_seconds = 1830;
  for (ResultEntry& entry : run.summary.entries) entry.not_run = entry.name == "gsm8k" ? 903 : 0;
  test::expect_approved("result_table_sequence", result_table_text(run.summary, {0, run.path}));
}

TEST(SequenceOutcome, ReadsBackAsWritten) {
  const Json written = to_json(sample_outcome());
  const auto read = sequence_outcome_from_json(written);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), written);
  EXPECT_FALSE(sequence_outcome_from_json({{"against", 3}}));
}

TEST(SequenceOutcome, AllTogetherWeighsFamiliesByTheirItems) {
  SequenceOutcome outcome = sample_outcome();
  outcome.families.resize(2);
  const auto overall = overall_outcome(outcome);
  ASSERT_TRUE(overall);
  const double all = 1300 + 14042;
  EXPECT_NEAR(overall->difference, (1300 * -0.0634 + 14042 * 0.0004) / all, 1e-15);
  EXPECT_NEAR(overall->interval.low, (1300 * -0.098 + 14042 * -0.0095) / all, 1e-15);
  EXPECT_NEAR(overall->interval.high, (1300 * -0.0291 + 14042 * 0.0098) / all, 1e-15);
}

}  // namespace
}  // namespace assay
