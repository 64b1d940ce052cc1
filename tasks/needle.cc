// Needle in a haystack: a sentence with a number is put into a long text at a chosen depth, and the
// model is asked for the number. The grid is length × depth; every cell has several needles of
// their own. The wording is that of the NIAH tasks (protocols.md section 10.17), the grid is not:
// figures are not comparable with published RULER tables.
//
// Each item draws from a generator seeded by (task, length, depth, index) alone, so a cell is the
// same whichever other cells are asked for.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/digest.h"
#include "assay/embedded.h"
#include "assay/fields.h"
#include "assay/python_random.h"
#include "assay/task.h"
#include "assay/text.h"
#include "tasks/haystack.h"

namespace assay {
namespace {

constexpr int kAnswerTokens = 32;

struct Grid {
  std::vector<int> lengths;  // tokens: prompt, answer and `reserve` together
  int depths = 5;            // evenly from 0 % (start of the text) to 100 % (end)
  int needles = 5;           // items per cell
  int reserve = 64;          // tokens kept free for the answer, special tokens, a chat template
  std::string filler = "filler";
  // Item id -> {first, sentences, tokens, counted_by}: haystacks measured before, made again as
  // they were.
  Json placements = Json::object();
};

// Words for keys; ours, so that keys do not depend on the version of a word list.
constexpr const char* kAdjectives[] = {"amber",  "brisk",  "calm",   "dusty",  "early",  "fancy",
                                       "gentle", "hollow", "icy",    "jolly",  "keen",   "lively",
                                       "mellow", "narrow", "orange", "plain",  "quiet",  "rusty",
                                       "silver", "tidy",   "upper",  "velvet", "wooden", "young"};
constexpr const char* kNouns[] = {"anchor", "basket", "candle", "dragon", "engine", "feather",
                                  "garden", "hammer", "island", "jacket", "kettle", "ladder",
                                  "magnet", "needle", "orchid", "pencil", "quarry", "ribbon",
                                  "saddle", "teapot", "violin", "walnut", "yogurt", "zipper"};

Error bad_setting(const std::string& task, const std::string& what) {
  return usage_error(fmt::format("Task {}: {}.", task, what));
}

expected<Grid> read_grid(const std::string& task, Grid grid, const Json& settings) {
  const auto number = [](const Json& value, int low, int high) {
    return value.is_number_integer() && value.get<long long>() >= low &&
           value.get<long long>() <= high;
  };
  for (const auto& [key, value] : settings.items()) {
    if (key == "lengths" && value.is_array() && !value.empty()) {
      std::set<int> lengths;
      for (const Json& length : value) {
        if (!number(length, 1, 100'000'000) || !lengths.insert(length.get<int>()).second) {
          return bad_setting(task,
                             "lengths are different numbers of tokens, for example [1024, "
                             "2048]");
        }
      }
      grid.lengths.assign(lengths.begin(), lengths.end());
    } else if (key == "depths" && number(value, 1, 101)) {
      grid.depths = value.get<int>();
    } else if (key == "needles" && number(value, 1, 100'000)) {
      grid.needles = value.get<int>();
    } else if (key == "reserve" && number(value, kAnswerTokens, 1'000'000)) {
      grid.reserve = value.get<int>();
    } else if (key == "filler" && value.is_string()) {
      grid.filler = value.get<std::string>();
    } else if (key == "placements" && value.is_object()) {
      grid.placements = value;
    } else {
      return bad_setting(
          task, fmt::format("the setting {} is unknown or has a wrong value; there are lengths "
                            "(list of tokens), depths (1 to 101), needles (per cell), reserve "
                            "(tokens, at least {}) and filler (a data set of texts)",
                            key, kAnswerTokens));
    }
  }
  return grid;
}

// 0, 25, 50, 75, 100 for five; 50 for one.
std::vector<int> depth_percents(int count) {
  if (count == 1) return {50};
  std::vector<int> out;
  for (int i = 0; i < count; ++i) {
    out.push_back(static_cast<int>(std::lround(100.0 * i / (count - 1))));
  }
  return out;
}

// The text of a filler data set: the embedded essays one after the other, or one long novel.
expected<std::string> filler_text(const DataSource& source, const std::string& dataset) {
  if (dataset != "mini/filler") return source.text(dataset, "war_and_peace.txt");
  const std::string folder = "datasets/mini/filler/";
  std::string all;
  for (const std::string_view name : embedded_file_names()) {
    if (!name.starts_with(folder)) continue;
    const expected<std::string> essay =
        source.text(dataset, std::string(name.substr(folder.size())));
    if (!essay) return essay.error();
    all += *essay + "\n\n";
  }
  return all;
}

std::string needle_sentence(const std::string& key, const std::string& value) {
  return "One of the special magic numbers for " + key + " is: " + value + ".";
}

std::string prompt(const std::string& context, const std::string& key) {
  return "A special magic number is hidden within the following text. Make sure to memorize it. I "
         "will quiz you about the number afterwards.\n" +
         context + "\nWhat is the special magic number for " + key +
         " mentioned in the provided text?";
}

std::string answer_start(const std::string& key) {
  return "The special magic number for " + key + " mentioned in the provided text is";
}

struct Cell {
  int length;
  int depth;  // percent
  int index;
};

std::string id_of(const Cell& cell) {
  return fmt::format("{}/{}/{}", cell.length, cell.depth, cell.index);
}

class Generator {
 public:
  Generator(std::string task, const Grid& grid, std::string_view filler, const TokenCounter& count)
      : task_(std::move(task)),
        grid_(grid),
        filler_(filler),
        count_(count ? count : TokenCounter(estimated_tokens)),
        counted_by_(count ? "tokenizer" : "4 characters per token"),
        haystack_(filler, count_) {}

  expected<Item> item(const Cell& cell) {
    PythonRandom random(
        fnv1a64(fmt::format("{}/{}/{}/{}", task_, cell.length, cell.depth, cell.index)));
    std::string key;
    std::string value;
    do {  // Neither may stand in the filler by chance.
      key = fmt::format("{}-{}", kAdjectives[random.below(std::size(kAdjectives))],
                        kNouns[random.below(std::size(kNouns))]);
      value = std::to_string(random.randint(1'000'000, 9'999'999));
    } while (filler_.find(key) != std::string_view::npos ||
             filler_.find(value) != std::string_view::npos);
    const std::string needle = needle_sentence(key, value);
    const int budget = cell.length - grid_.reserve;
    Item item;
    item.id = id_of(cell);
    item.group = fmt::format("{}/{}", cell.length, cell.depth);
    const auto known = grid_.placements.find(item.id);
    const expected<Json> placement = known != grid_.placements.end()
                                         ? checked(*known)
                                         : place(random, budget, cell, key, needle);
    if (!placement) {
      return Error{placement.error().code, fmt::format("Task {}, length {}: {}.", task_,
                                                       cell.length, placement.error().message)};
    }
    item.doc = {{"length", cell.length},
                {"depth", cell.depth},
                {"key", key},
                {"value", value},
                {"placement", *placement}};
    if (!placement->contains("problem")) {
      item.doc["context"] =
          haystack_.with_needle(placement->at("first").get<std::size_t>(),
                                placement->at("sentences").get<std::size_t>(), needle, cell.depth);
    }
    return item;
  }

 private:
  // Which sentences fill the haystack, measured with the tokenizer at hand.
  expected<Json> place(PythonRandom& random, int budget, const Cell& cell, const std::string& key,
                       const std::string& needle) {
    const std::size_t first = start(random, budget);
    const auto tokens = [&](std::size_t count) {
      return count_(prompt(haystack_.with_needle(first, count, needle, cell.depth), key) + " " +
                    answer_start(key));
    };
    const expected<std::size_t> count = haystack_.fitting(first, budget, tokens);
    if (!count && count.error().code == ErrorCode::kUsage) {
      return Json{{"problem", count.error().message}, {"counted_by", counted_by_}};
    }
    if (!count) return count.error();
    return Json{{"first", first},
                {"sentences", *count},
                {"tokens", tokens(*count)},
                {"counted_by", counted_by_}};
  }

  // A placement from a manifest; the text it was measured in must still have those sentences.
  expected<Json> checked(const Json& placement) const {
    if (placement.is_object() && placement.contains("problem")) return placement;
    const auto number = [&](const char* name) {
      return placement.is_object() && placement.contains(name) &&
             placement[name].is_number_unsigned();
    };
    if (!number("first") || !number("sentences") ||
        placement["first"].get<std::size_t>() > haystack_.sentences() ||
        placement["sentences"].get<std::size_t>() >
            haystack_.sentences() - placement["first"].get<std::size_t>()) {
      return data_error("the recorded placement of a haystack does not fit the filler text");
    }
    return placement;
  }

  // A sentence to begin with that has enough text after it; the text's first when none has.
  std::size_t start(PythonRandom& random, int budget) {
    for (std::size_t bound = haystack_.sentences(); bound > 1;) {
      const std::size_t first = static_cast<std::size_t>(random.below(bound));
      if (haystack_.reaches(first, budget)) return first;
      bound = first;
    }
    return 0;
  }

  std::string task_;
  const Grid& grid_;
  std::string_view filler_;
  TokenCounter count_;
  std::string counted_by_;
  Haystack haystack_;
};

expected<std::vector<Item>> generate(const std::string& task, const Grid& defaults,
                                     const DataSource& source, const GenerateContext& context) {
  const expected<Grid> grid = read_grid(task, defaults, context.settings);
  if (!grid) return grid.error();
  const expected<std::string> filler = filler_text(source, grid->filler);
  if (!filler) return filler.error();
  if (filler->empty()) return bad_setting(task, "the filler " + grid->filler + " is empty");
  Generator generator(task, *grid, *filler, context.count_tokens);
  std::vector<Item> items;
  std::size_t place = 0;  // in the whole grid, also when a recorded run has measured a part of it
  for (const int length : grid->lengths) {
    for (const int depth : depth_percents(grid->depths)) {
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
  const auto hopeless = [](const Item& item) { return item.doc["placement"].contains("problem"); };
  if (!items.empty() && std::all_of(items.begin(), items.end(), hopeless)) {
    return bad_setting(task, items.back().doc["placement"]["problem"].get<std::string>() +
                                 "; ask for longer ones with --lengths");
  }
  return items;
}

// The number stands anywhere in the response (protocols.md section 10.16).
std::vector<MetricValue> found(const Item& item, const Response& response) {
  std::string text(strip(std::get<std::vector<Generation>>(response.answer).at(0).text));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = '\n';
  }
  const bool contains = lower(text).find(lower(text_field(item.doc, "value"))) != std::string::npos;
  return {{"exact_match", contains ? 1.0 : 0.0}};
}

Task needle(const std::string& name, const Grid& defaults, const std::string& about) {
  Task task;
  task.name = name;
  task.about = about;
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
    return prompt(text_field(doc, "context"), text_field(doc, "key"));
  };
  task.gen_prefix = [](const Json& doc) { return answer_start(text_field(doc, "key")); };
  task.target = [](const Json& doc) -> Target { return text_field(doc, "value"); };
  task.stops = std::vector<std::string>{};
  task.max_tokens = kAnswerTokens;
  task.process_results = found;
  task.metrics = {{"exact_match"}};
  return task;
}

const TaskRegistrar kNeedle{[] {
  Grid real;
  real.lengths = {512, 1024, 2048, 4096};
  Grid mini;
  mini.lengths = {256, 512, 1024};
  mini.needles = 2;
  mini.filler = "mini/filler";
  return std::vector<Task>{
      needle("needle", real, "a number hidden in a novel: length x depth grid"),
      needle("mini-needle", mini, "a number hidden in our own short essays")};
}};

}  // namespace
}  // namespace assay
