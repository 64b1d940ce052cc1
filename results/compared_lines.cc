// See the header.
#include "results/compared_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace assay {
namespace {

void fill_group(const ComparedLine& line, const LineBuilder& builder, TaskComparison& out) {
  const ComparedTask& first = *line.tasks.front();
  for (const Json& aggregate : line.report.group->value("aggregates", Json::array())) {
    const auto metric = aggregate.value("metric", std::string());
    for (const std::string& filter : first.filters) {
      if (aggregate.value("filter", filter) != filter) continue;
      const bool known = std::all_of(line.tasks.begin(), line.tasks.end(), [&](const auto* t) {
        return t->pairs.measured.empty() ||
               std::any_of(t->metrics.begin(), t->metrics.end(),
                           [&](const MetricSpec& m) { return m.name == metric; });
      });
      if (!known) continue;
      MetricComparison m =
          builder.pooled(line.tasks, metric, filter, aggregate.value("weight_by_size", true));
      const bool taken = out.headline() != nullptr;
      m.headline = !taken && (metric == first.metric || out.metrics.empty());
      out.metrics.push_back(std::move(m));
    }
  }
}

}  // namespace

std::vector<ComparedLine> compared_lines(const Json& manifest,
                                         const std::map<std::string, ComparedTask>& tasks) {
  std::vector<ComparedLine> lines;
  std::size_t claimed_depth = 0;
  bool inside_claimed = false;
  for (ReportLine& report : report_order(manifest)) {
    ComparedLine line{report, {}, false};
    const std::vector<std::string> leaves =
        report.group == nullptr ? std::vector{report.name} : report.leaves;
    for (const std::string& leaf : leaves) {
      const auto found = tasks.find(leaf);
      if (found != tasks.end()) line.tasks.push_back(&found->second);
    }
    if (line.tasks.empty()) continue;
    if (inside_claimed && report.depth <= claimed_depth) inside_claimed = false;
    // A group with a score of its own is one claim, not one for each of its tasks.
    const bool scored =
        report.group == nullptr || !report.group->value("aggregates", Json::array()).empty();
    line.claimed = scored && !inside_claimed;
    if (line.claimed && report.group != nullptr)
      inside_claimed = true, claimed_depth = report.depth;
    lines.push_back(std::move(line));
  }
  return lines;
}

TaskComparison compare_line(const ComparedLine& line, LineBuilder& builder) {
  TaskComparison out = builder.line(line.tasks);
  out.name = line.report.name;
  out.is_group = line.report.group != nullptr;
  out.depth = line.report.depth;
  if (out.is_group) {
    out.alias = line.report.group->value("alias", "");
    fill_group(line, builder, out);
    if (line.tasks.size() < line.report.leaves.size()) {
      out.notes.push_back(fmt::format("only {} of the base run's {} tasks of this group",
                                      line.tasks.size(), line.report.leaves.size()));
    }
  } else {
    out.alias = line.tasks.front()->pairs.base->manifest.value("alias", "");
    out.data_label = line.tasks.front()->pairs.base->manifest.value("data_label", "");
    builder.add_metrics(*line.tasks.front(), out);
  }
  if (line.claimed) out.claim = Claim{};
  builder.add_notes(out);
  return out;
}

}  // namespace assay
