// See show_run_item.h.
#include "cli/show_run_item.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "results/sample_view.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

struct Match {
  const TaskRecord* task;
  const ItemRecord* item;
};

// Ids first; positions only where no id fits, since ids may be numbers themselves.
std::vector<Match> matches(const RunFolder& run, const std::string& wanted) {
  std::vector<Match> by_id;
  std::vector<Match> by_position;
  for (const TaskRecord& task : run.tasks) {
    for (const ItemRecord& item : task.items) {
      if (item.item.id == wanted || task.name + "/" + item.item.id == wanted) {
        by_id.push_back({&task, &item});
      } else if (std::to_string(item.item.index) == wanted ||
                 fmt::format("{}/{}", task.name, item.item.index) == wanted) {
        by_position.push_back({&task, &item});
      }
    }
  }
  return by_id.empty() ? by_position : by_id;
}

}  // namespace

expected<ExitCode> show_run_item(Console& console, const std::string& folder,
                                 const std::string& wanted, bool json) {
  const expected<RunFolder> run = load_run(folder);
  if (!run) return run.error();
  std::vector<Match> found;
  if (wanted.empty()) {
    for (const TaskRecord& task : run->tasks) {
      if (!task.items.empty() && found.empty()) found.push_back({&task, &task.items.front()});
    }
  } else {
    found = matches(*run, wanted);
  }
  if (found.empty()) return usage_error(fmt::format("{} has no item '{}'.", folder, wanted));
  if (found.size() > 1) {
    std::vector<std::string> tasks;
    for (std::size_t i = 0; i < found.size() && i < 3; ++i) tasks.push_back(found[i].task->name);
    return usage_error(
        fmt::format("{} tasks of {} have an item '{}' ({}{}); name the task too, as in {}/{}.",
                    found.size(), folder, wanted, fmt::join(tasks, ", "),
                    found.size() > 3 ? ", …" : "", found.front().task->name, wanted));
  }
  const TaskRecord& task = *found.front().task;
  const SampleView view = view_sample(task, task_of(task), *found.front().item);
  const auto width = static_cast<std::size_t>(console.output_width());
  console.print(json ? dump_line(to_json(view)) + "\n" : sample_text(view, width));
  return ExitCode::kOk;
}

}  // namespace assay::cli
