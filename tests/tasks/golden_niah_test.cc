// RULER's needle inputs and scores against what the original made (../shared/golden). The word list
// is a package of its own; where it is not at hand, the words of the vectors themselves are learnt
// from what the original asked for.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "assay/digest.h"
#include "assay/json.h"
#include "assay/text.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/niah.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWordCount = 6'171'620;

std::vector<Json> golden(const std::string& name) {
  std::vector<Json> lines;
  std::ifstream in(fs::path(ASSAY_SHARED_DIR) / "golden" / name);
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

int count_runs(std::string_view text) { return static_cast<int>(words(text).size()); }

// Words by their index: unknown ones get a name of their own.
struct Words {
  std::map<std::size_t, std::string> known;
  std::vector<std::size_t> drawn;
  std::string draw(PythonRandom& random) {
    const std::size_t index = random.below(kWordCount);
    drawn.push_back(index);
    const auto found = known.find(index);
    return found != known.end() ? found->second : "word-" + std::to_string(index);
  }
};

const std::map<std::string, NiahForm> kForms = {
    {"niah_single_1", {NiahHay::kRepeat, MagicKind::kWords, MagicKind::kNumbers}},
    {"niah_multikey_2", {NiahHay::kNeedles, MagicKind::kWords, MagicKind::kNumbers}},
    {"niah_multikey_3", {NiahHay::kNeedles, MagicKind::kUuids, MagicKind::kUuids}}};

// The samples of one run of the original.
struct GoldenRun {
  std::string task;
  int length = 0;
  std::uint64_t seed = 0;
  std::vector<Json> samples;  // not every one that was made
  std::size_t count() const { return samples.back().at("index").get<std::size_t>() + 1; }
};

std::vector<GoldenRun> golden_runs() {
  std::vector<GoldenRun> runs;
  for (Json& line : golden("niah.jsonl")) {
    const auto task = line.at("task").get<std::string>();
    const int length = line.at("max_seq_lengths").at(0);
    if (runs.empty() || runs.back().task != task || runs.back().length != length) {
      runs.push_back({task, length, line.at("seed_before_generation"), {}});
    }
    runs.back().samples.push_back(std::move(line));
  }
  return runs;
}

expected<std::vector<NiahSample>> made(const GoldenRun& run, Words& words) {
  NiahParts parts;
  parts.word = [&](PythonRandom& random) { return words.draw(random); };
  parts.count = count_runs;
  PythonRandom random(run.seed);
  return niah_samples(kForms.at(run.task), run.length, run.count(), parts, random);
}

std::string key_asked(const Json& sample) {
  const auto prefix = sample.at("gen_prefix").get<std::string>();
  const std::size_t begin = prefix.find(" for ") + 5;
  return prefix.substr(begin, prefix.find(" mentioned") - begin);
}

TEST(GoldenNiah, InputsAreTheOriginals) {
  const std::vector<GoldenRun> runs = golden_runs();
  if (runs.empty()) GTEST_SKIP() << "no golden vectors";
  std::size_t whole = 0;
  for (const GoldenRun& run : runs) {
    Words words;
    expected<std::vector<NiahSample>> samples = made(run, words);
    ASSERT_TRUE(samples) << run.task << ": " << samples.error().message;
    for (std::size_t i = 0; i < run.samples.size(); ++i) {
      const std::string prefix = "word-";
      const std::string& query = (*samples)[run.samples[i].at("index").get<std::size_t>()].query;
      if (query.starts_with(prefix)) {
        words.known[std::stoull(query.substr(prefix.size()))] = key_asked(run.samples[i]);
      }
    }
    samples = made(run, words);
    for (std::size_t i = 0; i < run.samples.size(); ++i) {
      const Json& wanted = run.samples[i];
      const NiahSample& sample = (*samples)[wanted.at("index").get<std::size_t>()];
      const std::string where =
          run.task + " " + std::to_string(run.length) + "/" + std::to_string(i);
      EXPECT_EQ(sample.outputs, wanted.at("outputs").get<std::vector<std::string>>()) << where;
      EXPECT_EQ(niah_answer_start(kForms.at(run.task), sample.query), wanted.at("gen_prefix"))
          << where;
      // A hay of needles is full of words that nobody asked for.
      if (run.task == "niah_multikey_2") continue;
      EXPECT_EQ(sample.length, wanted.at("length").get<int>()) << where;
      EXPECT_EQ(sha256_hex(sample.input), wanted.at("input_sha256")) << where;
      if (wanted.contains("input")) {
        EXPECT_EQ(sample.input, wanted.at("input")) << where;
      }
      ++whole;
    }
  }
  EXPECT_GE(whole, 120u);
}

// With the word list itself ($ASSAY_DATA/wonderwords) nothing has to be learnt.
TEST(GoldenNiah, WordsAndInputsOfTheWordList) {
  const char* home = std::getenv("ASSAY_DATA");
  const fs::path folder = fs::path(home == nullptr ? "" : home) / "wonderwords";
  const auto text = [&](const char* file) {
    std::ifstream in(folder / file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string adjectives = text("adjectivelist.txt");
  const std::string nouns = text("nounlist.txt");
  const std::vector<GoldenRun> runs = golden_runs();
  if (adjectives.empty() || nouns.empty() || runs.empty()) GTEST_SKIP() << "no word list";
  const MagicWords list(adjectives, nouns);
  ASSERT_EQ(list.size(), kWordCount);
  for (const GoldenRun& run : runs) {
    NiahParts parts;
    parts.word = [&](PythonRandom& random) { return list.word(random.below(list.size())); };
    parts.count = count_runs;
    PythonRandom random(run.seed);
    const auto samples = niah_samples(kForms.at(run.task), run.length, run.count(), parts, random);
    ASSERT_TRUE(samples);
    for (const Json& wanted : run.samples) {
      const auto index = wanted.at("index").get<std::size_t>();
      EXPECT_EQ(sha256_hex((*samples)[index].input), wanted.at("input_sha256"))
          << run.task << " " << run.length << "/" << index;
    }
  }
}

TEST(GoldenNiah, EssaysHoldTheirNeedlesWhereTheOriginalPutsThem) {
  const std::vector<Json> lines = golden("niah_essay_placement.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no golden vectors";
  for (const Json& line : lines) {
    const auto kind = magic_kind(line.at("type_needle_v").get<std::string>());
    ASSERT_TRUE(kind);
    const NiahForm form{NiahHay::kEssay,
                        MagicKind::kWords,
                        *kind,
                        line.at("num_needle_k").get<std::size_t>(),
                        line.at("num_needle_v").get<std::size_t>(),
                        line.at("num_needle_q").get<std::size_t>()};
    std::vector<std::string> sentences;
    for (int i = 0; i < line.at("sentences").get<int>(); ++i) {
      sentences.push_back("Sentence number " + std::to_string(i) + " ends here.");
    }
    NiahParts parts;
    parts.essay_words = {"unused"};
    parts.sentences = [&](const std::string&) { return sentences; };
    Words words;
    parts.word = [&](PythonRandom& random) { return words.draw(random); };
    const auto seed = line.at("seed").get<std::uint64_t>();
    PythonRandom first(seed);
    (void)niah_sample(form, 1, parts, first);
    // The original's keys, in the order in which they stand in its text, are those drawn.
    const auto input = line.at("input").get<std::string>();
    for (std::size_t round = 0; round < 2; ++round) {
      PythonRandom random(seed);
      words.drawn.clear();
      const NiahSample sample = niah_sample(form, 1, parts, random);
      EXPECT_EQ(sample.outputs, line.at("outputs").get<std::vector<std::string>>());
      if (round == 1) {
        EXPECT_EQ(sample.input, input);
        EXPECT_EQ(sample.query, line.at("query"));
        continue;
      }
      // Our text with unknown words and the original's agree word by word but for these.
      const std::vector<std::string_view> ours = assay::words(sample.input);
      const std::vector<std::string_view> theirs = assay::words(input);
      ASSERT_EQ(ours.size(), theirs.size());
      for (std::size_t i = 0; i < ours.size(); ++i) {
        if (!ours[i].starts_with("word-")) continue;
        std::string name(theirs[i]);
        if (name.ends_with(',')) name.pop_back();
        words.known[std::stoull(std::string(ours[i].substr(5)))] = name;
      }
    }
  }
}

TEST(GoldenNiah, ScoresAreTheOriginals) {
  const std::vector<Json> lines = golden("ruler_scoring.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no golden vectors";
  std::size_t compared = 0;
  for (const Json& line : lines) {
    if (!line.contains("response")) continue;  // how the original averages over lengths
    ++compared;
    const std::string text = generated_text(line.at("response").get<std::string>());
    if (line.contains("postprocessed")) {
      EXPECT_EQ(text, line.at("postprocessed"));
    }
    const auto outputs = line.at("outputs").get<std::vector<std::string>>();
    // The original reports a length that was not run as -1; there is nothing to compare then.
    const std::string length = std::to_string(line.value("max_length", 4096));
    EXPECT_DOUBLE_EQ(share_contained(text, outputs), line.at("string_match_all").at(length))
        << line.dump();
  }
  EXPECT_GE(compared, 36u);
}

TEST(MagicWords, AreTheSortedSetOfPairs) {
  const MagicWords list("well\nzany\nwell-off\nbig\nbig\n", "ant\noff-ant\nzoo\n");
  std::vector<std::string> all;
  for (std::size_t i = 0; i < list.size(); ++i) all.push_back(list.word(i));
  EXPECT_EQ(all, (std::vector<std::string>{"big-ant", "big-off-ant", "big-zoo", "well-ant",
                                           "well-off-ant", "well-off-off-ant", "well-off-zoo",
                                           "well-zoo", "zany-ant", "zany-off-ant", "zany-zoo"}));
}

TEST(Answers, MatchAsSquadsScriptDoes) {
  const std::vector<std::string> references = {"The Panthers' defense", "308 points"};
  EXPECT_EQ(answer_exact_match("panthers defense.", references), 1);
  EXPECT_EQ(answer_exact_match("panthers offense", references), 0);
  EXPECT_DOUBLE_EQ(answer_f1("the 308", references), 2.0 / 3);  // precision 1, recall 1/2
  EXPECT_DOUBLE_EQ(answer_f1("points points 308", references), 0.8);
  EXPECT_EQ(answer_f1("none", references), 0);
  EXPECT_EQ(answer_f1("The.", std::vector<std::string>{"a"}), 1) << "both are empty";
}

}  // namespace
}  // namespace assay
