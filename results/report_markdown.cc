// The Markdown report; see report.h. Facts of the manifest are listed as they are, one line each,
// so that a field added there needs no change here.
#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>

#include "results/figures.h"
#include "results/model_cost.h"
#include "results/page/markdown.h"
#include "results/page/sections.h"
#include "results/report.h"

namespace assay {
namespace {

// Sections of the manifest that say how a run was made, in this order.
constexpr const char* kFactSections[] = {"model", "engine", "settings", "code", "machine"};
constexpr std::size_t kLongestFact = 120;

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& text : cells) line += " " + cell(text) + " |";
  return line + "\n";
}

std::string data_text(const ResultEntry& entry) {
  const std::string shots = entry.shot_data_label.empty() ? "" : "shots: " + entry.shot_data_label;
  return joined_labels(joined_labels(entry.data_label, shots),
                       stopped_text(entry.items, entry.not_run));
}

std::string name_cell(const ResultEntry& entry) {
  std::string indent;
  for (std::size_t i = 0; i < entry.depth; ++i) indent += "&nbsp;&nbsp;";
  return indent + (entry.alias.empty() ? entry.name : entry.alias);
}

std::string result_rows(const Summary& summary) {
  std::string text = row({"task", "shots", "items", "errors", "metric", "value", "stderr",
                          "95 % interval", "data"}) +
                     "|---|--:|--:|--:|---|--:|--:|---|---|\n";
  for (const ResultEntry& entry : summary.entries) {
    for (const Score& score : entry.scores) {
      const Estimate* estimate = as_estimate(score.value);
      text += row({name_cell(entry), entry.is_group ? "" : std::to_string(entry.shots),
                   std::to_string(entry.items), std::to_string(entry.errors), metric_text(score),
                   estimate != nullptr ? figure_text(estimate->value) : absence_text(score.value),
                   estimate != nullptr ? std_error_text(*estimate) : "",
                   estimate != nullptr ? interval_text(*estimate) : "", data_text(entry)});
    }
  }
  return text;
}

// What became of the programs of code tasks: a row per kind of ending, and pass@k over k.
std::string code_sections(const Summary& summary) {
  std::string text;
  for (const ResultEntry& entry : summary.entries) {
    for (const CodeSummary& code : entry.code) {
      text += fmt::format("\n{} ({}): {} programs for {} problems, {} of them different.\n\n",
                          entry.name, code.filter, code.programs, code.problems, code.distinct);
      text += row({"outcome", "programs", "of these"}) + "|---|--:|---|\n";
      for (const OutcomeCount& outcome : code.outcomes) {
        std::string groups;
        for (const auto& [name, count] : outcome.groups) {
          groups += fmt::format("{}{} {}", groups.empty() ? "" : ", ", name, count);
        }
        text += row({to_string(outcome.kind), std::to_string(outcome.count), groups});
      }
      if (code.curve.size() < 2) continue;
      text += "\n" + row({"k", "pass@k", "stderr", "95 % interval"}) + "|--:|--:|--:|---|\n";
      for (const CurvePoint& point : code.curve) {
        const Estimate* estimate = as_estimate(point.value);
        text += row({std::to_string(point.k),
                     estimate != nullptr ? figure_text(estimate->value) : absence_text(point.value),
                     estimate != nullptr ? std_error_text(*estimate) : "",
                     estimate != nullptr ? interval_text(*estimate) : ""});
      }
    }
  }
  const std::string execution = execution_text(summary.execution);
  if (execution.empty()) return text;
  return text +
         (summary.execution.is_unsafe() ? "\n**" + execution + "**\n" : "\n" + execution + ".\n");
}

std::string error_list(const Summary& summary) {
  std::string text;
  for (const ResultEntry& entry : summary.entries) {
    if (entry.is_group) continue;
    for (const ErrorCount& reason : entry.error_reasons) {
      text += fmt::format("- {}: {} × {}\n", entry.name, reason.count, cell(reason.reason));
    }
  }
  return text.empty() ? "" : "\nItems that could not be measured:\n\n" + text;
}

