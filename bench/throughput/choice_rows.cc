// Rows of tasks with choices. Those against other programs time whole processes on both sides,
// loading included; those against the limit, naive scoring or a server are measured in this
// process.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>
#include <variant>

#include "bench/throughput/bench.h"
#include "runtime/wire.h"

namespace assay::bench {
namespace {

constexpr std::size_t kNaiveItems = 2;  // naive scoring takes as long for each item

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

// The items as lines {"context", "continuations"}.
expected<std::string> write_choices(const BenchPtr& bench, const Workload& work) {
  const std::string file = (bench->folder / "choices.jsonl").string();
  std::ofstream out(file);
  for (const std::vector<PreparedRequest>& unit : work.units) {
    for (const PreparedRequest& request : unit) {
      const auto& choices = std::get<Choices>(request.request);
      out << dump_line(
                 {{"context", choices.context_of(0)}, {"continuations", choices.continuations}})
          << "\n";
    }
  }
  return out ? expected<std::string>(file) : internal_error("The items could not be written.");
}

// Against a server: asked as the usual harness asks it, and in the way that suits it best. Only the
// requests are timed there, and only the answering here.
expected<void> add_served_rows(const BenchPtr& bench, const std::string& name, const WorkPtr& work,
                               std::vector<Row>& rows) {
  if (bench->setting.tools.empty() || bench->setting.driver.empty()) return {};
  const expected<std::string> file = write_choices(bench, *work);
  if (!file) return file.error();
  const auto served = [&](const std::vector<std::string>& more) -> Measure {
    std::vector<std::string> theirs = {"/usr/bin/env",
                                       "python3",
                                       bench->setting.driver,
                                       "--server",
                                       bench->setting.tools + "/llama-server",
                                       "--model",
                                       bench->setting.model,
                                       "--threads",
                                       bench->threads(),
                                       *file};
    theirs.insert(theirs.end(), more.begin(), more.end());
    return [=]() -> expected<double> {
      const expected<ChildResult> child = run_child(theirs);
      if (!child) return child.error();
      const Json json = Json::parse(child->out, nullptr, false);
      if (!json.is_object()) return internal_error("The server gave no figures.");
      return json["items"].get<double>() / json["seconds"].get<double>();
    };
  };
  rows.push_back({name, "llama-server, asked as lm-evaluation-harness asks it", "items/s", 5, false,
                  items_per_second(bench, work), served({})});
  rows.push_back({name, "llama-server, one request after the other", "items/s", 0, false,
                  items_per_second(bench, work), served({"--one-by-one"})});
  return {};
}

}  // namespace

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
                  "memory over model + KV cache + output rows as planned",
                  "MiB",
                  64,
                  true,
                  [=]() -> expected<double> {
                    const expected<ChildResult> child = run_assay(bench, ours);
                    if (!child) return child.error();
                    std::ifstream in(bench->folder / "run" / "manifest.json");
                    const Json model = Json::parse(in)["model"]["settings"];
                    if (!model.contains("cache_bytes")) {
                      return unavailable("The model's header does not tell its cache's size.");
                    }
                    // Output rows stand in the engine's buffer and in the one they are read from.
                    const double rows = 2 * sizeof(float) *
                                        model["outputs_per_batch"].get<double>() *
                                        model["vocabulary"].get<double>();
                    const double each = model["cache_bytes"].get<double>() + rows;
                    const double planned =
                        model["bytes"].get<double>() + bench->setting.contexts * each;
                    return (peak_memory(*child) - planned) / (1 << 20);
                  },
                  {}});
  const expected<void> served = add_served_rows(bench, name, *work, rows);
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

}  // namespace assay::bench
