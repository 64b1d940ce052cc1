// Runs with --keep-probs: what two of them say about whole next-token distributions against those
// distributions themselves, where generated texts part, and that the records survive interruption,
// are verified, and are part of what a run is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "results/compare.h"
#include "results/comparison_json.h"
#include "results/comparison_text.h"
#include "results/html_report.h"
#include "results/page/html_page.h"
#include "results/report.h"
#include "results/verify.h"
#include "runtime/journal_line.h"
#include "runtime/kept_tokens.h"
#include "runtime/sampler.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::SmallRun;
using testing::TestModel;
using testing_support::TempFolder;

constexpr std::size_t kVocabulary = 300;

// A whole row that depends on the tokens in front of it, and a little on the model.
std::vector<float> row_of(std::uint32_t path, double other) {
  std::vector<float> row;
  SplitMix64 shared(path);
  SplitMix64 own(path ^ 0x5bd1e995U);
  for (std::size_t i = 0; i < kVocabulary; ++i) {
    const double head = i < 12 ? 6 : 0;
    row.push_back(static_cast<float>(head + 4 * shared.next_unit() + other * own.next_unit()));
  }
  return row;
}

// Tokens are bytes. Keeps rows as asked; `other` makes its distributions another model's.
class KeepingModel : public TestModel {
 public:
  explicit KeepingModel(double of) : other(of), info_(TestModel::info()) {
    info_.name = fmt::format("m-{}.gguf", other);
    info_.identity = info_.name;
    info_.manifest = {{"vocabulary", kVocabulary}};
  }
  const double other;
  bool with_ids = true;
  std::map<std::string, std::vector<std::uint32_t>> paths;  // kept, by prompt

  const ModelInfo& info() const override { return info_; }
  bool keeps_top_tokens() const override { return true; }
  expected<std::vector<expected<Response>>> answer(std::span<const PreparedRequest> unit,
                                                   const std::function<bool()>& stop) override {
    auto answers = TestModel::answer(unit, stop);
    if (!answers) return answers;
    for (std::size_t i = 0; i < unit.size(); ++i) {
      if ((*answers)[i]) keep(unit[i], *(*answers)[i]);
    }
    return answers;
  }

 private:
  void keep(const PreparedRequest& prepared, Response& response) {
    std::vector<std::uint32_t> kept;
    std::string prompt;
    if (const auto* completion = std::get_if<Completion>(&prepared.request)) {
      prompt = completion->prompt;
      Generation& text = std::get<std::vector<Generation>>(response.answer).front();
      std::vector<std::int32_t> ids;
      PathDigest digest;
      for (const Token token : prepared.sequences.front().context) digest.add(token);
      for (const char c : text.text) {
        if (kept.size() < kKeptPositions) kept.push_back(digest.value());
        ids.push_back(static_cast<unsigned char>(c));
        digest.add(ids.back());
      }
      if (with_ids) text.token_ids = ids;
    } else {
      prompt = std::get<Choices>(prepared.request).contexts.front();
      for (const KeptPosition& position : kept_positions(prepared)) kept.push_back(position.path);
    }
    if (prepared.keep_top == 0) return;
    KeptTokens record{prepared.keep_top, kVocabulary, {}};
    for (const std::uint32_t path : kept) {
      record.positions.push_back(
          *top_tokens(row_of(path, other), static_cast<std::size_t>(prepared.keep_top)));
      record.positions.back().path = path;
    }
    response.top_tokens = encode_kept(record);
    paths[prompt] = kept;
  }

  ModelInfo info_;
};

struct KeepingRun : SmallRun {
  KeepingRun(const std::string& path, double other, int arc = 40, int gsm8k = 6)
      : SmallRun(path, arc, gsm8k), keeping(other) {
    settings.keep_probs = 16;
  }
  expected<RunOutcome> start() {
    RunRequest request;
    request.settings = settings;
    request.folder = folder;
    request.data = &data;
    request.model = &keeping;
    request.workers = 2;
    return run(request, notes, stop);
  }
  RunFolder loaded() const {
    const expected<RunFolder> run = load_run(folder);
    EXPECT_TRUE(run) << run.error().message;
    return run ? *run : RunFolder{};
  }
  KeepingModel keeping;
};

