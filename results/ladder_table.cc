// See ladder_table.h.
#include "results/ladder_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <utility>

#include "results/figures.h"
#include "results/model_cost.h"
#include "results/text_table.h"

namespace assay {
namespace {

constexpr std::size_t kMinTaskWidth = 16;

std::string heading(const LadderRun& run) {
  const std::string name = std::filesystem::path(run.model).filename().string();
  return name.ends_with(".gguf") ? name.substr(0, name.size() - 5) : name;
}

std::string score_cell(const LadderRun& run, const std::string& task, const Score& wanted) {
  if (!run.run) return "failed";
  const ResultEntry* entry = run.run->summary.find(task);
  if (entry == nullptr) return "not in this run";
  for (const Score& score : entry->scores) {
    if (score.metric != wanted.metric || score.filter != wanted.filter) continue;
    const Estimate* estimate = as_estimate(score.value);
    if (estimate == nullptr) {
      return std::holds_alternative<NotRun>(score.value) ? "not run" : "failed";
    }
    const std::string error = std_error_text(*estimate);
    return figure_text(estimate->value) + (error.empty() ? "" : " " + error);
  }
  return "not in this run";
}

struct Line {
  std::string task, metric;
  std::vector<std::string> cells;
  LineKind kind;
};

std::vector<Line> score_lines(std::span<const LadderRun> runs) {
  std::vector<Line> lines;
  std::set<std::pair<std::string, std::string>> seen;
  for (const LadderRun& first : runs) {
    if (!first.run) continue;
    for (const ResultEntry& entry : first.run->summary.entries) {
      if (entry.depth > 0) continue;
      for (const Score& score : entry.scores) {
        if (!seen.emplace(entry.name, metric_text(score)).second) continue;
        const std::string name = entry.alias.empty() ? entry.name : entry.alias;
        Line line{name, metric_text(score), {}, LineKind::kTask};
        for (const LadderRun& run : runs) line.cells.push_back(score_cell(run, entry.name, score));
        lines.push_back(std::move(line));
      }
    }
  }
  return lines;
}

std::vector<Line> cost_lines(std::span<const LadderRun> runs) {
  using Cell = std::function<std::string(const RunFolder&, const ModelCost&)>;
  const auto speed = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.0f}", *value) : std::string();
  };
  const std::vector<std::pair<std::string, Cell>> rows = {
      {"item errors",
       [](const RunFolder& run, const ModelCost&) { return std::to_string(run.summary.errors); }},
      {"size", [](const RunFolder&,
                  const ModelCost& c) { return c.file_bytes ? bytes_text(*c.file_bytes) : ""; }},
      {"bits per weight",
       [](const RunFolder&, const ModelCost& c) {
         return c.bits_per_weight ? fmt::format("{:.2f}", *c.bits_per_weight) : "";
       }},
      {"load time",
       [](const RunFolder&, const ModelCost& c) {
         return c.load_seconds ? duration_text(*c.load_seconds) : "";
       }},
      {"prompt tokens/s",
       [&](const RunFolder&, const ModelCost& c) { return speed(c.prompt_tokens_per_second); }},
      {"generated tokens/s",
       [&](const RunFolder&, const ModelCost& c) { return speed(c.generation_tokens_per_second); }},
      {"peak memory", [](const RunFolder&, const ModelCost& c) {
         return c.peak_memory_bytes ? bytes_text(*c.peak_memory_bytes) : "";
       }}};
  std::vector<Line> lines;
  for (const auto& [name, cell] : rows) {
    Line line{name, "", {}, LineKind::kGroup};
    bool known = false;
    for (const LadderRun& run : runs) {
      line.cells.push_back(
          run.run ? cell(*run.run, model_cost(run.run->manifest, run.run->summary.timing))
                  : "failed");
      known = known || (run.run && !line.cells.back().empty());
    }
    if (known) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

std::vector<TableLine> ladder_table(std::span<const LadderRun> runs, std::size_t width) {
  std::vector<TextTable::Column> columns = {{"task", Align::kLeft, kMinTaskWidth},
                                            {"metric", Align::kLeft, kMinTaskWidth}};
  for (const LadderRun& run : runs) columns.push_back({heading(run), Align::kRight, 0});
  TextTable table(columns);
  std::vector<LineKind> kinds = {LineKind::kTitle, LineKind::kRule};
  for (const auto& part : {score_lines(runs), cost_lines(runs)}) {
    for (const Line& line : part) {
      std::vector<std::string> cells = {line.task, line.metric};
      cells.insert(cells.end(), line.cells.begin(), line.cells.end());
      table.add(std::move(cells));
      kinds.push_back(line.kind);
    }
  }
  std::vector<TableLine> lines;
  const std::vector<std::string> texts = table.lines(width);
  for (std::size_t i = 0; i < texts.size(); ++i) lines.push_back({kinds[i], texts[i]});
  lines.push_back({LineKind::kFooter, ""});
  for (const LadderRun& run : runs) {
    if (run.failure) {
      lines.push_back(
          {LineKind::kError, fmt::format("{} failed: {}", run.model, run.failure->message)});
    } else {
      lines.push_back(
          {LineKind::kFooter, fmt::format("{}: run folder {}", heading(run), run.folder)});
    }
  }
  return lines;
}

Json ladder_json(std::span<const LadderRun> runs) {
  Json list = Json::array();
  for (const LadderRun& run : runs) {
    if (run.failure) {
      list.push_back({{"model", run.model}, {"failed", run.failure->message}});
      continue;
    }
    list.push_back({{"model", run.model},
                    {"folder", run.folder},
                    {"summary", to_json(run.run->summary)},
                    {"cost", to_json(model_cost(run.run->manifest, run.run->summary.timing))}});
  }
  return {{"runs", std::move(list)}};
}

}  // namespace assay
