// Needles in a haystack: sentences with magic values are put into a long text at a chosen depth,
// and the model is asked for the values. The grid is length × depth; every cell has several needles
// of their own. The wording is that of the NIAH tasks (protocols.md section 10.17), the grid is
// not: figures are not comparable with published RULER tables (tasks/ruler.cc has those).
//
// Keys and values come from a generator seeded by (task, depth, index), so every length hides the
// same needles and what a length takes away is a paired difference; the place of the hay comes from
// one seeded by (task, length, haystack). A cell is the same whichever other cells are asked for.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/digest.h"
#include "assay/fields.h"
#include "assay/python_random.h"
#include "assay/task.h"
#include "assay/text.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/grid.h"
#include "tasks/longctx/haystack.h"
#include "tasks/longctx/magic.h"
#include "tasks/longctx/prompt_counter.h"

namespace assay {
namespace {

constexpr int kOneAnswerTokens = 48;     // a UUID in the tokens of a small vocabulary
constexpr int kMoreAnswersTokens = 160;  // four of them

struct Cell {
  int length;
  double depth;  // percent
  int index;
};

std::string id_of(const Cell& cell) {
  return fmt::format("{}/{}/{}", cell.length, depth_text(cell.depth), cell.index);
}

bool asks_for_one(NeedleForm form) {
  return form == NeedleForm::kSingle || form == NeedleForm::kMultiKey;
}

// What one item hides and asks for.
struct Secret {
  std::vector<std::string> keys;    // of the needles, in the order of their depths
  std::vector<std::string> values;  // of the needles
  std::size_t asked = 1;            // the first so many needles are asked for
  int redrawn = 0;                  // draws that stood in the filler by chance, or twice
};

MagicKind kind_of(const Json& doc) {
  const expected<MagicKind> kind = magic_kind(text_field(doc, "kind"));
  if (!kind) throw std::runtime_error(kind.error().message);
  return *kind;
}

bool is_one(const Json& doc) { return text_list(doc, "values").size() == 1; }

std::string intro_of(const Json& doc) { return magic_intro(kind_of(doc), is_one(doc)); }
std::string question_of(const Json& doc) {
  return magic_question(kind_of(doc), joined_keys(text_list(doc, "keys")), is_one(doc));
}
std::string answer_start_of(const Json& doc) {
  return magic_answer_start(kind_of(doc), joined_keys(text_list(doc, "keys")), is_one(doc));
}

class Generator {
 public:
  Generator(std::string task, const Grid& grid, const std::string& filler, const DataSource& source,
            const GenerateContext& context)
      : task_(std::move(task)),
        grid_(grid),
        count_(context.count_tokens ? TokenCounter(context.count_tokens)
                                    : TokenCounter(estimated_tokens)),
        source_(source),
        counted_by_(context.count_tokens ? "tokenizer" : "4 characters per token"),
        filler_(filler, count_, grid.repeat) {}

  expected<Item> item(const Cell& cell) {
    PythonRandom random(
        fnv1a64(fmt::format("{}/{}/{}", task_, depth_text(cell.depth), cell.index)));
    const Secret secret = draw(random);
    Item item;
    item.id = id_of(cell);
    item.group = fmt::format("{}/{}", cell.length, depth_text(cell.depth));
    const bool by_key = grid_.form == NeedleForm::kMultiValue;
    const std::size_t asked_keys = by_key ? 1 : secret.asked;
    item.doc = {{"length", cell.length},
                {"depth", cell.depth},
                {"kind", name_of(grid_.values)},
                {"keys", std::vector(secret.keys.begin(),
                                     secret.keys.begin() + static_cast<long>(asked_keys))},
                {"values", std::vector(secret.values.begin(),
                                       secret.values.begin() + static_cast<long>(secret.asked))},
                {"redrawn", secret.redrawn}};
    std::vector<PlacedNeedle> needles;
    for (std::size_t i = 0; i < secret.keys.size(); ++i) {
      const double share = 100.0 * static_cast<double>(i) / static_cast<double>(secret.keys.size());
      const double depth = i == 0 ? cell.depth : std::fmod(cell.depth + share, 100.0);
      needles.push_back({needle_sentence(grid_.values, secret.keys[i], secret.values[i]), depth});
    }
    const auto known = grid_.placements.find(item.id);
    const expected<Json> placement = known != grid_.placements.end()
                                         ? again(*known, needles, item.doc)
                                         : place(cell, needles, secret.asked, item.doc);
    if (!placement) {
      return Error{placement.error().code, fmt::format("Task {}, length {}: {}.", task_,
                                                       cell.length, placement.error().message)};
    }
    item.doc["placement"] = *placement;
    return item;
  }