struct Exact {
  double kl = 0, variation = 0;
};
Exact exact_distance(std::uint32_t path, double a, double b) {
  const auto softmax = [&](double other) {
    std::vector<long double> p;
    long double total = 0;
    for (const float x : row_of(path, other)) total += std::exp(static_cast<long double>(x));
    for (const float x : row_of(path, other)) {
      p.push_back(std::exp(static_cast<long double>(x)) / total);
    }
    return p;
  };
  const std::vector<long double> p = softmax(a);
  const std::vector<long double> q = softmax(b);
  long double kl = 0;
  long double variation = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    kl += p[i] * std::log(p[i] / q[i]);
    variation += std::fabs(p[i] - q[i]) / 2;
  }
  return {static_cast<double>(kl), static_cast<double>(variation)};
}

const TaskComparison& task_in(const Comparison& c, const std::string& name) {
  const auto& tasks = c.others.front().tasks;
  return *std::find_if(tasks.begin(), tasks.end(), [&](const auto& t) { return t.name == name; });
}

TEST(KeepProbs, WholeDistributionsLieWithinWhatACompareSays) {
  const TempFolder temp;
  KeepingRun base(temp / "a", 0);
  KeepingRun other(temp / "b", 0.8);
  other.keeping.say = " The answer is";  // a beginning of every text: only that far alike
  ASSERT_TRUE(base.start());
  ASSERT_TRUE(other.start());
  const std::vector<RunFolder> others = {other.loaded()};
  const RunFolder first = base.loaded();
  const expected<Comparison> c = compare_runs(first, others, {});
  ASSERT_TRUE(c) << c.error().message;
  std::size_t positions = 0;
  for (const TaskRecord& task : first.tasks) {
    Exact mean;
    std::size_t of_task = 0;
    for (const ItemRecord& item : task.items) {
      const Request& request = *item.evidence.request;
      const auto* choices = std::get_if<Choices>(&request);
      const std::string& prompt =
          choices != nullptr ? choices->contexts.front() : std::get<Completion>(request).prompt;
      const auto& kept = base.keeping.paths.at(prompt);
      const auto& twin = other.keeping.paths.at(prompt);
      Exact of_item;
      double count = 0;
      for (const std::uint32_t path : kept) {
        if (std::find(twin.begin(), twin.end(), path) == twin.end()) continue;
        const Exact d = exact_distance(path, 0, 0.8);
        of_item.kl += d.kl;
        of_item.variation += d.variation;
        ++count;
      }
      ASSERT_GT(count, 0);
      of_task += static_cast<std::size_t>(count);
      mean.kl += of_item.kl / count / static_cast<double>(task.items.size());
      mean.variation += of_item.variation / count / static_cast<double>(task.items.size());
    }
    const NextTokenShift& shift = *task_in(*c, task.name).next_token;
    EXPECT_EQ(shift.positions, of_task) << task.name;
    EXPECT_EQ(shift.kl->n, task.items.size());
    EXPECT_LE(shift.kl->value, mean.kl);
    EXPECT_GT(shift.kl->value, 0.3 * mean.kl) << "the records hold most of the probability";
    EXPECT_GE(*shift.kl_at_most, mean.kl);
    EXPECT_LE(shift.variation.value, mean.variation);
    EXPECT_GE(shift.variation_at_most, mean.variation);
    EXPECT_LT(shift.variation_at_most - shift.variation.value, 1 - shift.covered + 1e-5);
    EXPECT_EQ(shift.infinite, 0U);
    positions += of_task;
  }
  EXPECT_GT(positions, 100U);
  // The texts part after " The answer is": what comes later is not compared.
  const NextTokenShift& texts = *task_in(*c, "gsm8k").next_token;
  EXPECT_EQ(texts.positions, 6U * 14);
  EXPECT_EQ(texts.unlike, 6U * 2);

  const Json json = to_json(*c);
  for (const Json& task : json["others"][0]["tasks"]) {
    const NextTokenShift& shift = *task_in(*c, task["name"]).next_token;
    const Json& next = task["next_token"];
    EXPECT_EQ(next["kl"]["value"].get<double>(), shift.kl->value);
    EXPECT_EQ(next["kl"]["at_most"].get<double>(), *shift.kl_at_most);
    EXPECT_EQ(next["kl"]["interval"][0].get<double>(), shift.kl->interval->low);
    EXPECT_EQ(next["total_variation"]["value"].get<double>(), shift.variation.value);
    EXPECT_EQ(next["total_variation"]["at_most"].get<double>(), shift.variation_at_most);
    EXPECT_EQ(next["covered"].get<double>(), shift.covered);
    EXPECT_EQ(next["positions"].get<std::size_t>(), shift.positions);
    EXPECT_EQ(next["unlike"].get<std::size_t>(), shift.unlike);
  }
  EXPECT_THAT(comparison_text(*c), HasSubstr("next-token KL"));
}

