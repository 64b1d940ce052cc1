// How a power plan is written, for people and as JSON; see power_plan.h.
#include <fmt/format.h>

#include <cmath>

#include "results/figures.h"
#include "results/power_plan.h"
#include "results/text_table.h"

namespace assay {
namespace {

constexpr double kPoints = 100;

std::string points(double share) {
  const double value = kPoints * share;
  return fmt::format("{:.{}f} points", value, value < 10 ? 1 : 0);
}

std::string grouped(std::size_t value) {
  std::string text = std::to_string(value);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

bool is_exact(double value) { return std::fabs(value - std::round(value)) < 1e-9; }

std::string asked(const PowerPlan& plan) {
  const double value = kPoints * plan.question.difference;
  return is_exact(value) ? fmt::format("{:.0f} point{}", value, value == 1 ? "" : "s")
                         : fmt::format("{:g} points", value);
}

// "enough", or what is missing.
std::string judgement(const PowerRow& row) {
  if (row.enough()) return "enough";
  if (!row.has_score) return "no score to compare";
  if (row.measurable() == 0) return "no item fits the context";
  if (!row.needed) return "more than the models differ";
  if (*row.needed <= row.cost.available && row.cost.errors == 0)
    return grouped(*row.needed) + " items";
  return fmt::format("{} items; there are {}{}", grouped(*row.needed),
                     grouped(row.cost.errors == 0 ? row.cost.available : row.measurable()),
                     row.cost.errors == 0 ? "" : " that fit");
}

Json row_json(const PowerRow& row) {
  const auto or_null = [](const auto& value) { return value ? Json(*value) : Json(); };
  return {{"name", row.name},
          {"items", row.cost.items},
          {"available", row.cost.available},
          {"requests", row.cost.requests},
          {"prompt_tokens", row.cost.prompt_tokens},
          {"max_new_tokens", row.cost.max_new_tokens},
          {"too_long", row.cost.errors},
          {"alpha", row.alpha},
          {"discordance", row.discordance},
          {"discordance_source", row.discordance_source},
          {"detectable", or_null(row.detectable)},
          {"items_needed", or_null(row.needed)},
          {"enough", row.enough()},
          {"seconds", or_null(row.seconds)},
          {"time_source", row.time_source}};
}

}  // namespace

Json to_json(const PowerPlan& plan) {
  Json rows = Json::array();
  for (const PowerRow& row : plan.rows) {
    Json json = row_json(row);
    if (plan.model.empty()) {
      for (const char* name : {"prompt_tokens", "too_long"}) json[name] = Json();
    }
    rows.push_back(std::move(json));
  }
  const auto or_null = [](const auto& value) { return value ? Json(*value) : Json(); };
  return {{"detect", plan.question.difference},
          {"alpha", plan.question.alpha},
          {"power", plan.question.power},
          {"rows", std::move(rows)},
          {"model", plan.model},
          {"memory",
           {{"weights", or_null(plan.memory.weights)},
            {"cache", or_null(plan.memory.cache)},
            {"measured_peak", or_null(plan.measured_peak_bytes)}}},
          {"notes", plan.notes}};
}

std::string power_plan_text(const PowerPlan& plan, std::size_t width) {
  TextTable table({{"task", Align::kLeft, 12},
                   {"items", Align::kRight},
                   {"prompt tokens", Align::kRight},
                   {"new tokens ≤", Align::kRight},
                   {"too long", Align::kRight},
                   {"time", Align::kRight},
                   {"discordance", Align::kRight},
                   {"detects", Align::kRight},
                   {"for " + asked(plan), Align::kLeft}});
  const bool counted = !plan.model.empty();
  for (const PowerRow& row : plan.rows) {
    table.add({row.name, grouped(row.cost.items), counted ? grouped(row.cost.prompt_tokens) : "?",
               grouped(row.cost.max_new_tokens), counted ? grouped(row.cost.errors) : "?",
               row.seconds ? duration_text(*row.seconds) : "not measured",
               fmt::format("{:.1f} %", kPoints * row.discordance),
               row.detectable ? points(*row.detectable) : "nothing", judgement(row)});
  }
  std::string text;
  for (const std::string& line : table.lines(width)) text += line + "\n";
  const double tasks = plan.rows.size() > 1 ? static_cast<double>(plan.rows.size() - 1) : 1;
  text += fmt::format(
      "\ndetects: the smallest paired difference found with {:.4g} % probability; a wrong claim "
      "has "
      "at most {:.4g} %{}\n",
      kPoints * plan.question.power, kPoints * plan.question.alpha,
      tasks > 1 ? fmt::format(" over all {:.0f} tasks, {:.2g} % for each", tasks,
                              kPoints * plan.question.alpha / tasks)
                : "");
  bool assumed = false;
  for (const PowerRow& row : plan.rows) {
    assumed = assumed || row.discordance_source == "assumed";
    if (row.name == "all" || row.discordance_source == "assumed") continue;
    text += fmt::format("discordance of {}: {}\n", row.name, row.discordance_source);
  }
  if (assumed) {
    text +=
        "discordance, the share of items on which the two models differ, is assumed "
        "(--discordance);\n  --against BASE --pilot RUN measures it\n";
  }
  for (const PowerRow& row : plan.rows) {
    if (row.enough() || row.name == "all" || !row.has_score || row.measurable() == 0) continue;
    text += fmt::format(
        "{}: {} items are too few to detect {}; they could detect {}\n", row.name,
        grouped(row.measurable()), asked(plan),
        row.detectable ? points(*row.detectable) : "nothing, so few of them would differ");
  }
  bool timed = false;
  for (const PowerRow& row : plan.rows) {
    timed = timed || row.seconds.has_value();
    if (!row.time_source.starts_with("measured on ")) continue;  // all of its tasks were, or none
    text += fmt::format("time of {}: {}\n", row.name, row.time_source);
  }
  if (!timed) {
    text +=
        "time: not measured; --trial asks a few items, or --against or --pilot takes the rate of "
        "an "
        "earlier run\n";
  }
  for (const std::string& note : plan.notes) text += note + "\n";
  if (!counted) {
    return text + "Without -m MODEL tokens are not counted and long prompts not found.\n";
  }
  text += fmt::format("model {}\n", plan.model);
  if (plan.memory.weights) {
    text += fmt::format("memory: {}{}; the engine's work space is not known before loading\n",
                        to_text(plan.memory),
                        plan.memory.cache ? "" : ", KV cache not told by the file's header");
  }
  if (plan.measured_peak_bytes) {
    text += fmt::format("memory: {} at the peak in {}\n", bytes_text(*plan.measured_peak_bytes),
                        plan.peak_source);
  }
  return text;
}

}  // namespace assay
