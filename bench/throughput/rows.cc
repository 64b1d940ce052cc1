// See rows.h. Rows against other programs time whole processes on both sides, loading included;
// rows against the limit or naive scoring are measured in this process on one context.
#include "bench/throughput/rows.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>
#include <variant>

#include "bench/throughput/child.h"
#include "bench/throughput/engine.h"
#include "datasets/data_home.h"
#include "runtime/wire.h"

namespace assay::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNaiveItems = 2;       // naive scoring takes as long for each item
constexpr std::size_t kServedItems = 6;      // a request per token
constexpr int kNewTokens = 128;              // of the generating rows
constexpr std::size_t kGeneratedItems = 64;  // two units
constexpr std::size_t kHarnessItems = 14042;

// What the closures of the rows share.
struct Bench {
  Setting setting;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Engine> exact;  // the same model with --exact
  std::unique_ptr<DataSource> data;
  fs::path folder;
  std::string threads() const { return std::to_string(setting.threads); }
  ~Bench() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};
using BenchPtr = std::shared_ptr<Bench>;
using WorkPtr = std::shared_ptr<Workload>;

RunSettings settings_of(const std::vector<std::string>& targets, int shots, std::size_t first) {
  RunSettings settings;
  settings.targets = targets;
  settings.shots = shots;
  settings.limit = static_cast<double>(first);
  return settings;
}

expected<WorkPtr> prepare(const BenchPtr& bench, const RunSettings& settings) {
  expected<Workload> work = bench->engine->prepare(settings, *bench->data);
  if (!work) return work.error();
  return std::make_shared<Workload>(*std::move(work));
}

enum class Mode { kFast, kExact };

Measure items_per_second(const BenchPtr& bench, const WorkPtr& work, Mode mode = Mode::kFast) {
  return [=]() -> expected<double> {
    Engine& engine = mode == Mode::kFast ? *bench->engine : *bench->exact;
    const expected<double> seconds = engine.packed_seconds(*work);
    if (!seconds) return seconds.error();
    return static_cast<double>(work->items) / *seconds;
  };
}

// Items per second if every token were decoded once at the best rate the engine has.
Measure limit_rate(const BenchPtr& bench, const WorkPtr& work, const Demand& demand) {
  return [=]() -> expected<double> {
    const expected<double> seconds = bench->engine->limit_seconds(demand);
    if (!seconds) return seconds.error();
    return static_cast<double>(work->items) / *seconds;
  };
}

// What --exact costs.
void add_exact_row(const BenchPtr& bench, const std::string& name, const WorkPtr& work,
                   std::vector<Row>& rows) {
  rows.push_back({name, "the fast mode, for --exact", "items/s", 0.90, false,
                  items_per_second(bench, work, Mode::kExact), items_per_second(bench, work)});
}

expected<void> add_limit_row(const BenchPtr& bench, const std::string& name, const WorkPtr& work,
                             double goal, std::vector<Row>& rows) {
  const expected<Demand> demand = bench->engine->demand(*work);
  if (!demand) return demand.error();
  rows.push_back({name,
                  fmt::format("the limit: {} tokens, {} outputs, depth {}", demand->tokens,
                              demand->outputs, demand->depth),
                  "items/s", goal, false, items_per_second(bench, work),
                  limit_rate(bench, work, *demand)});
  return {};
}

// The items in the text form of llama-perplexity: context, label, four endings.
expected<std::string> write_hellaswag(const BenchPtr& bench, const Workload& work) {
  const std::string file = (bench->folder / "hellaswag.txt").string();
  std::ofstream out(file);
  const auto line = [](std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? std::string("-") : text.substr(begin);
  };
  for (const std::vector<PreparedRequest>& unit : work.units) {
    for (const PreparedRequest& request : unit) {
      const auto* choices = std::get_if<Choices>(&request.request);
      if (choices == nullptr || choices->continuations.size() != 4) {
        return internal_error("HellaSwag is not four choices an item.");
      }
      out << line(choices->context_of(0)) << "\n0\n";
      for (const std::string& ending : choices->continuations) out << line(ending) << "\n";
    }
  }
  return out ? expected<std::string>(file) : internal_error("The items could not be written.");
}

// The first items as lines {"context", "continuations"}.
expected<std::string> write_choices(const BenchPtr& bench, const Workload& work,
                                    std::size_t items) {
  const std::string file = (bench->folder / "choices.jsonl").string();
  std::ofstream out(file);
  for (const std::vector<PreparedRequest>& unit : work.units) {
    for (const PreparedRequest& request : unit) {
      if (items == 0) break;
      --items;
      const auto& choices = std::get<Choices>(request.request);
      out << dump_line(
                 {{"context", choices.context_of(0)}, {"continuations", choices.continuations}})
          << "\n";
    }
  }
  return out ? expected<std::string>(file) : internal_error("The items could not be written.");
}