// The Markdown, the page and the JSON of a report say what the comparison says.
TEST(KeepProbs, ReportsHaveTheDistancesWithTheirBounds) {
  const TempFolder temp;
  KeepingRun base(temp / "a", 0);
  KeepingRun other(temp / "b", 0.8);
  other.keeping.say = " The answer is";
  ASSERT_TRUE(base.start());
  ASSERT_TRUE(other.start());
  const std::vector<RunFolder> runs = {base.loaded(), other.loaded()};
  const expected<Comparison> c = compare_runs(runs[0], std::span(runs).subspan(1), {});
  ASSERT_TRUE(c) << c.error().message;
  const std::string markdown = markdown_report(runs);
  const auto inspected = [&](const RunFolder& run) {
    RunInspection one;
    one.path = run.path;
    one.state = RunState::kFinished;
    one.manifest = run.manifest;
    one.run = run;
    return one;
  };
  std::string page;
  for (const page::Section& section :
       make_page({inspected(runs[0]), inspected(runs[1])}).sections) {
    for (const page::Block& block : section.blocks) page += page::html_block(block);
  }
  for (const char* name : {"arc_easy", "gsm8k"}) {
    const NextTokenShift& shift = *task_in(*c, name).next_token;
    const std::string kl = fmt::format("{:.4f} … {:.4f}", shift.kl->value, *shift.kl_at_most);
    const std::string tv =
        fmt::format("{:.4f} … {:.4f}", shift.variation.value, shift.variation_at_most);
    for (const std::string* text : {&std::as_const(markdown), &std::as_const(page)}) {
      EXPECT_THAT(*text, HasSubstr(kl));
      EXPECT_THAT(*text, HasSubstr(tv));
      EXPECT_THAT(*text, HasSubstr(std::to_string(shift.positions)));
    }
  }
  EXPECT_EQ(Json::parse(json_report(runs)).at("comparison"), to_json(*c));
  EXPECT_THAT(page, HasSubstr("after 14 tokens"));  // where the texts part
}

TEST(KeepProbs, ARunWithItselfIsNoDistanceApart) {
  const TempFolder temp;
  KeepingRun base(temp / "a", 0);
  ASSERT_TRUE(base.start());
  const RunFolder run = base.loaded();
  const expected<Comparison> c = compare_runs(run, std::span(&run, 1), {});
  const NextTokenShift& shift = *task_in(*c, "arc_easy").next_token;
  EXPECT_EQ(shift.kl->value, 0);
  EXPECT_EQ(shift.variation.value, 0);
  EXPECT_EQ(shift.unlike, 0U);
}

