// MMLU: exam questions with four lettered choices in 57 subjects (Hendrycks et al. 2021). One task
// per subject, four category groups, one group over all. protocols.md section 10.1.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "assay/embedded.h"
#include "assay/fields.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {
namespace {

struct Category {
  std::string name;
  std::string alias;
  std::vector<std::string> subjects;  // ascending, the order of the original's report
};

// The original harness counts anatomy as STEM, unlike the paper.
const std::vector<Category>& categories() {
  static const std::vector<Category> kCategories = {
      {"mmlu_stem",
       "stem",
       {"abstract_algebra", "anatomy", "astronomy", "college_biology", "college_chemistry",
        "college_computer_science", "college_mathematics", "college_physics", "computer_security",
        "conceptual_physics", "electrical_engineering", "elementary_mathematics",
        "high_school_biology", "high_school_chemistry", "high_school_computer_science",
        "high_school_mathematics", "high_school_physics", "high_school_statistics",
        "machine_learning"}},
      {"mmlu_other",
       "other",
       {"business_ethics", "clinical_knowledge", "college_medicine", "global_facts", "human_aging",
        "management", "marketing", "medical_genetics", "miscellaneous", "nutrition",
        "professional_accounting", "professional_medicine", "virology"}},
      {"mmlu_social_sciences",
       "social sciences",
       {"econometrics", "high_school_geography", "high_school_government_and_politics",
        "high_school_macroeconomics", "high_school_microeconomics", "high_school_psychology",
        "human_sexuality", "professional_psychology", "public_relations", "security_studies",
        "sociology", "us_foreign_policy"}},
      {"mmlu_humanities",
       "humanities",
       {"formal_logic", "high_school_european_history", "high_school_us_history",
        "high_school_world_history", "international_law", "jurisprudence", "logical_fallacies",
        "moral_disputes", "moral_scenarios", "philosophy", "prehistory", "professional_law",
        "world_religions"}}};
  return kCategories;
}

std::string question(const Json& doc) {
  const std::vector<std::string> choices = text_list(doc, "choices");
  return std::string(strip(text_field(doc, "question"))) + "\nA. " + choices.at(0) + "\nB. " +
         choices.at(1) + "\nC. " + choices.at(2) + "\nD. " + choices.at(3) + "\nAnswer:";
}

Task subject_task(const std::string& prefix, const std::string& dataset,
                  const std::string& subject) {
  Task task;
  task.name = prefix + "_" + subject;
  task.alias = subject;
  task.data.dataset = dataset;
  task.data.config = subject;
  task.data.test_split = "test";
  task.data.fewshot_split = "dev";
  task.shots.sampler = ShotSampler::kFirstN;
  task.description = "The following are multiple choice questions (with answers) about " +
                     replace_all(subject, "_", " ") + ".\n\n";
  task.group = [](const Json& doc) { return text_field(doc, "subject"); };
  task.text = question;
  task.choices = [](const Json&) { return std::vector<std::string>{"A", "B", "C", "D"}; };
  task.target = [](const Json& doc) -> Target { return int_field(doc, "answer"); };
  task.metrics = {{"acc"}};
  task.config_for_reports = {
      {"doc_to_text",
       "{{question.strip()}}\nA. {{choices[0]}}\nB. {{choices[1]}}\nC. {{choices[2]}}\n"
       "D. {{choices[3]}}\nAnswer:"},
      {"doc_to_target", "answer"},
      {"doc_to_choice", {"A", "B", "C", "D"}}};
  return task;
}

// The subjects of the embedded miniature, from the names of its files.
std::vector<std::string> mini_subjects() {
  const std::string folder = "datasets/mini/mmlu/test/";
  const std::string ending = "_test.csv";
  std::vector<std::string> out;
  for (const std::string_view name : embedded_file_names()) {
    if (!name.starts_with(folder) || !name.ends_with(ending)) continue;
    const std::size_t length = name.size() - folder.size() - ending.size();
    out.emplace_back(name.substr(folder.size(), length));
  }
  return out;
}

std::vector<Task> tasks() {
  std::vector<Task> out;
  for (const Category& category : categories()) {
    for (const std::string& subject : category.subjects) {
      Task task = subject_task("mmlu", "mmlu", subject);
      task.tag = category.name + "_tasks";
      task.about = "MMLU, " + replace_all(subject, "_", " ") + ": lettered choices";
      task.data.hub_path = "cais/mmlu";
      task.data.hub_name = subject;
      out.push_back(std::move(task));
    }
  }
  for (const std::string& subject : mini_subjects()) {
    Task task = subject_task("mini-mmlu", "mini/mmlu", subject);
    task.about = "our own easy questions in MMLU's form: " + replace_all(subject, "_", " ");
    out.push_back(std::move(task));
  }
  return out;
}

std::vector<TaskGroup> groups() {
  std::vector<TaskGroup> out;
  TaskGroup all{"mmlu", "", "2", {}, {{"acc"}}, "MMLU: 57 exam subjects, customary 5 shots"};
  for (const Category& category : categories()) {
    all.children.push_back(category.name);
    TaskGroup group{category.name, category.alias, "2", {}, {{"acc"}}, "MMLU, " + category.alias};
    for (const std::string& subject : category.subjects)
      group.children.push_back("mmlu_" + subject);
    out.push_back(std::move(group));
  }
  out.push_back(std::move(all));
  TaskGroup mini{"mini-mmlu", "", "1", {}, {{"acc"}}, "our own easy questions in MMLU's form"};
  for (const std::string& subject : mini_subjects())
    mini.children.push_back("mini-mmlu_" + subject);
  out.push_back(std::move(mini));
  return out;
}

const TaskRegistrar kMmlu{tasks, groups};

}  // namespace
}  // namespace assay
