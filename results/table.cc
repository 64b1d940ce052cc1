// See table.h.
#include "results/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "results/error_place.h"
#include "results/figures.h"
#include "results/interval_strip.h"
#include "results/length_lines.h"
#include "results/model_cost.h"
#include "results/text_table.h"

namespace assay {
namespace {

constexpr std::size_t kMinTaskWidth = 18;
constexpr std::size_t kMinMetricWidth = 14;
constexpr std::size_t kShownReasons = 5;

std::string data_labels_of(const ResultEntry& entry) {
  if (entry.shot_data_label.empty() || entry.shot_data_label == entry.data_label) {
    return entry.data_label;
  }
  const std::string shots = "shots: " + entry.shot_data_label;
  return entry.data_label.empty() ? shots : entry.data_label + "; " + shots;
}

std::string labels_of(const ResultEntry& entry) {
  return joined_labels(data_labels_of(entry), stopped_text(entry.items, entry.not_run));
}

// What was decided against another run, and what stopping saved.
void add_sequence_lines(const Summary& summary, std::vector<TableLine>& lines) {
  if (!summary.sequence) return;
  const SequenceOutcome& sequence = *summary.sequence;
  lines.push_back(
      {LineKind::kFooter, fmt::format("compared with {} while it ran ({:.4g} % for all decisions "
                                      "together, margin {}, order seed {}):",
                                      sequence.against, 100 * (1 - sequence.alpha),
                                      margin_text(sequence.margin), sequence.order_seed)});
  std::size_t not_run = 0;
  for (const FamilyOutcome& family : sequence.families) {
    lines.push_back({LineKind::kFooter, "  " + decision_sentence(family, sequence)});
    not_run += family.items - family.asked;
  }
  const std::optional<OverallOutcome> overall = overall_outcome(sequence);
  if (overall && sequence.families.size() > 1) {
    lines.push_back(
        {LineKind::kFooter, fmt::format("  all together: {:+.1f} points, in {:+.1f} to {:+.1f}",
                                        100 * overall->difference, 100 * overall->interval.low,
                                        100 * overall->interval.high)});
  }
  if (not_run == 0) return;
  std::string saved =
      fmt::format("  not run: {} items, because the comparison was decided", not_run);
  if (summary.timing.saved_seconds >= kShortestTimed) {
    saved += fmt::format("; at the rate of the others that saved {}",
                         duration_text(summary.timing.saved_seconds));
  }
  lines.push_back({LineKind::kFooter, saved});
}

// The same reason in many tasks (57 subjects with prompts that are too long) is one line.
struct Reason {
  std::string text;
  std::size_t count = 0;
  std::vector<std::string> tasks;
};

// Reasons that differ in their numbers only are the same reason.
std::vector<Reason> reasons_of(const Summary& summary) {
  std::vector<Reason> reasons;
  for (const ResultEntry& entry : summary.entries) {
    if (entry.is_group) continue;
    for (const ErrorCount& error : entry.error_reasons) {
      const std::string shape = without_digits(without_place(error.reason));
      auto same = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& reason) {
        return without_digits(without_place(reason.text)) == shape;
      });
      if (same == reasons.end()) same = reasons.insert(reasons.end(), {error.reason, 0, {}});
      same->count += error.count;
      same->tasks.push_back(entry.name);
    }
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const Reason& a, const Reason& b) { return a.count > b.count; });
  return reasons;
}

void add_error_lines(const Summary& summary, std::vector<TableLine>& lines) {
  const std::vector<Reason> reasons = reasons_of(summary);
  if (reasons.empty()) return;
  lines.push_back({LineKind::kError, fmt::format("{} of {} items could not be measured:",
                                                 summary.errors, summary.items)});
  for (std::size_t i = 0; i < reasons.size() && i < kShownReasons; ++i) {
    const Reason& reason = reasons[i];
    const std::string where =
        reason.tasks.size() == 1
            ? reason.tasks.front()
            : fmt::format("{} and {} more", reason.tasks.front(), reason.tasks.size() - 1);
    lines.push_back({LineKind::kError, fmt::format("  {} × in {}: {}", reason.count, where,
                                                   without_place(reason.text))});
  }
  if (reasons.size() > kShownReasons) {
    lines.push_back({LineKind::kError, fmt::format("  and {} other reasons (summary.json)",
                                                   reasons.size() - kShownReasons)});
  }
}

