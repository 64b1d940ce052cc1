// `assay show TASK [ITEM]`: exactly what a model is asked about an item: the text with its
// boundaries marked, continuations, stops, gold, the shots and, with -m, the token ids. It uses the
// same plan and the same rendering as a run, so that it cannot show something else. For a run
// folder in the task's place it shows what was asked and answered there (show_run_item.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>

#include "cli/command.h"
#include "cli/measure_models.h"
#include "cli/model_arguments.h"
#include "cli/open_data.h"
#include "cli/run_arguments.h"
#include "cli/show_run_item.h"
#include "cli/shown_item.h"
#include "cli/task_files.h"
#include "runtime/plan.h"
#include "scorers/python_format.h"
#include "tasks/suite.h"

namespace assay::cli {
namespace {

constexpr const char* kExamples =
    "ITEM is an id or a position in the data, counted from 0; without it the first item is "
    "shown.\n\n"
    "Of a run, ITEM is an id of its items, or TASK/ID.\n\n"
    "Examples:\n"
    "  assay show gsm8k 0 --shots 5\n"
    "  assay show mmlu --first 2 --json | jq .context\n"
    "  assay show arc_challenge -m model.gguf            with token ids\n"
    "  assay show runs/mini-model mini-gsm8k/3            what the model answered in a run\n";

// An item's place: the exact id, else the position in the evaluated split.
std::optional<LoadedItem> find_item(const LoadedTask& loaded, const std::string& wanted) {
  for (std::size_t i = 0; i < loaded.items.size(); ++i) {
    if (loaded.items.head(i).id == wanted) return loaded.items[i];
  }
  std::size_t index = 0;
  const char* end = wanted.data() + wanted.size();
  const auto [rest, error] = std::from_chars(wanted.data(), end, index);
  if (error != std::errc() || rest != end) return std::nullopt;
  for (std::size_t i = 0; i < loaded.items.size(); ++i) {
    if (loaded.items.head(i).index == index) return loaded.items[i];
  }
  return std::nullopt;
}

class ShowCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("task", task_, "a task, group or suite, a task file (.yaml), or a run folder")
        ->type_name("TASK")
        ->required();
    app.add_option("item", item_, "its id or its position [0]")->type_name("ITEM");
    model_.add_to(app);
    settings_.add_to(app);
    app.add_flag("--json", json_, "JSON Lines, one object per item");
    app.footer(kExamples);
  }

  expected<ExitCode> run(Console& console) override {
    if (is_run_folder(task_)) return show_run_item(console, task_, item_, json_);
    expected<RunSettings> settings = settings_.resolve();
    if (!settings) return settings.error();
    expected<std::vector<std::string>> targets =
        load_targets(console, settings_.include_path(), {task_});
    if (!targets) return targets.error();
    settings->targets = std::move(*targets);
    const bool several = settings->limit || settings->items;
    if (several && !item_.empty()) {
      return usage_error("Give either ITEM or how many items to show (--first), not both.");
    }
    const expected<ModelOptions> options = model_.resolve();
    if (!options) return options.error();
    if (settings->chat && options->spec.empty()) {
      return usage_error("--chat needs a model, whose template it shows: add -m MODEL.");
    }
    const expected<std::vector<Suite>> suites = load_suites(settings_.suites_file());
    if (!suites) return suites.error();
    if (const auto resolved = resolve_targets(settings->targets, *suites); !resolved) {
      return resolved.error();
    }
    const expected<std::unique_ptr<DataSource>> data = open_data(settings_.data_dir());
    if (!data) return data.error();
    std::unique_ptr<Model> model;
    if (!options->spec.empty()) {
      expected<std::unique_ptr<Model>> opened = open_model(*options);
      if (!opened) return opened.error();
      model = std::move(*opened);
    }
    const expected<Plan> plan = make_plan(*settings, *suites, **data, model.get());
    if (!plan) return plan.error();
    return several ? show_all(console, *plan, model.get()) : show_one(console, *plan, model.get());
  }

 private:
  expected<ExitCode> show_all(Console& console, const Plan& plan, const Model* model) const {
    for (const PlannedTask& task : plan.tasks) {
      for (const LoadedItem& item : task.loaded.items) {
        if (const auto shown = show(console, plan, task, item, model); !shown) {
          return shown.error();
        }
      }
    }
    return ExitCode::kOk;
  }

  expected<ExitCode> show_one(Console& console, const Plan& plan, const Model* model) const {
    for (const PlannedTask& task : plan.tasks) {
      const std::optional<LoadedItem> item =
          item_.empty() ? task.loaded.items.front() : find_item(task.loaded, item_);
      if (!item) continue;
      if (const auto shown = show(console, plan, task, *item, model); !shown) return shown.error();
      return ExitCode::kOk;
    }
    const LoadedTask& first = plan.tasks.front().loaded;
    return usage_error(
        fmt::format("{} has no item '{}'; ids look like '{}', positions go from 0 to {}.", task_,
                    item_, first.items.head(0).id, first.items.head(first.items.size() - 1).index));
  }

  expected<void> show(Console& console, const Plan& plan, const PlannedTask& task,
                      const LoadedItem& item, const Model* model) const {
    const expected<ShownItem> shown = make_shown_item(plan, task, item, model);
    if (!shown) return shown.error();
    console.print(json_ ? python_json(shown_item_json(*shown), -1, false) + "\n"
                        : shown_item_text(*shown));
    return {};
  }

  std::string task_;
  std::string item_;
  ModelArguments model_;
  RunArguments settings_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_show_command() { return std::make_unique<ShowCommand>(); }

}  // namespace assay::cli
