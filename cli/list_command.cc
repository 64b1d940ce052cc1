// `assay list [tasks|suites|models|data]`: what there is to run and to run it on. Without a word it
// lists suites and tasks.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "assay/embedded.h"
#include "cli/command.h"
#include "cli/data_listing.h"
#include "cli/open_data.h"
#include "cli/run_arguments.h"
#include "cli/task_files.h"
#include "cli/validators.h"
#include "results/figures.h"
#include "results/text_table.h"
#include "runtime/wire.h"
#include "tasks/plugins.h"
#include "tasks/registry.h"
#include "tasks/suite.h"

namespace assay::cli {
namespace {

const char* kind_of(OutputType output) {
  switch (output) {
    case OutputType::kMultipleChoice:
      return "choices";
    case OutputType::kLoglikelihood:
      return "likelihood";
    case OutputType::kRolling:
      return "rolling";
    case OutputType::kGenerate:
      return "generation";
  }
  return "";
}

std::string origin_text(const std::string& name) {
  const std::string origin = origin_of(name);
  return origin.empty() ? "built in" : origin;
}

Json tasks_json() {
  Json list = Json::array();
  for (const TaskGroup* group : all_groups()) {
    list.push_back({{"name", group->name},
                    {"kind", "group"},
                    {"version", group->version},
                    {"children", group->children},
                    {"about", group->about},
                    {"origin", origin_text(group->name)}});
  }
  for (const Task* task : all_tasks()) {
    list.push_back({{"name", task->name},
                    {"kind", kind_of(task->output)},
                    {"version", task->version},
                    {"shots", task->shots.default_count},
                    {"tag", task->tag},
                    {"about", task->about},
                    {"origin", origin_text(task->name)}});
  }
  return list;
}

Json suites_json(const std::vector<Suite>& suites) {
  Json list = Json::array();
  for (const Suite& suite : suites) {
    Json entries = Json::array();
    for (const SuiteEntry& entry : suite.entries) {
      Json one = {{"task", entry.task}};
      if (entry.shots) one["shots"] = *entry.shots;
      if (!entry.settings.empty()) one["settings"] = entry.settings;
      entries.push_back(std::move(one));
    }
    list.push_back({{"name", suite.name}, {"about", suite.about}, {"entries", std::move(entries)}});
  }
  return list;
}

// GGUF files where people keep them: here, in ./models and in $ASSAY_MODELS.
std::vector<std::filesystem::path> models_found() {
  std::vector<std::filesystem::path> places = {".", "models"};
  if (const char* own = std::getenv("ASSAY_MODELS"); own != nullptr && *own != '\0') {
    places.emplace_back(own);
  }
  std::vector<std::filesystem::path> found;
  for (const auto& place : places) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(place, ignored)) {
      if (entry.path().extension() == ".gguf" && entry.is_regular_file(ignored)) {
        found.push_back(entry.path().lexically_normal());
      }
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::size_t size_of(const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : static_cast<std::size_t>(size);
}

class ListCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("what", what_, "tasks, suites, models or data [suites and tasks]")
        ->type_name("WHAT")
        ->check(one_of({"tasks", "suites", "models", "data"}));
    app.add_option("--suites", suites_file_, "a file with further suites")->type_name("FILE");
    add_data_option(app, data_dir_);
    add_include_path_option(app, include_path_);
    app.add_flag("--json", json_, "as JSON");
  }

  expected<ExitCode> run(Console& console) override {
    if (const auto loaded = load_targets(console, include_path_, {}); !loaded)
      return loaded.error();
    if (what_ == "models") return list_models(console);
    if (what_ == "data") return print_data_listing(console, data_dir_, json_);
    if (what_ == "tasks") return list_tasks(console);
    const expected<std::vector<Suite>> suites = load_suites(suites_file_);
    if (!suites) return suites.error();
    if (json_ && what_.empty()) {
      const Json both = {{"suites", suites_json(*suites)}, {"tasks", tasks_json()}};
      console.print(dump_pretty(both) + "\n");
      return ExitCode::kOk;
    }
    list_suites(console, *suites);
    if (what_ == "suites") return ExitCode::kOk;
    console.print("\n");
    return list_tasks(console);
  }

 private:
  void print_lines(Console& console, const TextTable& table) const {
    const auto lines = table.lines(static_cast<std::size_t>(console.output_width()));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      console.print(i == 0 ? console.styled(lines[i], Style::kBold) : lines[i]);
      console.print("\n");
    }
  }