// In the table a long reason is cut; all of it stands below or in summary.json.
std::string short_absence(const Measurement& measurement) {
  const std::string text = absence_text(measurement);
  const std::size_t colon = text.find(": ", text.find(": ") + 2);
  return colon == std::string::npos ? text : text.substr(0, colon);
}

std::string methods_used(const Summary& summary) {
  std::set<std::string> methods;
  for (const ResultEntry& entry : summary.entries) {
    for (const Score& score : entry.scores) {
      const Estimate* estimate = as_estimate(score.value);
      if (estimate != nullptr && estimate->interval) methods.insert(estimate->interval_method);
    }
  }
  return fmt::format("{}", fmt::join(methods, ", "));
}

// Outcomes, different programs and pass@k over k of each code task.
void add_code_lines(const Summary& summary, std::vector<TableLine>& lines) {
  for (const ResultEntry& entry : summary.entries) {
    for (const CodeSummary& code : entry.code) {
      if (code.outcomes.empty()) continue;
      const std::string name =
          code.filter == "none" ? entry.name : fmt::format("{} ({})", entry.name, code.filter);
      lines.push_back(
          {LineKind::kFooter, fmt::format("{}: {} programs for {} problems, {} of them different",
                                          name, code.programs, code.problems, code.distinct)});
      lines.push_back({LineKind::kFooter, "  " + outcomes_text(code)});
      if (code.curve.size() < 2) continue;
      const Estimate* first = as_estimate(code.curve.front().value);
      const Estimate* last = as_estimate(code.curve.back().value);
      if (first == nullptr || last == nullptr) continue;
      lines.push_back(
          {LineKind::kFooter,
           fmt::format("  pass@k, k = 1 to {}: {} {} {}", code.curve.back().k,
                       figure_text(first->value), curve_text(code), figure_text(last->value))});
    }
  }
  const std::string execution = execution_text(summary.execution);
  if (execution.empty()) return;
  const bool safe = !summary.execution.is_unsafe();
  lines.push_back({safe ? LineKind::kFooter : LineKind::kError, execution});
}

void add_footer(const Summary& summary, const TableOptions& options,
                std::vector<TableLine>& lines) {
  const Timing& timing = summary.timing;
  std::string speed = fmt::format("time {}", duration_text(timing.wall_seconds));
  if (timing.engine_seconds > 0) {
    speed += fmt::format(" (engine {})", duration_text(timing.engine_seconds));
  }
  if (timing.tokens_per_second > 0 && timing.engine_seconds >= kShortestTimed) {
    speed += fmt::format("   {:.0f} tokens/s", timing.tokens_per_second);
  }
  if (timing.peak_memory_bytes > 0) {
    speed += fmt::format("   peak memory {}", bytes_text(timing.peak_memory_bytes));
  }
  if (timing.resumed_items > 0) {
    speed += fmt::format("   {} items from earlier sessions", timing.resumed_items);
  }
  lines.push_back({LineKind::kFooter, speed});
  Timing timed = timing;
  timed.peak_memory_bytes = 0;  // stands in the line above
  const std::string cost = model_cost_text(model_cost(Json::object(), timed), "   ");
  if (!cost.empty()) lines.push_back({LineKind::kFooter, cost});
  std::string counts =
      fmt::format("model {}   {} items, {} errors   {} tokens asked, {} generated", summary.model,
                  summary.items, summary.errors, summary.tokens.prompt, summary.tokens.generated);
  lines.push_back({LineKind::kFooter, counts});
  const std::string methods = methods_used(summary);
  if (!methods.empty()) lines.push_back({LineKind::kFooter, "95 % intervals: " + methods});
  if (!options.folder.empty()) lines.push_back({LineKind::kFooter, "run folder " + options.folder});
}

