// ARC: grade-school science questions (Clark et al. 2018). The model scores the text of each
// answer, not a letter; reports with lettered prompts are another measure. protocols.md section
// 10.2.
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"

namespace assay {
namespace {

Task arc(const std::string& name, const std::string& dataset, const std::string& config) {
  Task task;
  task.name = name;
  task.data.dataset = dataset;
  task.data.config = config;
  task.data.training_split = "train";
  task.data.validation_split = "validation";
  task.data.test_split = "test";
  task.id = [](const Json& doc, std::size_t) { return text_field(doc, "id"); };
  task.text = [](const Json& doc) {
    return "Question: " + text_field(doc, "question") + "\nAnswer:";
  };
  task.choices = [](const Json& doc) { return text_list(field(doc, "choices"), "text"); };
  task.target = [](const Json& doc) -> Target {
    return index_of_label(text_list(field(doc, "choices"), "label"), text_field(doc, "answerKey"));
  };
  task.metrics = {{"acc"}, {"acc_norm"}};
  task.config_for_reports = {{"doc_to_text", "Question: {{question}}\nAnswer:"},
                             {"doc_to_target", "{{choices.label.index(answerKey)}}"},
                             {"doc_to_choice", "{{choices.text}}"},
                             {"doc_to_decontamination_query", "Question: {{question}}\nAnswer:"}};
  return task;
}

Task upstream(const std::string& name, const std::string& config, const std::string& about) {
  Task task = arc(name, "arc", config);
  task.tag = "ai2_arc";
  task.about = about;
  task.data.hub_path = "allenai/ai2_arc";
  task.data.hub_name = config;
  return task;
}

// The mini set has no validation split and one configuration.
Task mini() {
  Task task = arc("mini-arc", "mini/arc", "ARC-Easy");
  task.data.validation_split.clear();
  task.about = "our own easy science questions in ARC's form";
  return task;
}

const TaskRegistrar kArc{[] {
  return std::vector<Task>{upstream("arc_easy", "ARC-Easy", "ARC, easy part: grade-school science"),
                           upstream("arc_challenge", "ARC-Challenge",
                                    "ARC, hard part: grade-school science, customary 25 shots"),
                           mini()};
}};

}  // namespace
}  // namespace assay