// Against a server that is asked as the usual harness asks it; only the requests are timed there,
// and only the answering here.
expected<void> add_served_row(const BenchPtr& bench, const RunSettings& settings,
                              std::vector<Row>& rows) {
  if (bench->setting.tools.empty() || bench->setting.driver.empty()) return {};
  RunSettings few = settings;
  few.limit = static_cast<double>(kServedItems);
  const expected<WorkPtr> work = prepare(bench, few);
  if (!work) return work.error();
  const expected<std::string> file = write_choices(bench, **work, kServedItems);
  if (!file) return file.error();
  const std::vector<std::string> theirs = {
      "python3", bench->setting.driver, "--server",  bench->setting.tools + "/llama-server",
      "--model", bench->setting.model,  "--threads", bench->threads(),
      *file};
  rows.push_back({fmt::format("HellaSwag 0-shot, {} items", kServedItems),
                  "llama-server, a request per token", "items/s", 5, false,
                  items_per_second(bench, *work), [=]() -> expected<double> {
                    const expected<ChildResult> child = run_child(theirs);
                    if (!child) return child.error();
                    const Json json = Json::parse(child->out, nullptr, false);
                    if (!json.is_object()) return internal_error("The server gave no figures.");
                    return json["items"].get<double>() / json["seconds"].get<double>();
                  }});
  return {};
}

// `assay run` in a folder of its own each time; the rest of the command line is given.
expected<ChildResult> run_assay(const BenchPtr& bench, std::vector<std::string> words,
                                const std::string& data) {
  const std::string folder = (bench->folder / "run").string();
  fs::remove_all(folder);
  words.insert(words.begin(), {bench->setting.program, "run"});
  words.insert(words.end(), {"--data", data, "-o", folder, "--json"});
  return run_child(words);
}
expected<ChildResult> run_assay(const BenchPtr& bench, const std::vector<std::string>& words) {
  return run_assay(bench, words, bench->setting.data);
}

// In bytes, as `assay run --json` tells it: what the system says of a child begins with the memory
// of this process.
double peak_memory(const ChildResult& run) {
  return Json::parse(run.out)["timing"]["peak_memory_bytes"].get<double>();
}

expected<void> add_hellaswag(const BenchPtr& bench, std::vector<Row>& rows) {
  const std::size_t items = bench->setting.items;
  const expected<WorkPtr> work = prepare(bench, settings_of({"hellaswag"}, 0, items));
  if (!work) return work.error();
  const std::string name = fmt::format("HellaSwag 0-shot, {} items", items);
  const std::vector<std::string> ours = {"hellaswag",
                                         "--shots",
                                         "0",
                                         "--first",
                                         std::to_string(items),
                                         "-m",
                                         bench->setting.model,
                                         "--threads",
                                         bench->threads(),
                                         "--contexts",
                                         std::to_string(bench->setting.contexts)};
  if (!bench->setting.tools.empty()) {
    const expected<std::string> file = write_hellaswag(bench, **work);
    if (!file) return file.error();
    const std::vector<std::string> theirs = {bench->setting.tools + "/llama-perplexity",
                                             "-m",
                                             bench->setting.model,
                                             "-f",
                                             *file,
                                             "--hellaswag",
                                             "--hellaswag-tasks",
                                             std::to_string(items),
                                             "-t",
                                             bench->threads(),
                                             "-np",
                                             "16",
                                             "-c",
                                             "128"};  // its best flags of those tried
    const auto rate = [=](const expected<ChildResult>& child) -> expected<double> {
      if (!child) return child.error();
      return static_cast<double>(items) / child->seconds;
    };
    rows.push_back({name, "llama-perplexity --hellaswag, whole processes", "items/s", 1.15, false,
                    [=] { return rate(run_assay(bench, ours)); },
                    [=] { return rate(run_child(theirs)); }});
  }
  rows.push_back({name,
                  "its own wall clock: share outside the engine",
                  "share",
                  0.02,
                  true,
                  [=]() -> expected<double> {
                    const expected<ChildResult> child = run_assay(bench, ours);
                    if (!child) return child.error();
                    const Json session = Json::parse(child->out)["timing"]["session"];
                    return 1 - session["decoding"].get<double>() / session["wall"].get<double>();
                  },
                  {}});
  rows.push_back({name,
                  "memory over model + KV cache as planned",
                  "MiB",
                  64,
                  true,
                  [=]() -> expected<double> {
                    const expected<ChildResult> child = run_assay(bench, ours);
                    if (!child) return child.error();
                    std::ifstream in(bench->folder / "run" / "manifest.json");
                    const Json model = Json::parse(in)["model"]["settings"];
                    const double planned =
                        model["bytes"].get<double>() + model["cache_bytes"].get<double>();
                    return (peak_memory(*child) - planned) / (1 << 20);
                  },
                  {}});
  const expected<void> served = add_served_row(bench, settings_of({"hellaswag"}, 0, items), rows);
  if (!served) return served;
  add_exact_row(bench, name, *work, rows);
  return add_limit_row(bench, name, *work, 1.05, rows);
}