 private:
  // Keys and values that stand neither in the filler nor in each other.
  Secret draw(PythonRandom& random) {
    Secret secret;
    const bool single = grid_.form == NeedleForm::kSingle;
    const auto needles = static_cast<std::size_t>(single ? 1 : grid_.count);
    std::vector<std::string> taken;
    const auto fresh = [&](const auto& make) {
      while (true) {
        std::string word = make();
        if (!filler_.contains(word) && std::ranges::find(taken, word) == taken.end()) {
          taken.push_back(word);
          return word;
        }
        ++secret.redrawn;
      }
    };
    for (std::size_t i = 0; i < needles; ++i) {
      const bool same_key = grid_.form == NeedleForm::kMultiValue && i > 0;
      secret.keys.push_back(same_key ? secret.keys.front()
                                     : fresh([&] { return own_word(random); }));
      secret.values.push_back(fresh([&] { return draw_magic(grid_.values, random, own_word); }));
    }
    secret.asked = asks_for_one(grid_.form) ? 1 : needles;
    return secret;
  }

  // Hay and needles, measured with the tokenizer at hand. A length that cannot be made is a problem
  // of the item, beside the lengths that can.
  expected<Json> place(const Cell& cell, const std::vector<PlacedNeedle>& needles,
                       std::size_t asked, Json& doc) {
    HaystackFrame frame;
    frame.before = intro_of(doc);
    frame.after = question_of(doc) + " " + answer_start_of(doc);
    frame.count_prompt = [&](const std::string& text) {
      Item whole;
      whole.doc = doc;
      whole.doc["context"] = text;
      whole.doc["placement"] = Json::object();
      const std::optional<int> tokens = count_prompt(source_, whole);
      return tokens ? *tokens : count_(frame.before + text + frame.after);
    };
    const int budget = cell.length - grid_.reserve;
    const std::size_t first = start(cell, budget);
    const expected<Placement> placed =
        place_needles(filler_, first, budget, needles, frame, count_);
    if (!placed) return Json{{"problem", placed.error().message}, {"counted_by", counted_by_}};
    doc["context"] = haystack_text(filler_.text(), *placed, needles);
    Json json = to_json(*placed);
    json["counted_by"] = counted_by_;
    json["positions"] = Json::array();
    for (std::size_t i = 0; i < asked; ++i) {
      const std::string text = frame.before + doc["context"].get<std::string>();
      json["positions"].push_back(count_(text.substr(0, text.find(needles[i].sentence))));
    }
    return json;
  }

  // A placement from a manifest; the text it was measured in must still have those places.
  expected<Json> again(const Json& placement, const std::vector<PlacedNeedle>& needles, Json& doc) {
    if (placement.is_object() && placement.contains("problem")) return placement;
    const expected<Placement> known = recorded_placement(filler_, placement, needles.size());
    if (!known) return known.error();
    doc["context"] = haystack_text(filler_.text(), *known, needles);
    return placement;
  }

  // A sentence to begin with that has enough text after it; the text's first when none has.
  std::size_t start(const Cell& cell, int budget) {
    const int haystack = cell.index % grid_.haystacks;
    const auto [known, fresh] = starts_.try_emplace({cell.length, haystack}, 0);
    if (!fresh) return known->second;
    const std::string name = fmt::format("{}/{}/hay {}", task_, cell.length, haystack);
    known->second = hay_start(filler_, fnv1a64(name), budget);
    return known->second;
  }

