// PIQA: which of two ways reaches a physical goal (Bisk et al. 2020). protocols.md section 10.10.
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"

namespace assay {
namespace {

Task piqa() {
  Task task;
  task.name = "piqa";
  task.about = "PIQA: physical common sense, two ways to a goal";
  task.data.dataset = "piqa";
  task.data.training_split = "train";
  task.data.validation_split = "validation";
  task.data.hub_path = "baber/piqa";
  task.text = [](const Json& doc) { return "Question: " + text_field(doc, "goal") + "\nAnswer:"; };
  task.choices = [](const Json& doc) {
    return std::vector<std::string>{text_field(doc, "sol1"), text_field(doc, "sol2")};
  };
  task.target = [](const Json& doc) -> Target { return int_field(doc, "label"); };
  task.metrics = {{"acc"}, {"acc_norm"}};
  task.config_for_reports = {{"doc_to_text", "Question: {{goal}}\nAnswer:"},
                             {"doc_to_target", "label"},
                             {"doc_to_choice", "{{[sol1, sol2]}}"},
                             {"doc_to_decontamination_query", "goal"}};
  return task;
}

const TaskRegistrar kPiqa{[] { return std::vector<Task>{piqa()}; }};

}  // namespace
}  // namespace assay
