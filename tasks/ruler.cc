// RULER's needle tasks (niah_…) by the original's rules: the same seed, words, tokenizer and, for
// essays, the same prose give the same inputs (protocols.md sections 10.16 and 10.17). The essays
// the original uses are not ours to carry; `filler` names the prose, whose sentences end by our
// rule, so niah_single_2, _3, niah_multikey_1, niah_multivalue and niah_multiquery are comparable
// with published figures only in kind.
#include <fmt/format.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/digest.h"
#include "assay/fields.h"
#include "assay/python_random.h"
#include "assay/task.h"
#include "assay/text.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/filler.h"
#include "tasks/longctx/niah.h"
#include "tasks/longctx/settings.h"

namespace assay {
namespace {

constexpr int kUsualSamples = 500;
constexpr const char* kWordData = "wonderwords";

struct NiahTask {
  const char* name;
  NiahForm form;
  const char* about;
};

struct NiahSettings {
  std::vector<int> lengths = {4096};
  int samples = kUsualSamples;
  std::uint64_t seed = 0;
  std::string words = kWordData;
  std::string filler = "filler";
  Json inputs;  // of a recorded run: item id → what was made
};

expected<NiahSettings> read_niah(const std::string& task, const Json& settings) {
  NiahSettings out;
  const Settings known = {
      {"lengths", lengths_setting(out.lengths)},
      {"samples", whole_setting("inputs per length, from 1", 1, 100'000, out.samples)},
      {"seed", seed_setting(out.seed)},
      {"words", choice_setting({kWordData, "own"}, out.words)},
      {"filler",
       text_setting("filler, mini/filler, filler/moby_dick.txt or a text file", out.filler)},
      {"placements", placements_setting(out.inputs)}};
  if (auto read = read_settings(task, known, settings); !read) return read.error();
  return out;
}

// Sentences of collapsed text by our own rule.
std::vector<std::string> sentences_of(const std::string& text) {
  const Filler cut(text, estimated_tokens, false);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < cut.sentences(); ++i) {
    const std::size_t end = i + 1 < cut.sentences() ? cut.start(i + 1) - 1 : cut.text().size();
    out.push_back(cut.text().substr(cut.start(i), end - cut.start(i)));
  }
  return out;
}

expected<NiahParts> parts_for(const NiahForm& form, const NiahSettings& settings,
                              const DataSource& source, const GenerateContext& context) {
  NiahParts parts;
  parts.sentences = sentences_of;
  parts.count =
      context.count_tokens ? TokenCounter(context.count_tokens) : TokenCounter(estimated_tokens);
  if (form.hay == NiahHay::kEssay) {
    const expected<std::string> prose = load_filler(source, settings.filler);
    if (!prose) return prose.error();
    for (const std::string_view word : words(*prose)) parts.essay_words.emplace_back(word);
  }
  parts.word = own_word;
  const bool uses_words = form.keys == MagicKind::kWords || form.values == MagicKind::kWords;
  if (settings.words == "own" || !uses_words) return parts;
  const expected<std::string> adjectives = source.text(kWordData, "adjectivelist.txt");
  const expected<std::string> nouns = source.text(kWordData, "nounlist.txt");
  if (!adjectives || !nouns) {
    const Error& problem = adjectives ? nouns.error() : adjectives.error();
    return Error{problem.code, problem.message +
                                   " Without it --set words=own takes words of our own; the "
                                   "inputs are then not the original's."};
  }
  const auto list = std::make_shared<MagicWords>(*adjectives, *nouns);
  parts.word = [list](PythonRandom& random) { return list->word(random.below(list->size())); };
  return parts;
}

expected<std::vector<Item>> generate(const NiahTask& task, const DataSource& source,
                                     const GenerateContext& context) {
  const expected<NiahSettings> settings = read_niah(task.name, context.settings);
  if (!settings) return settings.error();
  const auto samples = static_cast<std::size_t>(settings->samples);
  std::vector<Item> items;
  const auto add = [&](int length, std::size_t sample, Json placement) {
    Item item;
    item.id = fmt::format("{}/{}", length, sample);
    item.group = std::to_string(length);
    item.index = items.size();
    item.doc = {{"length", length}, {"placement", std::move(placement)}};
    items.push_back(std::move(item));
  };
  // The model's tokenizer decides what is made, so a recorded run brings its inputs.
  if (settings->inputs.is_object()) {
    for (const int length : settings->lengths) {
      for (std::size_t s = 0; s < samples; ++s) {
        const auto known = settings->inputs.find(fmt::format("{}/{}", length, s));
        if (known != settings->inputs.end()) add(length, s, *known);
      }
    }
    return items;
  }
  const expected<NiahParts> parts = parts_for(task.form, *settings, source, context);
  if (!parts) {
    return Error{parts.error().code, fmt::format("Task {}: {}", task.name, parts.error().message)};
  }
  PythonRandom random(settings->seed);
  for (const int length : settings->lengths) {
    const expected<std::vector<NiahSample>> made =
        niah_samples(task.form, length, samples, *parts, random);
    if (!made) {
      // A problem of this length, beside the lengths that can be made.
      for (std::size_t s = 0; s < samples; ++s) add(length, s, {{"problem", made.error().message}});
      continue;
    }
    for (std::size_t s = 0; s < made->size(); ++s) {
      const NiahSample& sample = (*made)[s];
      add(length, s,
          {{"input", sample.input},
           {"outputs", sample.outputs},
           {"query", sample.query},
           {"tokens", sample.length},
           {"counted_by", context.count_tokens ? "tokenizer" : "4 characters per token"}});
    }
  }
  return items;
}

std::vector<MetricValue> contained(const Item& item, const Response& response) {
  const std::string& text = std::get<std::vector<Generation>>(response.answer).at(0).text;
  return {{"string_match", share_contained(generated_text(text),
                                           text_list(field(item.doc, "placement"), "outputs"))}};
}

Task make(const NiahTask& niah) {
  Task task;
  task.name = niah.name;
  task.about = niah.about;
  task.output = OutputType::kGenerate;
  task.data.dataset = "filler";
  task.shots.fixed_count = true;
  task.generate_items = [niah](const DataSource& source, const GenerateContext& context) {
    return generate(niah, source, context);
  };
  task.text = [](const Json& doc) {
    const Json& placement = field(doc, "placement");
    if (placement.contains("problem")) {
      throw std::runtime_error(text_field(placement, "problem"));
    }
    return text_field(placement, "input");
  };
  task.gen_prefix = [form = niah.form](const Json& doc) {
    return niah_answer_start(form, text_field(field(doc, "placement"), "query"));
  };
  task.target = [](const Json& doc) -> Target {
    const Json& placement = field(doc, "placement");
    if (placement.contains("problem")) return std::string();
    return joined_keys(text_list(placement, "outputs"));
  };
  task.stops = std::vector<std::string>{};
  task.max_tokens = kNiahAnswerTokens;
  task.process_results = contained;
  task.metrics = {{"string_match"}};
  return task;
}

std::vector<Task> niah_tasks() {
  constexpr MagicKind kWords = MagicKind::kWords;
  constexpr MagicKind kNumbers = MagicKind::kNumbers;
  constexpr MagicKind kUuids = MagicKind::kUuids;
  const std::vector<NiahTask> all = {
      {"niah_single_1", {NiahHay::kRepeat, kWords, kNumbers}, "RULER: a number in repeated lines"},
      {"niah_single_2", {NiahHay::kEssay, kWords, kNumbers}, "RULER: a number in prose"},
      {"niah_single_3", {NiahHay::kEssay, kWords, kUuids}, "RULER: a UUID in prose"},
      {"niah_multikey_1", {NiahHay::kEssay, kWords, kNumbers, 4}, "RULER: one of four keys"},
      {"niah_multikey_2", {NiahHay::kNeedles, kWords, kNumbers}, "RULER: a needle among needles"},
      {"niah_multikey_3", {NiahHay::kNeedles, kUuids, kUuids}, "RULER: a UUID among UUIDs"},
      {"niah_multivalue", {NiahHay::kEssay, kWords, kNumbers, 1, 4}, "RULER: four values of a key"},
      {"niah_multiquery",
       {NiahHay::kEssay, kWords, kNumbers, 4, 1, 4},
       "RULER: four keys at once"}};
  std::vector<Task> tasks;
  for (const NiahTask& task : all) tasks.push_back(make(task));
  return tasks;
}

TaskGroup group_of(const std::string& name, const std::string& about) {
  TaskGroup group;
  group.name = name;
  group.version = "1.0";
  group.about = about;
  for (const Task& task : niah_tasks()) group.children.push_back(task.name);
  group.aggregates = {{"string_match", false}};
  return group;
}

std::vector<TaskGroup> groups() {
  TaskGroup ruler = group_of("ruler", "RULER: its needles and four tasks over texts of our own");
  for (const char* task : {"ruler_vt", "ruler_cwe", "ruler_fwe", "ruler_qa"}) {
    ruler.children.emplace_back(task);
  }
  return {group_of("niah", "the eight needle tasks of RULER"), ruler};
}

const TaskRegistrar kRuler{niah_tasks, groups};

}  // namespace
}  // namespace assay