  expected<ExitCode> list_tasks(Console& console) const {
    if (json_) {
      console.print(dump_pretty(tasks_json()) + "\n");
      return ExitCode::kOk;
    }
    bool all_built_in = true;
    for (const TaskGroup* group : all_groups()) all_built_in &= origin_of(group->name).empty();
    for (const Task* task : all_tasks()) all_built_in &= origin_of(task->name).empty();
    std::vector<TextTable::Column> columns = {{"task", Align::kLeft},
                                              {"kind", Align::kLeft},
                                              {"shots", Align::kRight},
                                              {"version", Align::kLeft},
                                              {"about", Align::kLeft, 12}};
    if (!all_built_in) columns.insert(columns.end() - 1, {"from", Align::kLeft});
    TextTable table(columns);
    const auto add = [&](std::vector<std::string> cells) {
      if (!all_built_in) cells.insert(cells.end() - 1, origin_text(cells.front()));
      table.add(std::move(cells));
    };
    std::vector<std::string> in_groups;
    for (const TaskGroup* group : all_groups()) {
      for (const std::string& child : group->children) in_groups.push_back(child);
    }
    const auto top = [&](const std::string& name) {
      return std::find(in_groups.begin(), in_groups.end(), name) == in_groups.end();
    };
    // Members of groups are many (MMLU alone has 57): they are counted here and listed by --json.
    for (const TaskGroup* group : all_groups()) {
      if (!top(group->name)) continue;
      const auto members = leaves(*group);
      add({group->name, fmt::format("{} tasks", members.size()),
           members.empty() ? "" : std::to_string(members.front()->shots.default_count),
           group->version, group->about});
    }
    for (const Task* task : all_tasks()) {
      if (!top(task->name)) continue;
      add({task->name, kind_of(task->output), std::to_string(task->shots.default_count),
           task->version, task->about});
    }
    print_lines(console, table);
    return ExitCode::kOk;
  }

  void list_suites(Console& console, const std::vector<Suite>& suites) const {
    if (json_) {
      console.print(dump_pretty(suites_json(suites)) + "\n");
      return;
    }
    TextTable table(
        {{"suite", Align::kLeft}, {"tasks", Align::kLeft, 24}, {"about", Align::kLeft, 12}});
    for (const Suite& suite : suites) {
      std::string tasks;
      for (const SuiteEntry& entry : suite.entries) {
        if (!tasks.empty()) tasks += ", ";
        tasks += entry.task;
        if (entry.shots) tasks += fmt::format(" ({} shots)", *entry.shots);
      }
      table.add({suite.name, tasks, suite.about});
    }
    print_lines(console, table);
  }

  expected<ExitCode> list_models(Console& console) const {
    const auto files = models_found();
    if (json_) {
      Json list = Json::array();
      for (const auto& file : files) {
        list.push_back({{"model", file.string()}, {"bytes", size_of(file)}});
      }
      list.push_back({{"model", "reference"}});
      list.push_back({{"model", "scripted:hash"}});
      for (const ModelKind* kind : model_kinds()) {
        list.push_back({{"model", kind->scheme + ":"},
                        {"about", kind->about},
                        {"origin", "plug-in " + plugin_of_model(kind->scheme).name}});
      }
      console.print(dump_pretty(list) + "\n");
      return ExitCode::kOk;
    }
    TextTable table({{"model", Align::kLeft}, {"size", Align::kRight}, {"about", Align::kLeft}});
    for (const auto& file : files) {
      table.add({file.string(), bytes_text(size_of(file)), "a GGUF file found here"});
    }
    const auto reference = embedded_file("models/reference.gguf");
    table.add({"reference", reference ? bytes_text(reference->size()) : "",
               "a small model of our own that comes with assay: shows that all works, says nothing "
               "about other models"});
    table.add({"scripted:hash", "", "answers by a hash of the text; for trials and tests"});
    table.add({"scripted:FILE.jsonl", "", "answers from a table"});
    for (const ModelKind* kind : model_kinds()) {
      table.add({kind->scheme + ":…", "",
                 fmt::format("{} (plug-in {})", kind->about, plugin_of_model(kind->scheme).name)});
    }
    print_lines(console, table);
    console.print(
        "\nAny path of a GGUF file is a model. Looked in ., ./models and $ASSAY_MODELS.\n");
    return ExitCode::kOk;
  }

  std::string what_;
  std::string suites_file_;
  std::string data_dir_;
  std::vector<std::string> include_path_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_list_command() { return std::make_unique<ListCommand>(); }

}  // namespace assay::cli
