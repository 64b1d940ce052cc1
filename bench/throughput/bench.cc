// See bench.h.
#include "bench/throughput/bench.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace assay::bench {
namespace {

// Items per second if every token were decoded once at the best rate the engine has.
Measure limit_rate(const BenchPtr& bench, const WorkPtr& work, const Demand& demand) {
  return [=]() -> expected<double> {
    const expected<double> seconds = bench->engine->limit_seconds(demand);
    if (!seconds) return seconds.error();
    return static_cast<double>(work->items) / *seconds;
  };
}

}  // namespace

Bench::~Bench() {
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

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

Measure items_per_second(const BenchPtr& bench, const WorkPtr& work, Mode mode) {
  return [=]() -> expected<double> {
    Engine& engine = mode == Mode::kFast ? *bench->engine : *bench->exact;
    const expected<double> seconds = engine.packed_seconds(*work);
    if (!seconds) return seconds.error();
    return static_cast<double>(work->items) / *seconds;
  };
}

void add_exact_row(const BenchPtr& bench, const std::string& name, const WorkPtr& work,
                   std::vector<Row>& rows) {
  rows.push_back({name, "the fast mode, for --exact", "items/s", 0.90, false,
                  items_per_second(bench, work, Mode::kExact), items_per_second(bench, work)});
}

expected<void> add_limit_row(const BenchPtr& bench, const std::string& name, const WorkPtr& work,
                             double goal, std::vector<Row>& rows) {
  if (!is_asked(bench->setting, name, "the limit")) return {};
  const expected<Demand> demand = bench->engine->demand(*work);
  if (!demand) return demand.error();
  rows.push_back({name,
                  fmt::format("the limit: {} tokens, {} outputs, depth {}", demand->tokens,
                              demand->outputs, demand->depth),
                  "items/s", goal, false, items_per_second(bench, work),
                  limit_rate(bench, work, *demand)});
  return {};
}

expected<ChildResult> run_assay(const BenchPtr& bench, std::vector<std::string> words,
                                const std::string& data) {
  const std::string folder = (bench->folder / "run").string();
  std::filesystem::remove_all(folder);
  words.insert(words.begin(), {bench->setting.program, "run"});
  words.insert(words.end(),
               {"--data", data.empty() ? bench->setting.data : data, "-o", folder, "--json"});
  return run_child(words);
}

double peak_memory(const ChildResult& run) {
  return Json::parse(run.out)["timing"]["peak_memory_bytes"].get<double>();
}

}  // namespace assay::bench
