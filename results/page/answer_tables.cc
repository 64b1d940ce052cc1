// See the header.
#include "results/page/answer_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "results/figures.h"

namespace assay::page {
namespace {

using Names = std::vector<std::string>;

Cell number(const std::string& text) { return {text, CellKind::kFigure}; }

std::string range_text(double low, double high) {
  return fmt::format("{:.4f} … {:.4f}", low, high);
}

std::string kl_text(const NextTokenShift& shift) {
  if (!shift.kl) {
    return fmt::format("infinite at {} of {} positions", shift.infinite, shift.positions);
  }
  if (!shift.kl_at_most) return fmt::format("{:.4f} or more", shift.kl->value);
  return range_text(shift.kl->value, *shift.kl_at_most);
}

std::string parted_text(const Divergence& texts) {
  std::string text = fmt::format("{} of {}", texts.texts - texts.identical, texts.texts);
  if (texts.median_token) text += fmt::format(", after {:g} tokens", *texts.median_token);
  if (!texts.median_token && texts.median_character) {
    text += fmt::format(", after {:g} characters", *texts.median_character);
  }
  return text;
}

// How far the distributions of answers moved, whether or not they were right.
Table distance_table(const Comparison& comparison, const Names& names) {
  Table table;
  table.caption =
      "How far the answers moved: divergence of the base's distribution from the other's (KL, "
      "nats), "
      "and total-variation distance (TV), over the choices and, of runs with --keep-probs, over "
      "the "
      "whole vocabulary at the kept positions (between these bounds)";
  table.columns = {{"task"},
                   {"run"},
                   {"KL, choices", true},
                   {"TV, choices", true},
                   {"KL, next token", true},
                   {"TV, next token", true},
                   {"positions", true},
                   {"covered", true}};
  for (std::size_t i = 0; i < comparison.others.size(); ++i) {
    for (const TaskComparison& task : comparison.others[i].tasks) {
      const auto& choices = task.choices;
      const auto& next = task.next_token;
      if (!choices && !next) continue;
      table.rows.push_back(
          {{task_name(task), CellKind::kText, "", task.depth, task.is_group},
           {names[i]},
           number(choices ? figure_text(choices->kl.value) : ""),
           number(choices ? figure_text(choices->variation.value) : ""),
           number(next ? kl_text(*next) : ""),
           number(next ? range_text(next->variation.value, next->variation_at_most) : ""),
           number(next ? std::to_string(next->positions) : ""),
           number(next ? figure_text(next->covered) : "")});
    }
  }
  return table;
}

Table sureness_table(const Comparison& comparison, const Names& names) {
  Table table;
  table.caption = "Calibration before and after, and generated texts";
  table.columns = {
      {"task"}, {"run"}, {"ECE", true}, {"Brier", true}, {"texts that part, median place", true}};
  for (std::size_t i = 0; i < comparison.others.size(); ++i) {
    for (const TaskComparison& task : comparison.others[i].tasks) {
      const auto& sure = task.calibration;
      if (!sure && !task.divergence) continue;
      table.rows.push_back(
          {{task_name(task), CellKind::kText, "", task.depth, task.is_group},
           {names[i]},
           number(sure ? fmt::format("{:.4f} → {:.4f}", sure->base_ece, sure->other_ece) : ""),
           number(sure ? fmt::format("{:.4f} → {:.4f}", sure->base_brier, sure->other_brier) : ""),
           number(task.divergence ? parted_text(*task.divergence) : "")});
    }
  }
  return table;
}

// Columns in which no run has anything are left out.
void drop_empty_columns(Table& table) {
  for (std::size_t c = table.columns.size(); c-- > 0;) {
    const auto at = static_cast<std::ptrdiff_t>(c);
    const bool empty = std::all_of(table.rows.begin(), table.rows.end(),
                                   [&](const auto& row) { return row[c].text.empty(); });
    if (!empty) continue;
    table.columns.erase(table.columns.begin() + at);
    for (auto& row : table.rows) row.erase(row.begin() + at);
  }
}

}  // namespace

std::string task_name(const TaskComparison& task) {
  if (task.name.empty()) return "all tasks together";
  return task.alias.empty() ? task.name : task.alias;
}

void add_with_members(Table table, std::vector<Block>& blocks) {
  if (table.rows.empty()) return;
  Table members;
  members.columns = table.columns;
  const auto first = std::stable_partition(table.rows.begin(), table.rows.end(),
                                           [](const auto& row) { return row[0].indent == 0; });
  members.rows.assign(first, table.rows.end());
  table.rows.erase(first, table.rows.end());
  blocks.emplace_back(std::move(table));
  if (!members.rows.empty()) {
    blocks.emplace_back(Folded{"The same for the members of groups", std::move(members)});
  }
}

void add_answer_tables(const Comparison& comparison, const Names& names,
                       std::vector<Block>& blocks) {
  for (Table table : {distance_table(comparison, names), sureness_table(comparison, names)}) {
    drop_empty_columns(table);
    add_with_members(std::move(table), blocks);
  }
}

}  // namespace assay::page