  std::string task_;
  const Grid& grid_;
  TokenCounter count_;
  const DataSource& source_;
  std::string counted_by_;
  Filler filler_;
  std::map<std::pair<int, int>, std::size_t> starts_;
};

expected<std::vector<Item>> generate(const std::string& task, const Grid& defaults,
                                     const DataSource& source, const GenerateContext& context) {
  const expected<Grid> grid = read_grid(task, defaults, context.settings);
  if (!grid) return grid.error();
  const expected<std::string> filler = load_filler(source, grid->filler);
  if (!filler) {
    return Error{filler.error().code, fmt::format("Task {}: {}", task, filler.error().message)};
  }
  if (strip(*filler).empty()) {
    return usage_error(fmt::format("Task {}: the filler {} is empty.", task, grid->filler));
  }
  Generator generator(task, *grid, *filler, source, context);
  std::vector<Item> items;
  std::size_t place = 0;  // in the whole grid, also when a recorded run has measured a part of it
  for (const int length : grid->lengths) {
    for (const double depth : grid->depths) {
      for (int index = 0; index < grid->needles; ++index) {
        const Cell cell{length, depth, index};
        const std::size_t at = place++;
        if (!grid->placements.empty() && !grid->placements.contains(id_of(cell))) continue;
        expected<Item> item = generator.item(cell);
        if (!item) return item.error();
        item->index = at;
        items.push_back(std::move(*item));
      }
    }
  }
  return items;
}

// `exact_match`: every value that was asked for stands in the response. `hit_rate`: the share that
// does; with one value they are the same, and only the first is reported.
std::vector<MetricValue> found(const Item& item, const Response& response) {
  const std::vector<std::string> values = text_list(item.doc, "values");
  const std::string& text = std::get<std::vector<Generation>>(response.answer).at(0).text;
  const double share = share_contained(generated_text(text), values);
  std::vector<MetricValue> out = {{"exact_match", share == 1.0 ? 1.0 : 0.0}};
  if (values.size() > 1) out.push_back({"hit_rate", share});
  return out;
}

Task needle(const std::string& name, const Grid& defaults, const std::string& about) {
  Task task;
  task.name = name;
  task.about = about;
  task.version = "3.0";  // since all lengths hide the same needles
  task.output = OutputType::kGenerate;
  task.data.dataset = defaults.filler;
  task.shots.fixed_count = true;
  task.generate_items = [name, defaults](const DataSource& source, const GenerateContext& context) {
    return generate(name, defaults, source, context);
  };
  task.text = [](const Json& doc) {
    // A length too short for its question is an item error, beside the lengths that are not.
    if (const auto problem = doc.at("placement").find("problem");
        problem != doc.at("placement").end()) {
      throw std::runtime_error(problem->get<std::string>());
    }
    return intro_of(doc) + text_field(doc, "context") + question_of(doc);
  };
  task.gen_prefix = answer_start_of;
  task.target = [](const Json& doc) -> Target { return joined_keys(text_list(doc, "values")); };
  task.stops = std::vector<std::string>{};
  task.max_tokens = asks_for_one(defaults.form) ? kOneAnswerTokens : kMoreAnswersTokens;
  task.process_results = found;
  task.metrics = {{"exact_match"}};
  if (!asks_for_one(defaults.form)) task.metrics.push_back({"hit_rate"});
  return task;
}

Grid usual(NeedleForm form) {
  Grid grid;
  grid.lengths = {512, 1024, 2048, 4096};
  grid.depths = {0, 25, 50, 75, 100};
  grid.form = form;
  grid.reserve = asks_for_one(form) ? kOneAnswerTokens : kMoreAnswersTokens;
  return grid;
}

const TaskRegistrar kNeedle{[] {
  Grid mini = usual(NeedleForm::kSingle);
  mini.lengths = {256, 512, 1024};
  mini.needles = 2;
  mini.filler = "mini/filler";
  return std::vector<Task>{needle("needle", usual(NeedleForm::kSingle),
                                  "a number hidden in a novel: length x depth grid"),
                           needle("needle-multikey", usual(NeedleForm::kMultiKey),
                                  "the same among three others with other keys"),
                           needle("needle-multivalue", usual(NeedleForm::kMultiValue),
                                  "four numbers of one key hidden in a novel, all asked for"),
                           needle("needle-multiquery", usual(NeedleForm::kMultiQuery),
                                  "four keys hidden in a novel, the numbers of all asked for"),
                           needle("mini-needle", mini, "a number hidden in our own short essays")};
}};

}  // namespace
}  // namespace assay
