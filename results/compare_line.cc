// See the header.
#include "results/compare_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/length_shift.h"
#include "results/paired_answers.h"
#include "scorers/mcnemar.h"

namespace assay {
namespace {

constexpr double kPoints = 100.0;

void count(const std::vector<const ComparedTask*>& tasks, TaskComparison& out) {
  for (const ComparedTask* task : tasks) {
    out.base_items += task->pairs.base->items.size();
    out.other_items += task->pairs.other->items.size();
    out.common += task->pairs.common;
    out.paired += task->pairs.measured.size();
    out.base_errors += task->pairs.base_errors;
    out.other_errors += task->pairs.other_errors;
    out.one_sided += task->pairs.one_sided;
  }
}

// Says why a figure is missing in the words of the run that lacks it; whether both lack it.
bool explain_absence(const ComparedTask& task, const std::string& filter,
                     MetricComparison& metric) {
  const auto reason_in = [&](const ItemRecord& record) -> std::string {
    for (const Judgement& judgement : record.judged.judgements) {
      if (judgement.filter == filter && !judgement.not_run.empty()) return judgement.not_run;
    }
    return "";
  };
  std::string base;
  std::string other;
  for (const ItemPair& pair : task.pairs.measured) {
    if (base.empty()) base = reason_in(*pair.base);
    if (other.empty()) other = reason_in(*pair.other);
  }
  if (base.empty() && other.empty()) return task.pairs.measured.empty();
  const char* where = other.empty() ? "the base" : base.empty() ? "the other run" : "either run";
  metric.paired = NotRun{fmt::format("not run in {}: {}", where, base.empty() ? other : base)};
  return !base.empty() && !other.empty();
}

}  // namespace

TaskComparison LineBuilder::line(const std::vector<const ComparedTask*>& tasks) {
  TaskComparison out;
  count(tasks, out);
  refuse_for_errors(out);
  AnswerComparison answers(options_.alpha, same_tokens_);
  for (const ComparedTask* task : tasks) {
    if (task->task == nullptr || task->metric.empty()) continue;
    answers.add(*task->task, task->pairs, task->metric, task->filter, task->higher_is_better);
  }
  answers.finish(out);
  flips_ = answers.flips();
  return out;
}

void LineBuilder::add_metrics(const ComparedTask& task, TaskComparison& out) const {
  if (task.task == nullptr) {
    out.refused = fmt::format(
        "this program has no task {}; load the plug-in or task file the run was made with",
        task.pairs.base->name);
    return;
  }
  for (const std::string& filter : task.filters) {
    for (const MetricSpec& metric : task.metrics) {
      MetricComparison m =
          compare_metric(metric, filter, value_pairs(task.pairs, metric.name, filter), paired_);
      m.headline = metric.name == task.metric && filter == task.filter;
      if (as_paired(m.paired) == nullptr) {
        const bool neither = explain_absence(task, filter, m);
        if (m.headline) out.neither = out.neither || neither;
      }
      if (m.headline) out.lengths = length_shift(task.pairs, metric, filter, paired_);
      out.metrics.push_back(std::move(m));
    }
  }
}

MetricComparison LineBuilder::pooled(const std::vector<const ComparedTask*>& tasks,
                                     const std::string& metric, const std::string& filter,
                                     bool by_size) const {
  std::vector<ValuePair> all;
  MetricSpec spec{metric};
  std::vector<MetricComparison> parts;
  std::size_t offset = 0;
  for (const ComparedTask* task : tasks) {
    // "" = each task's own headline.
    const std::string& name = metric.empty() ? task->metric : metric;
    const std::string& from = filter.empty() ? task->filter : filter;
    for (const MetricSpec& m : task->metrics) {
      if (m.name == name) spec = m;
    }
    std::vector<ValuePair> values = value_pairs(task->pairs, name, from);
    if (!by_size) parts.push_back(compare_metric(spec, from, values, paired_));
    std::size_t greatest = 0;
    for (ValuePair& v : values) {
      greatest = std::max(greatest, v.cluster);
      v.cluster += offset;
    }
    offset += greatest + 1;
    all.insert(all.end(), values.begin(), values.end());
  }
  if (metric.empty()) spec = MetricSpec{"score"};
  if (by_size) return compare_metric(spec, filter, all, paired_);
  std::vector<const MetricComparison*> pointers;
  for (const MetricComparison& part : parts) pointers.push_back(&part);
  return average_of(pointers, paired_);
}

void LineBuilder::add_notes(TaskComparison& out) const {
  const std::size_t needed = fewest_discordant(options_.alpha);
  const MetricComparison* headline = out.headline();
  const bool tested = headline != nullptr && headline->mcnemar_p.has_value();
  if (tested && out.flips && out.flips->flips() < needed) {
    const std::size_t flipped = out.flips->flips();
    out.notes.push_back(
        fmt::format("{} flipped: with fewer than {} no test can tell the runs apart at {:g} %",
                    flipped == 0   ? "no item"
                    : flipped == 1 ? "only 1 item"
                                   : fmt::format("only {} items", flipped),
                    needed, kPoints * (1 - options_.alpha)));
  }
  if (out.paired < out.common) {
    out.notes.push_back(fmt::format(
        "{} of {} items compared; the others are item errors (base {}, other {}; {} in one run "
        "only)",
        out.paired, out.common, out.base_errors, out.other_errors, out.one_sided));
  }
  if (out.common < std::max(out.base_items, out.other_items)) {
    out.notes.push_back(fmt::format("only the {} items that both runs asked (base {}, other {})",
                                    out.common, out.base_items, out.other_items));
  }
}

void LineBuilder::refuse_for_errors(TaskComparison& out) const {
  const auto common = static_cast<double>(out.common);
  const auto lost = static_cast<double>(out.one_sided);
  out.neither = out.common > 0 && out.paired == 0 && out.one_sided == 0;
  if (out.common == 0) {
    out.refused = "no item was asked in both runs";
  } else if (lost > options_.max_error_share * common) {
    out.refused = fmt::format(
        "{} of {} items ({:.1f} %) were measured in one run only (item errors: base {}, other "
        "{}), more than the {:g} % that are accepted (--max-errors)",
        out.one_sided, out.common, kPoints * lost / common, out.base_errors, out.other_errors,
        kPoints * options_.max_error_share);
  }
}

}  // namespace assay
