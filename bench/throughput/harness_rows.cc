// Rows of the program without an engine: a scripted model answers at once.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "assay/json.h"
#include "bench/throughput/bench.h"

namespace assay::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHarnessItems = 14042;

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

}  // namespace

expected<void> add_harness(const BenchPtr& bench, std::vector<Row>& rows) {
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
                  0.3,
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
  return {};
}

}  // namespace assay::bench
