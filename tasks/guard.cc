// See guard.h.
#include "tasks/guard.h"

#include <memory>

namespace assay {

Task guarded(Task task, const std::string& plugin) {
  const auto fence = [&](auto& function) { function = guard(std::move(function), plugin); };
  fence(task.shots.samples);
  fence(task.shots.text);
  fence(task.shots.target);
  fence(task.shots.choices);
  fence(task.shots.gen_prefix);
  fence(task.generate_items);
  fence(task.process_doc);
  fence(task.id);
  fence(task.group);
  fence(task.preamble);
  fence(task.description_text);
  fence(task.text);
  fence(task.choices);
  fence(task.target);
  fence(task.gen_prefix);
  fence(task.gold_of_contexts);
  fence(task.process_results);
  fence(task.build_program);
  fence(task.gold_response);
  if (task.original) {
    task.original = std::make_shared<const Task>(guarded(*task.original, plugin));
  }
  return task;
}

}  // namespace assay
