// See the header.
#include "results/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/comparison_tables.h"
#include "results/difference_table.h"
#include "results/length_shift.h"

namespace assay {
namespace {

using Lines = std::vector<TableLine>;

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
  add_blank(out);
  out.insert(out.end(), remarks.begin(), remarks.end());
}

bool has_next_tokens(const Comparison& comparison) {
  return std::any_of(
      comparison.others.begin(), comparison.others.end(), [](const PairComparison& pair) {
        return std::any_of(pair.tasks.begin(), pair.tasks.end(),
                           [](const TaskComparison& task) { return task.next_token.has_value(); });
      });
}

}  // namespace

std::vector<TableLine> comparison_lines(const Comparison& comparison, std::size_t width) {
  Lines out;
  const std::string& base = comparison.base.label;
  if (comparison.others.size() > 1) {
    add_ladder(comparison, width, out);
    add_blank(out);
  }
  for (const PairComparison& pair : comparison.others) {
    add_sentences(pair, base, out);
    if (!pair.other.failed.empty()) {
      add_blank(out);
      continue;
    }
    add_blank(out);
    add_scores(pair, base, width, out);
    add_answers(pair, width, out);
    for (const TaskComparison& task : pair.tasks) {
      if (!task.lengths) continue;
      add_blank(out);
      const LengthShiftNames names{task.name, base, pair.other.label};
      for (TableLine& line : length_shift_lines(*task.lengths, names, width)) {
        out.push_back(std::move(line));
      }
    }
    add_remarks(pair, out);
    add_blank(out);
  }
  if (!out.empty() && out.back().text.empty()) out.pop_back();
  add_costs(comparison, width, out);
  add_blank(out);
  out.push_back(
      {LineKind::kFooter,
       fmt::format("shares in points of 100; {:g} % intervals; p of no difference, uncorrected; "
                   "sentences are corrected for all claims (Holm)",
                   100 * (1 - comparison.options.alpha))});
  if (has_next_tokens(comparison)) {
    out.push_back(
        {LineKind::kFooter,
         "next-token KL and TV: of the distributions over the whole vocabulary at the kept "
         "positions, from at least to at most"});
  }
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
