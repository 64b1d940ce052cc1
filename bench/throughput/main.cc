// `make bench`: assay's throughput against what else could do the same work, each row a ratio
// measured side by side (side_by_side.h), printed as a table with spread and machine and kept in a
// file; a ratio more than 5 % worse than the kept one is said.
//
//   throughput --assay PROGRAM --data HOME --model M.gguf [--tools DIR] [--driver FILE]
//              [--results FILE] [--repeats N] [--items N] [--threads N] [--contexts N]
//              [--rows TEXT…]
//              [--processor-time] [--keep]
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "bench/throughput/rows.h"
#include "bench/throughput/stopwatch.h"
#include "results/text_table.h"
#include "runtime/llama_load.h"
#include "runtime/machine.h"
#include "runtime/wire.h"

namespace assay::bench {
namespace {

constexpr double kRegression = 0.05;  // of a ratio, against the kept one

Json read_results(const std::string& file) {
  std::ifstream in(file);
  Json json = in ? Json::parse(in, nullptr, false) : Json();
  return json.is_object() ? json : Json::object();
}

// The kept rows of a model that new ones compare with and stand beside: none when they were
// measured with other settings than those of `entry`.
Json rows_measured_alike(const Json& kept, const std::string& model, const Json& entry) {
  const Json before = kept.value("models", Json::object()).value(model, Json::object());
  for (const char* setting : {"threads", "contexts", "clock", "build"}) {
    if (before.value(setting, Json()) != entry.at(setting)) return Json::array();
  }
  return before.value("rows", Json::array());
}

// As many as the program takes when it is not asked for a number.
expected<int> contexts_of(const Setting& setting) {
  ModelOptions options;
  options.spec = setting.model;
  options.threads = setting.threads;
  const expected<GgufSummary> gguf = inspect_gguf(options.spec);
  if (!gguf) return gguf.error();
  const expected<CacheTypes> types = parse_cache_types(options.kv_type);
  if (!types) return types.error();
  return settle_contexts(options, *gguf, *types);
}

// Whether a kept row is of what was measured now. What follows a colon (how many tokens a limit is
// made of) may differ.
bool is_same(const Json& kept, const Measured& row) {
  const auto name = [](const std::string& against) { return against.substr(0, against.find(':')); };
  return kept.value("work", "") == row.work && name(kept.value("against", "")) == name(row.against);
}

// The kept ratio of this row, 0 when there is none.
double kept_ratio(const Json& kept, const Measured& row) {
  for (const Json& old : kept) {
    if (is_same(old, row)) return old.value("ratio", 0.0);
  }
  return 0;
}

std::string verdict(const Measured& row, double kept) {
  std::string text;
  if (row.goal > 0) {
    const bool reached = row.smaller ? row.median() <= row.goal : row.median() >= row.goal;
    text = reached ? "reached" : "not reached";
  }
  if (kept > 0) {
    const double change = row.median() / kept - 1;
    const bool worse = row.smaller ? change > kRegression : change < -kRegression;
    text += fmt::format("{}{}was {:.3g}", text.empty() ? "" : ", ", worse ? "WORSE, " : "", kept);
  }
  return text;
}

// What both tables below show of a row: ours, theirs, unit, ratio, range, goal.
std::vector<std::string> cells(const Measured& row) {
  return {row.work,
          row.against,
          fmt::format("{:.4g}", median_of(row.ours)),
          row.theirs.empty() ? "" : fmt::format("{:.4g}", median_of(row.theirs)),
          row.unit,
          fmt::format("{:.3g}", row.median()),
          fmt::format("{:.3g} … {:.3g}", row.low(), row.high()),
          row.goal > 0 ? fmt::format("{} {:.3g}", row.smaller ? "≤" : "≥", row.goal) : ""};
}

// The same rows for people who read the repository.
std::string markdown(const std::vector<Measured>& rows) {
  std::string text =
      "| work | against | ours | theirs | unit | ratio | low … high | goal |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const Measured& row : rows) {
    text += fmt::format("| {} |\n", fmt::join(cells(row), " | "));
  }
  return text;
}

void print_rows(const std::vector<Measured>& rows, const Json& kept) {
  TextTable table({{"work", Align::kLeft},
                   {"against", Align::kLeft},
                   {"ours", Align::kRight},
                   {"theirs", Align::kRight},
                   {"unit", Align::kLeft},
                   {"ratio", Align::kRight},
                   {"low … high", Align::kLeft},
                   {"goal", Align::kLeft},
                   {"", Align::kLeft}});
  for (const Measured& row : rows) {
    std::vector<std::string> line = cells(row);
    line.push_back(verdict(row, kept_ratio(kept, row)));
    table.add(std::move(line));
  }
  for (const std::string& line : table.lines()) fmt::print("{}\n", line);
}

int run(int count, char** words) {
  Setting setting;
  std::string results;
  int repeats = 5;
  bool keep = false;
  bool processor = false;
  CLI::App app("assay's throughput, side by side with others'");
  app.add_option("--assay", setting.program, "the program")->required();
  app.add_option("--data", setting.data, "a data home")->required();
  app.add_option("--model", setting.model, "a GGUF file")->required();
  app.add_option("--tools", setting.tools, "folder with llama-perplexity and llama-batched-bench");
  app.add_option("--driver", setting.driver, "served_choices.py, which drives llama-server");
  app.add_option("--results", results, "where the figures are kept");
  app.add_option("--repeats", repeats, "pairs of measurements")->check(CLI::Range(1, 1000));
  app.add_option("--items", setting.items, "items of the scored rows")->check(CLI::Range(1, 20000));
  app.add_option("--threads", setting.threads, "of the engine")->check(CLI::Range(1, 4096));
  app.add_option("--contexts", setting.contexts, "of ours, which share the threads")
      ->check(CLI::Range(1, 64));
  app.add_option("--rows", setting.rows, "only rows whose name holds one of these");
  app.add_flag("--processor-time", processor,
               "measure processor time, for machines that others use; with --threads 1");
  app.add_flag("--keep", keep, "write the figures to --results");
  CLI11_PARSE(app, count, words);
  if (processor && setting.threads != 1) {
    fmt::print(stderr,
               "bench: --processor-time needs --threads 1: threads that wait use time, too\n");
    return 64;
  }
  if (setting.contexts == 0) {
    const expected<int> contexts = contexts_of(setting);
    if (!contexts) {
      fmt::print(stderr, "bench: {}\n", contexts.error().message);
      return 1;
    }
    setting.contexts = *contexts;
  }
  set_clock(processor ? ClockKind::kProcessor : ClockKind::kWall);

  expected<std::vector<Row>> rows = make_rows(setting);
  if (!rows) {
    fmt::print(stderr, "bench: {}\n", rows.error().message);
    return 1;
  }
  const std::string model = std::filesystem::path(setting.model).stem().string();
  const Json kept = read_results(results);
  const Json machine = describe_machine();
  const std::string clock = processor ? "processor time" : "wall clock";
  fmt::print(
      "{}, {} threads, {} contexts, {}, median of {} interleaved pairs after one unmeasured\n{}\n",
      model, setting.threads, setting.contexts, clock, repeats, machine.dump());
  std::vector<Measured> measured;
  for (const Row& row : *rows) {
    fmt::print(stderr, "measuring {} against {} …\n", row.work, row.against);
    const expected<Measured> one = measure_row(row, repeats);
    if (!one) {
      fmt::print("{} against {}: not measured: {}\n", row.work, row.against, one.error().message);
      continue;
    }
    measured.push_back(*one);
    fmt::print(stderr, "  {:.4g} against {:.4g}: {:.3g} [{:.3g} … {:.3g}]\n", median_of(one->ours),
               one->theirs.empty() ? 1.0 : median_of(one->theirs), one->median(), one->low(),
               one->high());
  }
  Json entry = {{"machine", machine}, {"threads", setting.threads}, {"contexts", setting.contexts},
                {"clock", clock},     {"build", ASSAY_BUILD_TYPE},  {"rows", Json::array()}};
  const Json before = rows_measured_alike(kept, model, entry);
  print_rows(measured, before);
  if (keep && !results.empty()) {
    Json all = kept;
    for (const Json& row : before) {
      const auto is_newer = [&](const Measured& now) { return is_same(row, now); };
      if (std::ranges::none_of(measured, is_newer)) entry["rows"].push_back(row);
    }
    for (const Measured& row : measured) entry["rows"].push_back(to_json(row));
    all["models"][model] = std::move(entry);
    std::ofstream(results) << dump_pretty(all) << "\n";
    const std::filesystem::path page =
        std::filesystem::path(results).replace_filename(model + ".md");
    std::vector<Measured> rows_kept;
    for (const Json& row : all["models"][model]["rows"]) rows_kept.push_back(measured_from(row));
    std::ofstream(page) << fmt::format(
        "# {}, {} threads, {} contexts of ours, {}, {} build\n\nMedians of interleaved pairs. "
        "Machine: `{}`\n\n{}",
        model, setting.threads, setting.contexts, clock, ASSAY_BUILD_TYPE, machine.dump(),
        markdown(rows_kept));
  }
  return 0;
}

}  // namespace
}  // namespace assay::bench

int main(int count, char** words) { return assay::bench::run(count, words); }
