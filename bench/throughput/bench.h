// What the rows of the throughput table share: the engine, data, a folder, and ways to measure. A
// file for each kind of row adds it: choice_rows.cc, generated_rows.cc, harness_rows.cc.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "bench/throughput/child.h"
#include "bench/throughput/engine.h"
#include "bench/throughput/rows.h"
#include "bench/throughput/side_by_side.h"

namespace assay::bench {

// The closures of the rows hold it.
struct Bench {
  Setting setting;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Engine> exact;  // the same model with --exact
  std::unique_ptr<DataSource> data;
  std::filesystem::path folder;
  std::string threads() const { return std::to_string(setting.threads); }
  ~Bench();
};
using BenchPtr = std::shared_ptr<Bench>;
using WorkPtr = std::shared_ptr<Workload>;

RunSettings settings_of(const std::vector<std::string>& targets, int shots, std::size_t first);
expected<WorkPtr> prepare(const BenchPtr& bench, const RunSettings& settings);

enum class Mode { kFast, kExact };
Measure items_per_second(const BenchPtr& bench, const WorkPtr& work, Mode mode = Mode::kFast);

// What --exact costs.
void add_exact_row(const BenchPtr& bench, const std::string& name, const WorkPtr& work,
                   std::vector<Row>& rows);
// Against every token decoded once at the best rate the engine has.
expected<void> add_limit_row(const BenchPtr& bench, const std::string& name, const WorkPtr& work,
                             double goal, std::vector<Row>& rows);

// `assay run` in a folder of its own each time; the rest of the command line is given. `data`: a
// data home, "" = the bench's.
expected<ChildResult> run_assay(const BenchPtr& bench, std::vector<std::string> words,
                                const std::string& data = "");
// In bytes, as `assay run --json` tells it: what the system says of a child begins with the memory
// of this process.
double peak_memory(const ChildResult& run);

expected<void> add_hellaswag(const BenchPtr& bench, std::vector<Row>& rows);
expected<void> add_few_shot(const BenchPtr& bench, std::vector<Row>& rows);
expected<void> add_generation(const BenchPtr& bench, std::vector<Row>& rows);
expected<void> add_harness(const BenchPtr& bench, std::vector<Row>& rows);

}  // namespace assay::bench
