// See the header.
#include "results/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

void blank(Lines& out) { out.push_back({LineKind::kTask, ""}); }

LineKind kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kWorse:
      return LineKind::kError;
    case Verdict::kNotCompared:
    case Verdict::kUndecided:
      return LineKind::kAbsent;
    case Verdict::kBetter:
    case Verdict::kNotWorse:
    case Verdict::kNoDifference:
      break;
  }
  return LineKind::kTask;
}

void add_sentences(const PairComparison& pair, const std::string& base, Lines& out) {
  out.push_back({LineKind::kTitle, fmt::format("{} compared with {}", pair.other.label, base)});
  if (!pair.other.failed.empty()) {
    out.push_back({LineKind::kError, "  failed: " + pair.other.failed});
    return;
  }
  for (const TaskComparison* task : all_lines(pair)) {
    if (!task->claim) continue;
    out.push_back({kind_of(task->claim->verdict), "  " + task->claim->sentence});
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
  return fmt::format("{} of {} the same, else from character {:g}", d.identical, d.texts,
                     d.median_character.value_or(0));
}

void add_answers(const PairComparison& pair, std::size_t width, Lines& out) {
  TextTable table({{"task", Align::kLeft, 16},
                   {"same answer", Align::kRight, 0},
                   {"wrong → other wrong", Align::kRight, 0},
                   {"KL", Align::kRight, 0},
                   {"TV", Align::kRight, 0},
                   {"ECE", Align::kLeft, 0},
                   {"Brier", Align::kLeft, 0},
                   {"texts (median)", Align::kLeft, 0}});
  bool any = false;
  for (const TaskComparison* task : all_lines(pair)) {
    if (!task->refused.empty()) continue;
    const bool something =
        task->agreement || task->choices || task->calibration || task->divergence;
    if (!something) continue;
    any = true;
    const auto& c = task->choices;
    const bool answers_known = task->flips && task->agreement;
    table.add({line_name(*task),
               task->agreement ? fmt::format("{:.1f} %", 100 * *task->agreement) : "",
               answers_known ? std::to_string(task->flips->wrong_other) : "",
               c ? fmt::format("{:.4f}", c->kl.value) : "",
               c ? fmt::format("{:.4f}", c->variation.value) : "",
               task->calibration ? calibration_text(*task->calibration) : "",
               task->calibration ? brier_text(*task->calibration) : "",
               task->divergence ? divergence_text(*task->divergence) : ""});
  }
  if (!any) return;
  table.drop_empty_columns();
  blank(out);
  add_table(table, width, out);
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

// Claims of a ladder in one table: rows are runs, columns the claimed lines.
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
  blank(out);
  add_table(table, width, out);
}

void add_remarks(const PairComparison& pair, Lines& out) {
  Lines remarks;
  const auto remark = [&](std::string text) {
    remarks.push_back({LineKind::kFooter, "  " + std::move(text)});
  };
  for (const std::string& note : pair.notes) remark(note);
  for (const TaskComparison* task : all_lines(pair)) {
    if (!task->claim) continue;
    for (const std::string& note : task->notes) {
      remark(fmt::format("{}: {}", task->name.empty() ? "all tasks" : task->name, note));
    }
  }
  const auto listed = [](const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 6;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kShown; ++i) {
      text += (i > 0 ? ", " : "") + names[i];
    }
    if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
    return text;
  };
  if (!pair.only_base.empty()) remark("only in the base run: " + listed(pair.only_base));
  if (!pair.only_other.empty()) remark("only in this run: " + listed(pair.only_other));
  for (const SettingDifference& d : pair.differences) {
    const std::string values = d.base.empty() ? d.other : d.base + " → " + d.other;
    remark(fmt::format("differs: {}: {} ({})", d.field, values, d.advice));
  }
  if (remarks.empty()) return;
  blank(out);
  out.insert(out.end(), remarks.begin(), remarks.end());
}

}  // namespace

std::vector<TableLine> comparison_lines(const Comparison& comparison, std::size_t width) {
  Lines out;
  const std::string& base = comparison.base.label;
  if (comparison.others.size() > 1) {
    add_ladder(comparison, width, out);
    blank(out);
  }
  for (const PairComparison& pair : comparison.others) {
    add_sentences(pair, base, out);
    if (!pair.other.failed.empty()) {
      blank(out);
      continue;
    }
    blank(out);
    add_table(difference_table(pair, base, width), width, out);
    add_answers(pair, width, out);
    add_remarks(pair, out);
    blank(out);
  }
  if (!out.empty() && out.back().text.empty()) out.pop_back();
  add_costs(comparison, width, out);
  blank(out);
  out.push_back(
      {LineKind::kFooter,
       fmt::format("shares in points of 100; {:g} % intervals; p of no difference, uncorrected; "
                   "sentences are corrected for all claims (Holm)",
                   100 * (1 - comparison.options.alpha))});
  if (!comparison.smallest.empty()) out.push_back({LineKind::kTitle, comparison.smallest});
  const LineKind kind = comparison.outcome == Outcome::kNoRegression ? LineKind::kTitle
                        : comparison.outcome == Outcome::kRegression ? LineKind::kError
                                                                     : LineKind::kAbsent;
  out.push_back({kind, comparison.outcome_reason});
  return out;
}

std::string comparison_text(const Comparison& comparison, std::size_t width) {
  std::string text;
  for (const TableLine& line : comparison_lines(comparison, width)) text += line.text + "\n";
  return text;
}

std::string flips_text(const Comparison& comparison, const std::string& task, std::size_t limit) {
  std::string text;
  for (const PairComparison& pair : comparison.others) {
    std::size_t shown = 0;
    std::size_t all = 0;
    for (const Flip& flip : pair.flips) {
      if (!task.empty() && flip.task != task) continue;
      ++all;
      if (limit > 0 && shown == limit) continue;
      ++shown;
      const char* what = flip.kind == Flip::Kind::kLost     ? "right → wrong"
                         : flip.kind == Flip::Kind::kGained ? "wrong → right"
                                                            : "wrong → other wrong";
      const auto answer = [](const std::string& label, const std::string& said,
                             const std::optional<double>& probability) {
        return fmt::format("  {}: {}{}\n", label, said.empty() ? "(not on record)" : said,
                           probability ? fmt::format("   (probability {:.3f})", *probability) : "");
      };
      text += fmt::format("{} {}: {}\n  prompt ⟦{}⟧\n", flip.task, flip.item, what, flip.prompt);
      if (!flip.gold.empty()) text += fmt::format("  right: {}\n", flip.gold);
      text += answer(comparison.base.label, flip.base_answer, flip.base_probability);
      text += answer(pair.other.label, flip.other_answer, flip.other_probability);
      text += "\n";
    }
    text += fmt::format("{} compared with {}: {} item{} changed{}", pair.other.label,
                        comparison.base.label, all, all == 1 ? "" : "s",
                        task.empty() ? "" : " in " + task);
    text += shown < all ? fmt::format("; the first {} are shown\n", shown) : "\n";
  }
  return text;
}

}  // namespace assay
