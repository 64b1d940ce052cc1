// RULER's two counting tasks with texts of our own: which words of a numbered list are common
// (ruler_cwe), which words of a coded text are frequent (ruler_fwe). Wording and frequencies are
// the original's (Hsieh et al. 2024, arXiv 2404.06654; protocols.md section 10.17), words, order
// and seeds are not, so figures are comparable with published ones only in kind. Scores are the
// original's: the share of the expected words that stand in the answer.
//
// A sample's right answers are drawn from (task, seed, index) and are the same at every length. A
// text has as many words as fit: one more rare word, or one more coded word, would be too long.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "assay/task.h"
#include "tasks/longctx/frequent_words.h"
#include "tasks/longctx/made_items.h"
#include "tasks/longctx/ruler_settings.h"

namespace assay {
namespace {

constexpr std::size_t kCommon = 10;        // words asked for in a list,
constexpr std::size_t kFrequent = 3;       // in a coded text
constexpr int kListAnswer = 120;           // tokens, as the original
constexpr int kCodedAnswer = 50;           // the same
constexpr int kLongList = 4096;            // from here on words stand
constexpr std::size_t kOften = 30;         // so often in a list
constexpr std::size_t kSeldom = 3;         // or so often,
constexpr std::size_t kOftenShort = 6;     // and in shorter ones so often
constexpr std::size_t kSeldomShort = 1;    // or so often
constexpr std::size_t kMost = 50'000'000;  // words of a coded text

class CommonMaker : public PieceMaker {
 public:
  CommonMaker(const PromptMeter& meter, std::uint64_t seed, std::vector<std::string> words)
      : PieceMaker(meter, kListAnswer), seed_(seed), words_(std::move(words)) {}

 private:
  expected<Range> range(const Spot& spot) override {
    PythonRandom random(secret_seed("ruler_cwe", seed_, spot));
    drawn_ = draw_common_words(words_, kCommon, random);
    if (drawn_.common.size() < kCommon || drawn_.rare.empty()) {
      return data_error("the filler has too few different words");
    }
    return Range{1, drawn_.rare.size(),
                 fmt::format("the filler has no more than {} words for the list",
                             drawn_.common.size() + drawn_.rare.size())};
  }

  void write(const Spot& spot, std::size_t rare, Json& doc) override {
    PythonRandom random(text_seed("ruler_cwe", seed_, spot));
    const bool is_long = spot.length >= kLongList;
    const std::string list = numbered_list(drawn_, rare, is_long ? kOften : kOftenShort,
                                           is_long ? kSeldom : kSeldomShort, random);
    doc["values"] = drawn_.common;
    doc["input"] =
        "Below is a numbered list of words. In these words, some appear more often than others. "
        "Memorize the ones that appear most often.\n" +
        list + "\nQuestion: What are the 10 most common words in the above list?";
    doc["answer_start"] = "Answer: The top 10 words that appear most often in the list are:";
  }

  std::uint64_t seed_;
  std::vector<std::string> words_;
  CommonWords drawn_;  // of the spot at hand
};

class CodedMaker : public PieceMaker {
 public:
  CodedMaker(const PromptMeter& meter, std::uint64_t seed)
      : PieceMaker(meter, kCodedAnswer), seed_(seed) {}

 private:
  expected<Range> range(const Spot&) override {
    return Range{kFewestZipfWords, kMost, "a coded text has no more words"};
  }

  void write(const Spot& spot, std::size_t words, Json& doc) override {
    const std::vector<std::size_t> counts = zipf_counts(words);
    // The most frequent words first, so that all lengths ask for the same.
    PythonRandom secret(secret_seed("ruler_fwe", seed_, spot));
    const std::vector<std::string> coded = coded_words(counts.size() - 1, secret);
    PythonRandom random(text_seed("ruler_fwe", seed_, spot));
    doc["values"] = std::vector(coded.begin(), coded.begin() + kFrequent);
    doc["input"] =
        "Read the following coded text and track the frequency of each coded word. Find the three "
        "most frequently appeared coded words. " +
        coded_text(counts, coded, random) +
        "\nQuestion: Do not provide any explanation. Please ignore the dots '....'. What are the "
        "three most frequently appeared words in the above coded text?";
    doc["answer_start"] =
        "Answer: According to the coded text above, the three most frequently appeared words are:";
  }

  std::uint64_t seed_;
};

expected<std::vector<Item>> common_items(const DataSource& source, const GenerateContext& context) {
  const expected<RulerSettings> settings = read_ruler("ruler_cwe", context.settings);
  if (!settings) return settings.error();
  const expected<std::string> filler = load_filler(source, settings->filler);
  if (!filler) return for_task("ruler_cwe", filler.error());
  const PromptMeter meter(source, context);
  CommonMaker maker(meter, settings->seed, plain_words(*filler));
  return make_items("ruler_cwe", settings->spots(), settings->placements, meter.counted_by(),
                    maker);
}

expected<std::vector<Item>> coded_items(const DataSource& source, const GenerateContext& context) {
  const expected<RulerSettings> settings = read_ruler("ruler_fwe", context.settings);
  if (!settings) return settings.error();
  const PromptMeter meter(source, context);
  CodedMaker maker(meter, settings->seed);
  return make_items("ruler_fwe", settings->spots(), settings->placements, meter.counted_by(),
                    maker);
}

const TaskRegistrar kRulerWords{[] {
  Task common =
      made_task("ruler_cwe", "RULER: the ten words of a list that stand most often", kListAnswer);
  common.data.dataset = "filler";
  common.generate_items = common_items;
  Task coded =
      made_task("ruler_fwe", "RULER: the three most frequent words of a coded text", kCodedAnswer);
  coded.generate_items = coded_items;
  return std::vector<Task>{common, coded};
}};

}  // namespace
}  // namespace assay
