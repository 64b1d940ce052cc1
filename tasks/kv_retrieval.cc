// Key-value retrieval over a long JSON object (Liu et al., Lost in the Middle, TACL 2024): all keys
// and values are random UUIDs, and the value of one key is asked for. Wording and scoring are the
// original's; the object is as long as fits the wanted length instead of 75 pairs, and the asked
// pair stands at a chosen depth: the share of the other pairs in front of it.
//
// `pairs` says where the UUIDs come from: longdoc, the original's 500 objects, each going on with
// the pairs of the next where it is too short; or own, drawn from Python's generator. The asked
// pair comes from (task, seed, depth, index) and is the same at every length, and so are the other
// pairs, in their order: a longer object is a shorter one that goes on.
#include <fmt/format.h>

#include <deque>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "assay/fields.h"
#include "assay/python_random.h"
#include "assay/task.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/grid.h"
#include "tasks/longctx/made_items.h"
#include "tasks/longctx/magic.h"
#include "tasks/longctx/settings.h"

namespace assay {
namespace {

constexpr const char* kName = "kv_retrieval";
constexpr const char* kData = "longdoc";
constexpr const char* kConfig = "kv-retrieval-75";
constexpr const char* kSplit = "test";
constexpr int kAnswerTokens = 64;             // a UUID in quotation marks, in a small vocabulary
constexpr std::size_t kMostPairs = 1U << 22;  // of our own

using Pair = std::pair<std::string, std::string>;  // key, value

struct KvSettings {
  Cells cells{{1024, 2048, 4096, 8192}, {0, 25, 50, 75, 100}};
  std::uint64_t seed = 0;
  std::string pairs = kData;
};

expected<KvSettings> read_kv(const Json& settings) {
  KvSettings out;
  const Settings own = {{"seed", seed_setting(out.seed)},
                        {"pairs", choice_setting({kData, "own"}, out.pairs)}};
  if (auto read = read_cells(kName, own, settings, out.cells); !read) return read.error();
  return out;
}

// The asked pair first, the others behind it in the order in which an object takes them.
class PairSource {
 public:
  virtual ~PairSource() = default;
  virtual void begin(const Spot& spot) = 0;
  virtual const Pair& at(std::size_t i) = 0;  // of the spot begun; REQUIRES: i < size()
  virtual std::size_t size() const = 0;
};

class OwnPairs : public PairSource {
 public:
  explicit OwnPairs(std::uint64_t seed) : seed_(seed) {}
  void begin(const Spot& spot) override {
    random_ = PythonRandom(secret_seed(kName, seed_, {0, spot.depth, spot.index}));
    pairs_.clear();
  }
  const Pair& at(std::size_t i) override {
    while (pairs_.size() <= i) {
      std::string key = random_uuid(random_);
      pairs_.emplace_back(std::move(key), random_uuid(random_));
    }
    return pairs_[i];
  }
  std::size_t size() const override { return kMostPairs; }

 private:
  std::uint64_t seed_;
  PythonRandom random_{0};
  std::deque<Pair> pairs_;  // grows without moving what was handed out
};

struct KvRow {
  std::vector<Pair> pairs;
  std::size_t asked = 0;
};

class LongdocPairs : public PairSource {
 public:
  LongdocPairs(std::uint64_t seed, std::vector<KvRow> rows) : seed_(seed), rows_(std::move(rows)) {
    for (const KvRow& row : rows_) size_ += row.pairs.size();
  }
  // Rows are drawn without repetition within a depth.
  void begin(const Spot& spot) override {
    PythonRandom random(secret_seed(kName, seed_, {0, spot.depth, -1}));
    std::vector<std::size_t> order = random.sample(rows_.size(), rows_.size());
    const std::size_t first = order[static_cast<std::size_t>(spot.index) % order.size()];
    pairs_.clear();
    const KvRow& own = rows_[first];
    pairs_.push_back(&own.pairs[own.asked]);
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      const KvRow& row = rows_[(first + r) % rows_.size()];
      for (std::size_t i = 0; i < row.pairs.size(); ++i) {
        if (r > 0 || i != own.asked) pairs_.push_back(&row.pairs[i]);
      }
    }
  }
  const Pair& at(std::size_t i) override { return *pairs_[i]; }
  std::size_t size() const override { return size_; }

