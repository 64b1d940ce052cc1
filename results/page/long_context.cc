// Needles in a haystack: how often what was hidden is found, over the length of the text and the
// place of the needle. The figures are those of the run's summary and made by the same function
// (results/length_results.h). With several runs also each cell's paired difference from the first
// run's.
#include <fmt/format.h>

#include <map>

#include "results/length_shift.h"
#include "results/page/length_charts.h"
#include "results/page/sections.h"

namespace assay::page {
namespace {

struct RunLengths {
  std::size_t place;  // of the run in the page
  const TaskRecord* task;
  LengthResults results;
};

}  // namespace

std::optional<Section> long_context_section(std::span<const PageRun> runs) {
  Section section{"long-context", "Long context", {}};
  std::vector<std::string> tasks;
  std::map<std::string, std::vector<RunLengths>> found;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (!runs[r].has_figures()) continue;
    for (const TaskRecord& task : runs[r].folder().tasks) {
      std::optional<LengthResults> results = length_results(task);
      if (!results) continue;
      if (!found.contains(task.name)) tasks.push_back(task.name);
      found[task.name].push_back({r, &task, std::move(*results)});
    }
  }
  if (tasks.empty()) return std::nullopt;
  for (const std::string& task : tasks) {
    std::vector<NamedLengths> named;
    for (const RunLengths& run : found[task]) named.push_back({runs[run.place].name, &run.results});
    section.blocks.emplace_back(length_curve_chart(task, named));
    const auto id = [&](std::size_t i) {
      return fmt::format("needle-{}-{}", task, found[task][i].place);
    };
    for (std::size_t i = 0; i < named.size(); ++i) {
      if (named[i].results->cells.empty()) continue;
      section.blocks.emplace_back(length_heat_chart(task, named[i], id(i)));
    }
    for (std::size_t i = 1; i < named.size(); ++i) {
      const LengthResults& base = found[task][0].results;
      const auto shift = length_shift(pair_task(*found[task][0].task, *found[task][i].task),
                                      {base.metric}, base.filter, {});
      if (!shift || shift->cells.empty()) continue;
      section.blocks.emplace_back(length_difference_chart(task, named[0].name, named[i].name,
                                                          *shift, id(i) + "-difference"));
    }
  }
  return section;
}

}  // namespace assay::page
