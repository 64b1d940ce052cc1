// OpenBookQA: elementary science (Mihaylov et al. 2018), asked without the book: the question stem
// alone is the prompt. protocols.md section 10.12.
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {
namespace {

Task openbookqa() {
  Task task;
  task.name = "openbookqa";
  task.about = "OpenBookQA: elementary science, the stem alone as prompt";
  task.data.dataset = "openbookqa";
  task.data.config = "main";
  task.data.training_split = "train";
  task.data.validation_split = "validation";
  task.data.test_split = "test";
  task.data.hub_path = "allenai/openbookqa";
  task.data.hub_name = "main";
  task.id = [](const Json& doc, std::size_t) { return text_field(doc, "id"); };
  task.text = [](const Json& doc) { return text_field(doc, "question_stem"); };
  task.choices = [](const Json& doc) { return text_list(field(doc, "choices"), "text"); };
  task.target = [](const Json& doc) -> Target {
    return index_of_label(text_list(field(doc, "choices"), "label"),
                          std::string(lstrip(text_field(doc, "answerKey"))));
  };
  task.metrics = {{"acc"}, {"acc_norm"}};
  task.config_for_reports = {{"doc_to_text", "question_stem"},
                             {"doc_to_target", "{{choices.label.index(answerKey.lstrip())}}"},
                             {"doc_to_choice", "{{choices.text}}"},
                             {"doc_to_decontamination_query", "question_stem"}};
  return task;
}

const TaskRegistrar kOpenBookQa{[] { return std::vector<Task>{openbookqa()}; }};

}  // namespace
}  // namespace assay