 private:
  std::uint64_t seed_;
  std::vector<KvRow> rows_;
  std::size_t size_ = 0;
  std::vector<const Pair*> pairs_;
};

expected<std::vector<KvRow>> longdoc_rows(const DataSource& source) {
  const expected<DataSplit> split = source.load(kData, kConfig, kSplit);
  if (!split) {
    return Error{split.error().code,
                 split.error().message + " Without it --set pairs=own draws UUIDs of our own."};
  }
  std::vector<KvRow> rows;
  for (const Json& row : split->rows) {
    try {
      KvRow out;
      const std::string key = text_field(row, "key");
      bool found = false;
      for (const Json& record : field(row, "ordered_kv_records")) {
        if (record.at(0) == key) {
          out.asked = out.pairs.size();
          found = true;
        }
        out.pairs.emplace_back(record.at(0).get<std::string>(), record.at(1).get<std::string>());
      }
      if (!found) throw std::out_of_range("its key is not among its pairs");
      rows.push_back(std::move(out));
    } catch (const std::exception& problem) {
      return data_error(fmt::format("row {} of {} {} is no object of pairs: {}", rows.size(), kData,
                                    kConfig, problem.what()));
    }
  }
  if (rows.empty()) return data_error(fmt::format("{} {} has no rows", kData, kConfig));
  return rows;
}

class KvMaker : public PieceMaker {
 public:
  KvMaker(const PromptMeter& meter, PairSource& pairs)
      : PieceMaker(meter, kAnswerTokens), pairs_(pairs) {}

 private:
  expected<Range> range(const Spot& spot) override {
    pairs_.begin(spot);
    return Range{1, pairs_.size(), fmt::format("the data have only {} pairs", pairs_.size())};
  }

  void write(const Spot& spot, std::size_t pieces, Json& doc) override {
    const Pair& asked = pairs_.at(0);
    const std::size_t others = pieces - 1;
    const auto place =
        static_cast<std::size_t>(spot.depth.value_or(0) / 100 * static_cast<double>(others) + 0.5);
    std::string object;
    for (std::size_t i = 0; i < pieces; ++i) {
      const Pair& pair = i == place ? asked : pairs_.at(i < place ? i + 1 : i);
      fmt::format_to(std::back_inserter(object), "{}\"{}\": \"{}\"{}", i == 0 ? "{" : " ",
                     pair.first, pair.second, i + 1 == pieces ? "}" : ",\n");
    }
    doc["keys"] = {asked.first};
    doc["values"] = {asked.second};
    doc["position"] = place;
    doc["input"] = fmt::format(
        "Extract the value corresponding to the specified key in the JSON object below.\n\n"
        "JSON data:\n{}\n\nKey: \"{}\"\n",
        object, asked.first);
    doc["answer_start"] = "Corresponding value:";
  }

  PairSource& pairs_;
};

expected<std::vector<Item>> generate(const DataSource& source, const GenerateContext& context) {
  const expected<KvSettings> settings = read_kv(context.settings);
  if (!settings) return settings.error();
  const std::vector<Spot> spots =
      grid_spots(settings->cells.lengths, settings->cells.depths, settings->cells.needles);
  const PromptMeter meter(source, context);
  const auto made_from = [&](PairSource& pairs) {
    KvMaker maker(meter, pairs);
    return make_items(kName, spots, settings->cells.placements, meter.counted_by(), maker);
  };
  if (settings->pairs == "own") {
    OwnPairs own(settings->seed);
    return made_from(own);
  }
  expected<std::vector<KvRow>> rows = longdoc_rows(source);
  if (!rows) {
    return Error{rows.error().code, fmt::format("Task {}: {}", kName, rows.error().message)};
  }
  if (static_cast<std::size_t>(settings->cells.needles) > rows->size()) {
    return usage_error(fmt::format(
        "Task {}: {} {} has {} objects, which is not enough for {} in a cell; ask for fewer "
        "(--needles) or take UUIDs of our own (--set pairs=own).",
        kName, kData, kConfig, rows->size(), settings->cells.needles));
  }
  LongdocPairs longdoc(settings->seed, std::move(*rows));
  return made_from(longdoc);
}

const TaskRegistrar kKvRetrieval{[] {
  Task task = made_task(kName, "the value of one key in a JSON object of UUIDs: length x depth",
                        kAnswerTokens);
  task.data.dataset = kData;
  task.generate_items = generate;
  task.metrics = {{"exact_match"}};
  task.process_results = [](const Item& item, const Response& response) {
    const std::string& text = std::get<std::vector<Generation>>(response.answer).at(0).text;
    const double share = share_contained(generated_text(text), text_list(item.doc, "values"));
    return std::vector<MetricValue>{{"exact_match", share}};
  };
  return std::vector<Task>{task};
}};

}  // namespace
}  // namespace assay