expected<void> add_few_shot(const BenchPtr& bench, std::vector<Row>& rows) {
  const std::size_t each = std::max<std::size_t>(1, bench->setting.items / 4);
  const expected<WorkPtr> mmlu = prepare(
      bench, settings_of({"mmlu_astronomy", "mmlu_virology", "mmlu_philosophy", "mmlu_marketing"},
                         5, each));
  if (!mmlu) return mmlu.error();
  const std::string name = fmt::format("MMLU 5-shot, 4 subjects x {}", each);
  rows.push_back({name, fmt::format("naive: every choice alone ({} items)", kNaiveItems), "items/s",
                  20, false, items_per_second(bench, *mmlu), [=]() -> expected<double> {
                    const expected<double> seconds =
                        bench->engine->naive_seconds(**mmlu, kNaiveItems);
                    if (!seconds) return seconds.error();
                    return kNaiveItems / *seconds;
                  }});
  add_exact_row(bench, name, *mmlu, rows);
  expected<void> added = add_limit_row(bench, name, *mmlu, 0.95, rows);
  if (!added) return added;
  const std::size_t few = std::max<std::size_t>(1, bench->setting.items / 10);
  const expected<WorkPtr> arc = prepare(bench, settings_of({"arc_challenge"}, 25, few));
  if (!arc) return arc.error();
  return add_limit_row(bench, fmt::format("ARC-Challenge 25-shot, {} items", few), *arc, 0.90,
                       rows);
}

// The engine's own figure at the best of some widths, prompts and answers of the same lengths.
Measure batched_bench(const BenchPtr& bench, std::size_t prompt) {
  return [=]() -> expected<double> {
    const expected<ChildResult> child = run_child({bench->setting.tools + "/llama-batched-bench",
                                                   "-m",
                                                   bench->setting.model,
                                                   "-t",
                                                   bench->threads(),
                                                   "-tb",
                                                   bench->threads(),
                                                   "-c",
                                                   std::to_string((prompt + kNewTokens) * 33),
                                                   "-b",
                                                   "2048",
                                                   "-ub",
                                                   "512",
                                                   "-npp",
                                                   std::to_string(prompt),
                                                   "-ntg",
                                                   std::to_string(kNewTokens),
                                                   "-npl",
                                                   "16,32",
                                                   "-pps",
                                                   "--output-format",
                                                   "jsonl"});
    if (!child) return child.error();
    double best = 0;
    std::istringstream lines(child->out);
    for (std::string line; std::getline(lines, line);) {
      const Json json = Json::parse(line, nullptr, false);
      if (json.is_object()) best = std::max(best, json.value("speed_tg", 0.0));
    }
    if (best <= 0) return internal_error("llama-batched-bench gave no figures.");
    return best;
  };
}

expected<void> add_generation(const BenchPtr& bench, std::vector<Row>& rows) {
  const auto generate = [=](const WorkPtr& work) -> Measure {
    return [=]() -> expected<double> {
      const expected<double> seconds = bench->engine->packed_seconds(*work);
      if (!seconds) return seconds.error();
      return bench->engine->generation_rate();
    };
  };
  RunSettings gsm8k = settings_of({"gsm8k"}, 5, kGeneratedItems);
  gsm8k.max_tokens = kNewTokens;
  RunSettings humaneval = settings_of({"humaneval"}, 0, 4);
  humaneval.max_tokens = kNewTokens;
  humaneval.samples = 10;
  humaneval.temperature = 0.8;
  for (const auto& [name, settings] :
       {std::pair{fmt::format("GSM8K 5-shot, {} items, {} new tokens", kGeneratedItems, kNewTokens),
                  gsm8k},
        std::pair{fmt::format("HumanEval, 4 items x 10 samples, {} new tokens", kNewTokens),
                  humaneval}}) {
    const expected<WorkPtr> work = prepare(bench, settings);
    if (!work) return work.error();
    std::size_t prompts = 0;
    for (const auto& unit : (*work)->units) {
      for (const PreparedRequest& request : unit) prompts += request.sequences[0].context.size();
    }
    add_exact_row(bench, name, *work, rows);
    if (bench->setting.tools.empty()) continue;
    rows.push_back({name, "llama-batched-bench at its best width, same lengths", "tokens/s", 0.95,
                    false, generate(*work), batched_bench(bench, prompts / (*work)->items)});
  }
  return {};
}

