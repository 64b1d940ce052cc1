// BoolQ: yes or no about a passage (Clark et al. 2019), in SuperGLUE's form, whose passages begin
// with the title of the article. protocols.md section 10.11.
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"

namespace assay {
namespace {

Task boolq() {
  Task task;
  task.name = "boolq";
  task.version = "2.0";
  task.tag = "super-glue-lm-eval-v1";
  task.about = "BoolQ: yes or no about a passage";
  task.data.dataset = "boolq";
  task.data.training_split = "train";
  task.data.validation_split = "validation";
  task.data.hub_path = "aps/super_glue";
  task.data.hub_name = "boolq";
  task.text = [](const Json& doc) {
    return text_field(doc, "passage") + "\nQuestion: " + text_field(doc, "question") + "?\nAnswer:";
  };
  task.choices = [](const Json&) { return std::vector<std::string>{"no", "yes"}; };
  task.target = [](const Json& doc) -> Target { return int_field(doc, "label"); };
  task.metrics = {{"acc"}};
  task.config_for_reports = {{"doc_to_text", "{{passage}}\nQuestion: {{question}}?\nAnswer:"},
                             {"doc_to_target", "label"},
                             {"doc_to_choice", {"no", "yes"}},
                             {"doc_to_decontamination_query", "passage"}};
  return task;
}

const TaskRegistrar kBoolQ{[] { return std::vector<Task>{boolq()}; }};

}  // namespace
}  // namespace assay
