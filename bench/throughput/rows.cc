// See rows.h.
#include "bench/throughput/rows.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "bench/throughput/bench.h"
#include "datasets/data_home.h"

namespace assay::bench {

bool is_asked(const Setting& setting, const std::string& work, const std::string& against) {
  const std::string name = work + " " + against;
  return setting.rows.empty() || std::ranges::any_of(setting.rows, [&](const std::string& word) {
           return name.find(word) != std::string::npos;
         });
}

expected<std::vector<Row>> make_rows(const Setting& setting) {
  auto bench = std::make_shared<Bench>();
  bench->setting = setting;
  bench->folder = std::filesystem::temp_directory_path() / fmt::format("assay-bench-{}", getpid());
  std::filesystem::create_directories(bench->folder);
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
  for (const auto& add : {add_hellaswag, add_few_shot, add_generation, add_harness}) {
    const expected<void> added = add(bench, rows);
    if (!added) return added.error();
  }
  std::erase_if(rows, [&](const Row& row) { return !is_asked(setting, row.work, row.against); });
  return rows;
}

}  // namespace assay::bench