// A data home with one data set of any length, in ARC's form, its rows as long as ARC's.
std::string made_home(const BenchPtr& bench, std::size_t items) {
  const fs::path home = bench->folder / fmt::format("home-{}", items);
  const fs::path file = home / "arc" / "ARC-Easy-Test.jsonl";
  if (fs::exists(file)) return home.string();
  fs::create_directories(file.parent_path());
  std::ofstream out(file);
  for (std::size_t i = 0; i < items; ++i) {
    Json choices = Json::array();
    for (std::size_t c = 0; c < 4; ++c) {
      choices.push_back({{"text", fmt::format("It stands at place {} of the row.", i * 4 + c)},
                         {"label", std::string(1, static_cast<char>('A' + c))}});
    }
    const std::string stem = fmt::format(
        "The rows of this list have numbers from zero upwards, and each of them has four answers. "
        "Where does the first answer of row {} stand?",
        i);
    out << Json{{"id", fmt::format("row{}", i)},
                {"question", {{"stem", stem}, {"choices", choices}}},
                {"answerKey", "A"}}
        << "\n";
  }
  return home.string();
}

void add_harness(const BenchPtr& bench, std::vector<Row>& rows) {
  rows.push_back({fmt::format("harness alone, scripted:hash, MMLU 0-shot, {} items", kHarnessItems),
                  "nothing: items/s",
                  "items/s",
                  20000,
                  false,
                  [=]() -> expected<double> {
                    const expected<ChildResult> child =
                        run_assay(bench, {"mmlu", "--shots", "0", "-m", "scripted:hash"});
                    if (!child) return child.error();
                    return static_cast<double>(kHarnessItems) / child->seconds;
                  },
                  {}});
  const auto long_run = [=](std::size_t items) {
    return run_assay(bench, {"arc_easy", "--shots", "0", "-m", "scripted:hash"},
                     made_home(bench, items));
  };
  const auto rate = [=](std::size_t items) -> expected<double> {
    const expected<ChildResult> child = long_run(items);
    if (!child) return child.error();
    return static_cast<double>(items) / child->seconds;
  };
  constexpr std::size_t kMany = 10 * kHarnessItems;
  const std::string name = fmt::format("harness alone, scripted:hash, {} rows of a list", kMany);
  rows.push_back({name, "a tenth of them: items/s (1 = linear)", "items/s", 0.9, false,
                  [=] { return rate(kMany); }, [=] { return rate(kHarnessItems); }});
  rows.push_back({name,
                  "memory for each item more than a tenth",
                  "KiB",
                  3,
                  true,
                  [=]() -> expected<double> {
                    const expected<ChildResult> many = long_run(kMany);
                    if (!many) return many.error();
                    const expected<ChildResult> few = long_run(kHarnessItems);
                    if (!few) return few.error();
                    return (peak_memory(*many) - peak_memory(*few)) / (kMany - kHarnessItems) /
                           1024;
                  },
                  {}});
}

}  // namespace

expected<std::vector<Row>> make_rows(const Setting& setting) {
  auto bench = std::make_shared<Bench>();
  bench->setting = setting;
  bench->folder = fs::temp_directory_path() / fmt::format("assay-bench-{}", getpid());
  fs::create_directories(bench->folder);
  bench->data = std::make_unique<DataHome>(data_home_folder(setting.data));
  ModelOptions options;
  options.spec = setting.model;
  options.threads = setting.threads;
  options.contexts = setting.contexts;
  options.probe_in_child = false;
  expected<std::unique_ptr<Engine>> engine = Engine::open(options);
  if (!engine) return engine.error();
  bench->engine = *std::move(engine);
  options.exact = true;
  expected<std::unique_ptr<Engine>> exact = Engine::open(options);
  if (!exact) return exact.error();
  bench->exact = *std::move(exact);

  std::vector<Row> rows;
  for (const auto& add : {add_hellaswag, add_few_shot, add_generation}) {
    const expected<void> added = add(bench, rows);
    if (!added) return added.error();
  }
  add_harness(bench, rows);
  return rows;
}

}  // namespace assay::bench