// The strip beside a figure; only shares of 1 have a common axis.
std::string strip_of(const Score& score, std::size_t cells) {
  const Estimate* estimate = as_estimate(score.value);
  if (estimate == nullptr || !is_share(score.metric)) return "";
  return interval_strip(estimate->value, estimate->interval, {0, 1}, cells);
}

// One line per task, filter and metric; `kinds` gets one entry per row. `cells` 0 = no strips.
TextTable score_table(const Summary& summary, std::size_t cells, std::vector<LineKind>& kinds) {
  const bool labelled = std::any_of(summary.entries.begin(), summary.entries.end(),
                                    [](const ResultEntry& e) { return !labels_of(e).empty(); });
  std::vector<TextTable::Column> columns = {
      {"task", Align::kLeft, kMinTaskWidth}, {"items", Align::kRight, 0},
      {"errors", Align::kRight, 0},          {"metric", Align::kLeft, kMinMetricWidth},
      {"value", Align::kRight, 0},           {"± stderr", Align::kRight, 0},
      {"95 % interval", Align::kLeft, 0}};
  if (cells > 0) columns.push_back({strip_axis("0", "1", cells), Align::kLeft, 0});
  if (labelled) columns.push_back({"data", Align::kLeft, 0});
  TextTable table(columns);
  for (const ResultEntry& entry : summary.entries) {
    const std::string name =
        std::string(2 * entry.depth, ' ') + (entry.alias.empty() ? entry.name : entry.alias);
    bool first = true;
    for (const Score& score : entry.scores) {
      std::vector<std::string> row = {first ? name : "", first ? std::to_string(entry.items) : "",
                                      first ? std::to_string(entry.errors) : "",
                                      metric_text(score)};
      const Estimate* estimate = as_estimate(score.value);
      if (estimate != nullptr) {
        row.push_back(figure_text(estimate->value));
        row.push_back(std_error_text(*estimate));
        row.push_back(interval_text(*estimate));
        if (cells > 0) row.push_back(strip_of(score, cells));
        if (labelled) row.push_back(labels_of(entry));
      } else {
        std::string text = short_absence(score.value);
        if (!labels_of(entry).empty()) text += "   [" + labels_of(entry) + "]";
        row.push_back(std::move(text));
      }
      table.add(std::move(row));
      kinds.push_back(estimate == nullptr ? LineKind::kAbsent
                      : entry.is_group    ? LineKind::kGroup
                                          : LineKind::kTask);
      first = false;
    }
    if (entry.scores.empty()) {
      table.add({name, std::to_string(entry.items), std::to_string(entry.errors), ""});
      kinds.push_back(entry.is_group ? LineKind::kGroup : LineKind::kTask);
    }
  }
  return table;
}

}  // namespace

std::vector<TableLine> result_table(const Summary& summary, const TableOptions& options) {
  std::vector<LineKind> kinds;
  const TextTable table = table_with_strips(options.width, [&](std::size_t cells) {
    kinds = {LineKind::kTitle, LineKind::kRule};
    return score_table(summary, cells, kinds);
  });
  std::vector<TableLine> lines;
  const std::vector<std::string> texts = table.lines(options.width);
  for (std::size_t i = 0; i < texts.size(); ++i) lines.push_back({kinds[i], texts[i]});
  lines.push_back({LineKind::kFooter, ""});
  for (const ResultEntry& entry : summary.entries) {
    for (TableLine& line : length_lines(entry.name, entry.lengths, options.width)) {
      lines.push_back(std::move(line));
    }
  }
  add_code_lines(summary, lines);
  add_error_lines(summary, lines);
  add_sequence_lines(summary, lines);
  add_footer(summary, options, lines);
  return lines;
}

std::string result_table_text(const Summary& summary, const TableOptions& options) {
  std::string text;
  for (const TableLine& line : result_table(summary, options)) text += line.text + "\n";
  return text;
}

}  // namespace assay
