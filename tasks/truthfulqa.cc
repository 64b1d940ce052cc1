// TruthfulQA, multiple choice: questions that invite a common falsehood (Lin et al. 2022). A fixed
// primer of six questions stands in front, so shots cannot be added. mc1: one true answer, always
// listed first (a tie therefore favours the truth). mc2: the share of probability on the true
// answers. protocols.md section 10.8.
#include <cmath>
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {
namespace {

// Six lines of questions and answers without a final newline, then a blank line.
expected<std::string> primer(const DataSource& source) {
  const expected<std::string> text = source.text("truthfulqa", "primer.txt");
  if (!text) return text.error();
  return std::string(rstrip(*text)) + "\n\n";
}

Task truthfulqa(const std::string& name, const char* targets) {
  Task task;
  task.name = name;
  task.tag = "truthfulqa";
  task.data.dataset = "truthfulqa";
  task.data.config = "multiple_choice";
  task.data.validation_split = "validation";
  task.data.hub_path = "truthfulqa/truthful_qa";
  task.data.hub_name = "multiple_choice";
  task.shots.fixed_count = true;
  task.preamble = primer;
  task.text = [](const Json& doc) { return "Q: " + text_field(doc, "question") + "\nA:"; };
  task.choices = [targets](const Json& doc) { return text_list(field(doc, targets), "choices"); };
  task.target = [](const Json&) -> Target { return 0; };
  task.metrics = {{"acc"}};
  task.config_for_reports = {{"doc_to_text", "(the primer, then) Q: {{question}}\nA:"},
                             {"doc_to_target", 0},
                             {"doc_to_choice", "{{" + std::string(targets) + ".choices}}"}};
  return task;
}

// Σ over true answers of e^ll, divided by the sum over all. Not a number when all underflow, which
// makes the item an item error.
std::vector<MetricValue> share_of_truth(const Item& item, const Response& response) {
  const Json& labels = field(field(item.doc, "mc2_targets"), "labels");
  const auto& scores = std::get<std::vector<ChoiceScore>>(response.answer);
  double truth = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double p = std::exp(scores[i].loglikelihood);
    if (labels.at(i).get<int>() == 1) truth += p;
    all += p;
  }
  return {{"acc", truth / all}};
}

Task mc1() {
  Task task = truthfulqa("truthfulqa_mc1", "mc1_targets");
  task.version = "2.0";
  task.about = "TruthfulQA: is the one true answer the likeliest?";
  return task;
}

Task mc2() {
  Task task = truthfulqa("truthfulqa_mc2", "mc2_targets");
  task.version = "3.0";
  task.about = "TruthfulQA: probability on the true answers";
  task.process_results = share_of_truth;
  return task;
}

const TaskRegistrar kTruthfulQa{[] { return std::vector<Task>{mc1(), mc2()}; }};

}  // namespace
}  // namespace assay
