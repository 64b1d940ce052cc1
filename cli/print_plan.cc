// See print_plan.h.
#include "cli/print_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "results/planned_memory.h"
#include "results/text_table.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

Json plan_json(const std::vector<TaskEstimate>& estimates, const Model* model,
               const std::string& folder) {
  Json tasks = Json::array();
  for (const TaskEstimate& task : estimates) {
    Json entry = {{"task", task.task},   {"items", task.items},     {"available", task.available},
                  {"shots", task.shots}, {"data", task.data_label}, {"requests", task.requests}};
    if (model != nullptr) {
      entry["prompt_tokens"] = task.prompt_tokens;
      if (task.decoded_tokens) entry["decoded_tokens"] = *task.decoded_tokens;
      entry["max_new_tokens"] = task.max_new_tokens;
      entry["errors"] = task.errors;
    }
    tasks.push_back(std::move(entry));
  }
  Json json = {{"tasks", std::move(tasks)}};
  if (model != nullptr) {
    json["model"] = {{"name", model->info().name}, {"settings", model->info().manifest}};
  }
  if (!folder.empty()) json["run"] = folder;
  return json;
}

}  // namespace

void print_plan(Console& console, const Plan& plan, const Model* model, const std::string& folder,
                bool as_json) {
  const std::vector<TaskEstimate> estimates = estimate(plan, model);
  if (as_json) {
    console.print(dump_pretty(plan_json(estimates, model, folder)) + "\n");
    return;
  }
  const bool forecast = std::any_of(estimates.begin(), estimates.end(), [](const auto& task) {
    return task.decoded_tokens.has_value();
  });
  std::vector<TextTable::Column> columns = {
      {"task", Align::kLeft, 18},      {"items", Align::kRight},
      {"of", Align::kRight},           {"shots", Align::kRight},
      {"requests", Align::kRight},     {"prompt tokens", Align::kRight},
      {"new tokens ≤", Align::kRight}, {"item errors", Align::kRight},
      {"data", Align::kLeft}};
  constexpr std::ptrdiff_t kDecoded = 6;  // behind the prompt tokens
  if (forecast) columns.insert(columns.begin() + kDecoded, {"decoded", Align::kRight});
  TextTable table(columns);
  TaskEstimate sum;
  const auto cells = [&](const TaskEstimate& task, const std::string& shots) {
    const bool counted = model != nullptr;
    std::vector<std::string> row = {task.task,
                                    std::to_string(task.items),
                                    std::to_string(task.available),
                                    shots,
                                    std::to_string(task.requests),
                                    counted ? std::to_string(task.prompt_tokens) : "?",
                                    std::to_string(task.max_new_tokens),
                                    counted ? std::to_string(task.errors) : "?",
                                    task.data_label};
    if (forecast) {
      row.insert(row.begin() + kDecoded,
                 task.decoded_tokens ? std::to_string(*task.decoded_tokens) : "");
    }
    return row;
  };
  for (const TaskEstimate& task : estimates) {
    table.add(cells(task, std::to_string(task.shots)));
    sum.items += task.items;
    sum.available += task.available;
    sum.requests += task.requests;
    sum.prompt_tokens += task.prompt_tokens;
    if (task.decoded_tokens) {
      sum.decoded_tokens = sum.decoded_tokens.value_or(0) + *task.decoded_tokens;
    }
    sum.max_new_tokens += task.max_new_tokens;
    sum.errors += task.errors;
  }
  sum.task = "all";
  if (estimates.size() > 1) table.add(cells(sum, ""));
  for (const std::string& line : table.lines(static_cast<std::size_t>(console.output_width()))) {
    console.print(line + "\n");
  }
  console.print("\n");
  if (model == nullptr) {
    console.print("Without -m MODEL tokens are not counted and long prompts not found.\n");
  } else {
    console.print("model " + model->info().name + "\n");
    const std::string memory =
        to_text(planned_memory(model->info().manifest, sum.max_new_tokens > 0));
    if (!memory.empty()) console.print("memory " + memory + "\n");
    if (sum.decoded_tokens && sum.prompt_tokens > 0) {
      console.print(fmt::format(
          "of {} prompt tokens {} are decoded: what prompts have in common is decoded once\n",
          sum.prompt_tokens, *sum.decoded_tokens));
    }
  }
  if (!folder.empty()) console.print("run folder " + folder + " (nothing was written)\n");
}

}  // namespace assay::cli