void add_facts(const std::string& name, const Json& value, std::string& text) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) add_facts(name + "." + key, member, text);
    return;
  }
  if (value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty())) return;
  const std::string written = value.is_string() ? value.get<std::string>() : value.dump();
  if (written.size() > kLongestFact) return;  // templates and token lists stay in the manifest
  text += fmt::format("- {}: {}\n", name, cell(written));
}

std::string facts(const RunFolder& run) {
  std::string text;
  for (const char* section : kFactSections) {
    const auto found = run.manifest.find(section);
    if (found != run.manifest.end()) add_facts(section, *found, text);
  }
  return text.empty() ? "" : "\nHow it was run (all of it is in manifest.json):\n\n" + text;
}

std::string timing_line(const RunFolder& run) {
  const Summary& summary = run.summary;
  const Timing& timing = summary.timing;
  std::string text =
      fmt::format("\n{} items, {} errors; {} tokens asked, {} generated", summary.items,
                  summary.errors, summary.tokens.prompt, summary.tokens.generated);
  if (timing.engine_seconds > 0) text += "; engine " + duration_text(timing.engine_seconds);
  if (timing.tokens_per_second > 0 && timing.engine_seconds >= kShortestTimed)
    text += fmt::format("; {:.0f} tokens/s", timing.tokens_per_second);
  const std::string cost = model_cost_text(model_cost(run.manifest, timing), "; ");
  return text + (cost.empty() ? ".\n" : ".\n\nThe model: " + cost + ".\n");
}

// All runs side by side: a row per task and metric that any of them has.
std::string side_by_side(std::span<const RunFolder> runs) {
  std::vector<std::string> head = {"task", "metric"};
  std::string rule = "|---|---|";
  for (const RunFolder& run : runs) {
    head.push_back(run.summary.model + " (" + run.path + ")");
    rule += "--:|";
  }
  std::string text = row(head) + rule + "\n";
  std::set<std::pair<std::string, std::string>> seen;
  for (const RunFolder& first : runs) {
    for (const ResultEntry& entry : first.summary.entries) {
      for (const Score& score : entry.scores) {
        if (!seen.emplace(entry.name, metric_text(score)).second) continue;
        std::vector<std::string> cells = {name_cell(entry), metric_text(score)};
        for (const RunFolder& run : runs) {
          std::string shown = "not in this run";
          const ResultEntry* same = run.summary.find(entry.name);
          for (const Score& other : same != nullptr ? same->scores : std::vector<Score>{}) {
            if (other.metric != score.metric || other.filter != score.filter) continue;
            const Estimate* estimate = as_estimate(other.value);
            shown = estimate == nullptr
                        ? absence_text(other.value)
                        : figure_text(estimate->value) + " " + std_error_text(*estimate) +
                              fmt::format(
                                  " (n {}{})", estimate->n,
                                  same->errors > 0 ? fmt::format(", {} errors", same->errors) : "");
          }
          cells.push_back(shown);
        }
        text += row(cells);
      }
    }
  }
  return text;
}

// What the page says of the runs' differences from the first; "" when there is nothing to compare.
std::string differences(std::span<const RunFolder> runs) {
  if (runs.size() < 2 || runs.front().tasks.empty()) return "";
  std::vector<RunInspection> inspected;
  for (const RunFolder& run : runs) {
    RunInspection one;
    one.path = run.path;
    one.model = run.summary.model;
    one.state = RunState::kFinished;
    one.manifest = run.manifest;
    one.run = run;
    inspected.push_back(std::move(one));
  }
  const std::vector<std::string> names = page::run_names(inspected);
  std::vector<page::PageRun> shown;
  for (std::size_t i = 0; i < inspected.size(); ++i) {
    shown.push_back({names[i], std::move(inspected[i])});
  }
  const std::optional<page::Section> section = page::comparison_section(shown);
  return section ? page::to_markdown(*section) : "";
}

}  // namespace

std::string markdown_report(std::span<const RunFolder> runs) {
  std::string text = "# Results\n\n";
  if (runs.size() > 1) text += side_by_side(runs) + "\n" + differences(runs);
  for (const RunFolder& run : runs) {
    text += fmt::format("## {}: {}\n\n", run.path, run.summary.model);
    text += result_rows(run.summary) + timing_line(run);
    text += code_sections(run.summary) + error_list(run.summary) + facts(run) + "\n";
  }
  text.pop_back();
  return text;
}

}  // namespace assay
