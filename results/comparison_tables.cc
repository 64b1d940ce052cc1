// See the header.
#include "results/comparison_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/claims.h"
#include "results/difference_table.h"
#include "results/figures.h"
#include "results/text_table.h"

namespace assay {
namespace {

using Lines = std::vector<TableLine>;

void add_table(const TextTable& table, std::size_t width, Lines& out) {
  std::size_t i = 0;
  for (std::string& line : table.lines(width)) {
    const LineKind kind = i == 0 ? LineKind::kTitle : i == 1 ? LineKind::kRule : LineKind::kTask;
    out.push_back({kind, std::move(line)});
    ++i;
  }
}

std::string calibration_text(const Calibration& c) {
  return fmt::format("{:.3f} → {:.3f}", c.base_ece, c.other_ece);
}

std::string brier_text(const Calibration& c) {
  return fmt::format("{:.3f} → {:.3f}", c.base_brier, c.other_brier);
}

std::string divergence_text(const Divergence& d) {
  if (d.identical == d.texts) return fmt::format("{} of {} texts the same", d.identical, d.texts);
  const std::size_t parted = d.texts - d.identical;
  std::string where = fmt::format("character {:g}", d.median_character.value_or(0));
  if (d.median_token) {
    const std::string of = d.tokens_known < parted ? fmt::format(" of {}", d.tokens_known) : "";
    where = fmt::format("token {:g}{} ({})", *d.median_token, of, where);
  } else {
    where += ", tokens not on record";
  }
  return fmt::format("{} of {} the same, else from {}", d.identical, d.texts, where);
}

// From what it is at least to what it is at most, with as many digits as tell the two apart.
std::string range_text(double low, const std::optional<double>& high) {
  if (!high) return fmt::format("≥ {:.4f}", low);
  const std::string from = fmt::format("{:.4f}", low);
  const std::string to = fmt::format("{:.4f}", *high);
  return from == to ? from : from + " to " + to;
}

std::string next_kl_text(const NextTokenShift& shift) {
  return shift.kl ? range_text(shift.kl->value, shift.kl_at_most) : "infinite";
}

template <typename T, typename Write>
std::string cost_text(const std::optional<T>& value, const Write& write) {
  return value ? write(*value) : "not measured";
}

std::string size_of(const ModelCost& cost) {
  return cost_text(cost.file_bytes, [](std::uint64_t bytes) { return bytes_text(bytes); });
}

std::string bits_of(const ModelCost& cost) {
  return cost_text(cost.bits_per_weight, [](double bits) { return fmt::format("{:.2f}", bits); });
}

std::string speed_of(const std::optional<double>& speed) {
  return cost_text(speed, [](double value) { return fmt::format("{:.0f} tokens/s", value); });
}

}  // namespace

void add_blank(Lines& out) { out.push_back({LineKind::kTask, ""}); }

void add_scores(const PairComparison& pair, const std::string& base, std::size_t width,
                Lines& out) {
  add_table(difference_table(pair, base, width), width, out);
}

void add_answers(const PairComparison& pair, std::size_t width, Lines& out) {
  TextTable table({{"task", Align::kLeft, 16},
                   {"same answer", Align::kRight, 0},
                   {"wrong → other wrong", Align::kRight, 0},
                   {"KL", Align::kRight, 0},
                   {"TV", Align::kRight, 0},
                   {"next-token KL", Align::kLeft, 0},
                   {"next-token TV", Align::kLeft, 0},
                   {"ECE", Align::kLeft, 0},
                   {"Brier", Align::kLeft, 0},
                   {"texts (median)", Align::kLeft, 0}});
  bool any = false;
  for (const TaskComparison* task : all_lines(pair)) {
    if (!task->refused.empty()) continue;
    const bool something = task->agreement || task->choices || task->next_token ||
                           task->calibration || task->divergence;
    if (!something) continue;
    any = true;
    const auto& c = task->choices;
    const auto& t = task->next_token;
    const bool answers_known = task->flips && task->agreement;
    table.add({line_name(*task),
               task->agreement ? fmt::format("{:.1f} %", 100 * *task->agreement) : "",
               answers_known ? std::to_string(task->flips->wrong_other) : "",
               c ? fmt::format("{:.4f}", c->kl.value) : "",
               c ? fmt::format("{:.4f}", c->variation.value) : "", t ? next_kl_text(*t) : "",
               t ? range_text(t->variation.value, t->variation_at_most) : "",
               task->calibration ? calibration_text(*task->calibration) : "",
               task->calibration ? brier_text(*task->calibration) : "",
               task->divergence ? divergence_text(*task->divergence) : ""});
  }
  if (!any) return;
  table.drop_empty_columns();
  add_blank(out);
  add_table(table, width, out);
}

void add_ladder(const Comparison& comparison, std::size_t width, Lines& out) {
  std::vector<std::string> names;
  for (const PairComparison& pair : comparison.others) {
    for (const TaskComparison* task : all_lines(pair)) {
      if (!task->claim) continue;
      if (std::find(names.begin(), names.end(), task->name) == names.end()) {
        names.push_back(task->name);
      }
    }
  }
  // All tasks together stand last.
  std::stable_partition(names.begin(), names.end(), [](const auto& n) { return !n.empty(); });
  std::vector<TextTable::Column> columns = {
      {"run", Align::kLeft, 0}, {"file", Align::kRight, 0}, {"bits/weight", Align::kRight, 0}};
  for (const std::string& name : names) {
    columns.push_back({name.empty() ? "all" : name, Align::kRight, 0});
  }
  TextTable table(columns);
  const auto line_of = [](const PairComparison& pair, const std::string& name) {
    const TaskComparison* found = nullptr;
    for (const TaskComparison* task : all_lines(pair)) {
      if (task->claim && task->name == name) found = task;
    }
    return found;
  };
  const auto start = [](const ComparedRun& run) {
    return std::vector<std::string>{run.label, size_of(run.cost), bits_of(run.cost)};
  };
  std::vector<std::string> row = start(comparison.base);
  for (const std::string& name : names) {
    std::string cell;
    for (const PairComparison& pair : comparison.others) {
      const TaskComparison* task = line_of(pair, name);
      const MetricComparison* m = task != nullptr ? task->headline() : nullptr;
      const PairedEstimate* e = m != nullptr ? as_paired(m->paired) : nullptr;
      if (e != nullptr && cell.empty()) cell = value_text(m->kind, e->base);
    }
    row.push_back(cell);
  }
  table.add(row);
  for (const PairComparison& pair : comparison.others) {
    row = start(pair.other);
    if (!pair.other.failed.empty()) {
      row.push_back("failed: " + pair.other.failed);
      table.add(row);
      continue;
    }
    for (const std::string& name : names) {
      const TaskComparison* task = line_of(pair, name);
      const MetricComparison* m = task != nullptr ? task->headline() : nullptr;
      const PairedEstimate* e = m != nullptr ? as_paired(m->paired) : nullptr;
      if (e == nullptr || !task->refused.empty()) {
        row.push_back(task != nullptr && !task->refused.empty() ? "refused" : "not compared");
        continue;
      }
      std::string cell = signed_text(m->kind, e->difference);
      const Verdict v = task->claim->verdict;
      if (v == Verdict::kWorse || v == Verdict::kBetter) cell += "*";
      row.push_back(cell);
    }
    table.add(row);
  }
  add_table(table, width, out);
  out.push_back({LineKind::kFooter,
                 fmt::format("{}: score; below: difference from it; * detected (corrected for all "
                             "claims of a run)",
                             comparison.base.label)});
}

void add_costs(const Comparison& comparison, std::size_t width, Lines& out) {
  TextTable table({{"run", Align::kLeft, 0},
                   {"file", Align::kRight, 0},
                   {"bits/weight", Align::kRight, 0},
                   {"load", Align::kRight, 0},
                   {"reading", Align::kRight, 0},
                   {"writing", Align::kRight, 0},
                   {"peak memory", Align::kRight, 0},
                   {"run folder", Align::kLeft, 0}});
  const auto add = [&](const ComparedRun& run) {
    if (!run.failed.empty()) return;  // its reason stands above
    const ModelCost& cost = run.cost;
    table.add({run.label, size_of(cost), bits_of(cost), cost_text(cost.load_seconds, duration_text),
               speed_of(cost.prompt_tokens_per_second), speed_of(cost.generation_tokens_per_second),
               cost_text(cost.peak_memory_bytes, bytes_text), run.folder});
  };
  add(comparison.base);
  for (const PairComparison& pair : comparison.others) add(pair.other);
  add_blank(out);
  add_table(table, width, out);
}

}  // namespace assay
