// RULER's variable tracking with texts of our own: a variable gets a value, others get it from one
// another, and all that have it are asked for. Wording, the worked example in front, and one chain
// of four hops are the original's (Hsieh et al. 2024, arXiv 2404.06654; protocols.md section
// 10.17); names, places and seeds are not, and our prompts have exactly their length, so figures
// are comparable with published ones only in kind. The score is the original's: the share of the
// names that stand in the answer.
//
// Names, values and depths come from (task, seed, index): every length hides the same chains at the
// same depths. The hay is one sentence group again and again ("noise"), or prose.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/python_random.h"
#include "assay/task.h"
#include "assay/text.h"
#include "tasks/longctx/haystack.h"
#include "tasks/longctx/made_items.h"
#include "tasks/longctx/ruler_settings.h"

namespace assay {
namespace {

constexpr const char* kName = "ruler_vt";
constexpr int kAnswerTokens = 64;  // five names of five letters in the tokens of a small vocabulary
constexpr std::size_t kVariables = 5;      // of a chain: the first and four hops
constexpr std::size_t kLetters = 5;        // of a name
constexpr std::uint64_t kExampleSeed = 0;  // of the worked example: one for all items

struct Chain {
  std::string value;
  std::vector<std::string> names;

  std::vector<std::string> sentences() const {
    std::vector<std::string> out = {fmt::format("VAR {} = {}.", names[0], value)};
    for (std::size_t i = 1; i < names.size(); ++i) {
      out.push_back(fmt::format("VAR {} = VAR {}.", names[i], names[i - 1]));
    }
    return out;
  }
};

// Names and a value that stand neither in `text` nor among `taken`, where they are put.
Chain draw_chain(PythonRandom& random, const Filler& text, std::vector<std::string>& taken) {
  const auto fresh = [&](const auto& make) {
    while (true) {
      std::string word = make();
      if (text.contains(word) || std::ranges::find(taken, word) != taken.end()) continue;
      taken.push_back(word);
      return word;
    }
  };
  Chain chain;
  chain.value = fresh([&] { return std::to_string(random.randint(10'000, 99'999)); });
  for (std::size_t v = 0; v < kVariables; ++v) {
    chain.names.push_back(fresh([&] {
      std::string name;
      for (std::size_t i = 0; i < kLetters; ++i) {
        name += static_cast<char>('A' + random.below(26));
      }
      return name;
    }));
  }
  return chain;
}

const char* const kBefore =
    "Memorize and track the chain(s) of variable assignment hidden in the following text.\n\n";

std::string question(const Chain& chain) {
  return fmt::format(
      "\nQuestion: Find all variables that are assigned the value {} in the text above.",
      chain.value);
}

std::string answer_start(const Chain& chain) {
  return fmt::format(
      "Answer: According to the chain(s) of variable assignment in the text above, {} variables "
      "are assigned the value {}, they are:",
      chain.names.size(), chain.value);
}

// A short text whose question is answered, in front of every item.
std::string worked_example(const Filler& filler, std::vector<std::string>& taken) {
  PythonRandom random(secret_seed(std::string(kName) + " example", kExampleSeed, {}));
  const Chain chain = draw_chain(random, filler, taken);
  std::string text;
  for (const std::string& sentence : chain.sentences()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", sentence, kNoise);
  }
  return fmt::format("{}{}{} {} {}\n\n", kBefore, text, question(chain), answer_start(chain),
                     fmt::join(chain.names, ", "));
}

class ChainMaker : public TextMaker {
 public:
  ChainMaker(const PromptMeter& meter, const RulerSettings& settings, const std::string& filler)
      : meter_(meter),
        seed_(settings.seed),
        filler_(filler, meter.count(), settings.repeat || settings.filler == "noise") {
    example_ = worked_example(filler_, taken_);
  }

  expected<Json> make(const Spot& spot, Json& doc) override {
    const std::vector<PlacedNeedle> needles = secret(spot, doc);
    HaystackFrame frame;
    frame.before = example_ + kBefore;
    frame.after = question(chain_) + " " + answer_start(chain_);
    frame.count_prompt = [&](const std::string& text) {
      write(text, doc);
      return meter_.prompt_tokens(doc);
    };
    const int budget = spot.length - kAnswerTokens;
    const std::size_t first = hay_start(filler_, text_seed(kName, seed_, {spot.length}), budget);
    const expected<Placement> placed =
        place_needles(filler_, first, budget, needles, frame, meter_.count());
    if (!placed) return placed.error();
    write(haystack_text(filler_.text(), *placed, needles), doc);
    return to_json(*placed);
  }

  expected<void> again(const Spot& spot, const Json& placement, Json& doc) override {
    const std::vector<PlacedNeedle> needles = secret(spot, doc);
    const expected<Placement> known = recorded_placement(filler_, placement, needles.size());
    if (!known) return known.error();
    write(haystack_text(filler_.text(), *known, needles), doc);
    return {};
  }

 private:
  // The chain and where its assignments stand, in their order.
  std::vector<PlacedNeedle> secret(const Spot& spot, Json& doc) {
    PythonRandom random(secret_seed(kName, seed_, {0, {}, spot.index}));
    std::vector<std::string> taken = taken_;
    chain_ = draw_chain(random, filler_, taken);
    std::vector<double> depths;
    for (std::size_t i = 0; i < kVariables; ++i) depths.push_back(100 * random.random());
    std::ranges::sort(depths);
    std::vector<PlacedNeedle> needles;
    for (const std::string& sentence : chain_.sentences()) {
      needles.push_back({sentence, depths[needles.size()]});
    }
    doc["keys"] = {chain_.value};
    doc["values"] = chain_.names;
    return needles;
  }

  void write(const std::string& text, Json& doc) const {
    doc["input"] = example_ + kBefore + text + question(chain_);
    doc["answer_start"] = answer_start(chain_);
  }

  const PromptMeter& meter_;
  std::uint64_t seed_;
  Filler filler_;
  std::vector<std::string> taken_;  // by the example
  std::string example_;
  Chain chain_;  // of the spot at hand
};

expected<std::vector<Item>> generate(const DataSource& source, const GenerateContext& context) {
  RulerSettings defaults;
  defaults.filler = "noise";
  const expected<RulerSettings> settings = read_ruler(kName, context.settings, defaults);
  if (!settings) return settings.error();
  const expected<std::string> filler = load_filler(source, settings->filler);
  if (!filler) return for_task(kName, filler.error());
  if (strip(*filler).empty()) {
    return usage_error(fmt::format("Task {}: the filler {} is empty.", kName, settings->filler));
  }
  const PromptMeter meter(source, context);
  ChainMaker maker(meter, *settings, *filler);
  return make_items(kName, settings->spots(), settings->placements, meter.counted_by(), maker);
}

const TaskRegistrar kVariableTracking{[] {
  Task task =
      made_task(kName, "RULER: all variables that get a value from one another", kAnswerTokens);
  task.generate_items = generate;
  return std::vector<Task>{task};
}};

}  // namespace
}  // namespace assay