TEST(KeepProbs, KeptByOneRunOnlyIsSaid) {
  const TempFolder temp;
  KeepingRun base(temp / "a", 0);
  KeepingRun other(temp / "b", 0.5);
  other.settings.keep_probs = 0;
  ASSERT_TRUE(base.start());
  ASSERT_TRUE(other.start());
  const std::vector<RunFolder> others = {other.loaded()};
  const expected<Comparison> c = compare_runs(base.loaded(), others, {});
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_FALSE(task_in(*c, "arc_easy").next_token);
  EXPECT_THAT(comparison_text(*c), HasSubstr("were kept in " + base.folder + " only"));
}

TEST(KeepProbs, TheFirstOtherTokenIsWhereTextsPart) {
  const TempFolder temp;
  KeepingRun base(temp / "a", 0);
  KeepingRun other(temp / "b", 0.5);
  base.keeping.say = " The answer is 7, of course.";
  other.keeping.say = " The answer is 8.";
  ASSERT_TRUE(base.start());
  ASSERT_TRUE(other.start());
  const expected<Comparison> c = compare_runs(base.loaded(), std::vector{other.loaded()}, {});
  const Divergence& parted = *task_in(*c, "gsm8k").divergence;
  EXPECT_EQ(parted.texts, 6U);
  EXPECT_EQ(parted.identical, 0U);
  EXPECT_EQ(parted.tokens_known, 6U);
  EXPECT_EQ(parted.median_token, 15.0);  // tokens are bytes here
  EXPECT_EQ(parted.median_character, 15.0);
  EXPECT_THAT(comparison_text(*c), HasSubstr("else from token 15 (character 15)"));
  EXPECT_EQ(to_json(*c)["others"][0]["tasks"][1]["texts"]["median_first_other_token"], 15.0);

  // A text that is the other's beginning parts where it ends.
  KeepingRun cut(temp / "c", 0.7);
  cut.keeping.say = " The answer";
  ASSERT_TRUE(cut.start());
  const expected<Comparison> ends = compare_runs(base.loaded(), std::vector{cut.loaded()}, {});
  EXPECT_EQ(task_in(*ends, "gsm8k").divergence->median_token, 11.0);

  // Without tokens on record the place is said in characters, and that it is.
  KeepingRun bare(temp / "d", 0.9);
  bare.keeping.say = " The answer is 8.";
  bare.keeping.with_ids = false;
  ASSERT_TRUE(bare.start());
  const expected<Comparison> unknown = compare_runs(base.loaded(), std::vector{bare.loaded()}, {});
  EXPECT_FALSE(task_in(*unknown, "gsm8k").divergence->median_token);
  EXPECT_EQ(task_in(*unknown, "gsm8k").divergence->tokens_known, 0U);
  EXPECT_THAT(comparison_text(*unknown), HasSubstr("from character 15, tokens not on record"));
}

// The journal without what takes time.
std::string timeless(const std::string& journal) {
  std::string out;
  for (std::size_t at = 0; at < journal.size();) {
    const std::size_t end = journal.find('\n', at);
    Json line = Json::parse(journal.substr(at, end - at));
    for (const char* name : {"seconds", "cost", "sum"}) line.erase(name);
    out += line.dump() + "\n";
    at = end + 1;
  }
  return out;
}

