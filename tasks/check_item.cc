// See check_item.h.
#include "tasks/check_item.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

expected<void> check_index(int index, std::size_t choices) {
  if (index >= 0 && static_cast<std::size_t>(index) < choices) return {};
  return data_error(fmt::format("the gold answer is choice {} (counted from 0), but there are {}",
                                index, choices));
}

expected<void> check_label(const std::string& label, const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), label) != choices.end()) return {};
  return data_error(fmt::format("the gold answer \"{}\" is not among the choices", label));
}

expected<void> check_gold(const Target& target, const std::vector<std::string>& choices) {
  if (const auto* index = std::get_if<int>(&target)) return check_index(*index, choices.size());
  if (const auto* label = std::get_if<std::string>(&target)) return check_label(*label, choices);
  if (const auto* labels = std::get_if<std::vector<std::string>>(&target)) {
    if (labels->empty()) return data_error("there is no gold answer");
    for (const std::string& label : *labels) {
      if (auto checked = check_label(label, choices); !checked) return checked;
    }
    return {};
  }
  const auto& indices = std::get<std::vector<int>>(target);
  if (indices.empty()) return data_error("there is no gold answer");
  for (const int index : indices) {
    if (auto checked = check_index(index, choices.size()); !checked) return checked;
  }
  return {};
}

}  // namespace

expected<void> check_item(const Task& task, const Item& item) {
  try {
    // A generated item that could not be made says so when it is asked: an item error.
    if (task.text && !task.generate_items) (void)task.text(item.doc);
    const Target target = task.target ? task.target(item.doc) : Target(std::string());
    if (task.output != OutputType::kMultipleChoice) return {};
    if (!task.choices) {
      return internal_error("the task is multiple choice but does not say what the choices are");
    }
    const std::vector<std::string> choices = task.choices(item.doc);
    if (choices.empty()) return data_error("there are no choices");
    if (task.gold_of_contexts) {
      return check_index(task.gold_of_contexts(item.doc), choices.size());
    }
    if (!task.target) return internal_error("the task does not say which choice is right");
    return check_gold(target, choices);
  } catch (const std::exception& e) {
    return data_error(e.what());
  }
}

}  // namespace assay