TEST(KeepProbs, AnInterruptedRunEndsWithTheSameRecords) {
  const TempFolder temp;
  KeepingRun whole(temp / "whole", 0.3, 100, 40);
  ASSERT_TRUE(whole.start());
  KeepingRun parts(temp / "parts", 0.3, 100, 40);
  parts.keeping.on_unit = [&](int units) { parts.stop = units % 2 == 1; };
  int sessions = 0;
  while (true) {
    const auto outcome = parts.start();
    ASSERT_TRUE(outcome) << outcome.error().message;
    if (!outcome->interrupted) break;
    // A process killed in the middle of a line, too.
    parts.write("journal.jsonl", parts.file("journal.jsonl") + "{\"unit\":9,\"task");
    parts.stop = false;
    parts.keeping.units = 0;
    ASSERT_LT(++sessions, 20);
  }
  EXPECT_GT(sessions, 2);
  EXPECT_EQ(timeless(parts.file("journal.jsonl")), timeless(whole.file("journal.jsonl")));
  EXPECT_THAT(whole.file("journal.jsonl"), HasSubstr("\"top\":\""));
  EXPECT_THAT(whole.file("samples.jsonl"), Not(HasSubstr("\"top\":\"")));
  EXPECT_EQ(parts.findings(), whole.findings());
}

TEST(KeepProbs, IsPartOfWhatTheRunIs) {
  const TempFolder temp;
  KeepingRun small(temp / "run", 0);
  ASSERT_TRUE(small.start());
  EXPECT_EQ(Json::parse(small.file("manifest.json"))["settings"]["keep_probs"], 16);
  small.settings.keep_probs = 8;
  const auto refused = small.start();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("settings.keep_probs: 16 -> 8"));
  // Runs without have the manifest they always had.
  KeepingRun without(temp / "without", 0);
  without.settings.keep_probs = 0;
  ASSERT_TRUE(without.start());
  EXPECT_FALSE(Json::parse(without.file("manifest.json"))["settings"].contains("keep_probs"));
  // A model that cannot keep them is not run.
  SmallRun scripted(temp / "scripted");
  scripted.settings.keep_probs = 16;
  const auto unable = scripted.go();
  ASSERT_FALSE(unable);
  EXPECT_EQ(unable.error().code, ErrorCode::kUsage);
  EXPECT_THAT(unable.error().message, HasSubstr("--keep-probs needs a model whose next-token"));
  EXPECT_FALSE(std::filesystem::exists(scripted.folder));
}

// Replaces the record of the first line that has one, with a right checksum.
void forge(const KeepingRun& run, const std::string& top) {
  const std::string journal = run.file("journal.jsonl");
  std::string out;
  bool done = false;
  for (std::size_t at = 0; at < journal.size();) {
    const std::size_t end = journal.find('\n', at);
    Json line = *open_line(std::string_view(journal).substr(at, end - at));
    if (!done && line.contains("response")) {
      if (top.empty()) {
        line["response"].erase("top");
      } else {
        line["response"]["top"] = top;
      }
      done = true;
    }
    out += seal_line(line);
    at = end + 1;
  }
  run.write("journal.jsonl", out);
}

TEST(KeepProbs, VerifyLooksAtTheRecords) {
  const TempFolder temp;
  KeepingRun small(temp / "run", 0);
  ASSERT_TRUE(small.start());
  const auto problems = [&] {
    const expected<VerifyReport> report = verify_run(small.folder, small.data, nullptr);
    EXPECT_TRUE(report) << report.error().message;
    return report->problems.empty() ? std::string() : report->problems.front();
  };
  EXPECT_EQ(problems(), "");
  forge(small, "");
  EXPECT_THAT(problems(), HasSubstr("item arc-0): its next-token probabilities were not kept"));
  forge(small, encode_kept({8, kVocabulary, {}}));
  EXPECT_THAT(problems(), HasSubstr("8 next tokens were kept instead of 16"));
  KeptTokens light{16, kVocabulary, {*top_tokens(row_of(1, 0), 16)}};
  light.positions.front().rest = kNoProbability;
  forge(small, encode_kept(light));
  EXPECT_THAT(problems(), HasSubstr("add up to 0.9"));
  forge(small, "AAAA");
  EXPECT_THAT(problems(), HasSubstr("is damaged: the kept next-token probabilities cannot be"));
  EXPECT_FALSE(load_run(small.folder));
}

}  // namespace
}  // namespace assay
