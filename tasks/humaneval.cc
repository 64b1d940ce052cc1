// HumanEval: Python functions to complete from their signature and docstring (Chen et al. 2021),
// scored by running them. protocols.md section 10.6.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"

namespace assay {
namespace {

MetricSpec pass_at(const std::vector<int>& ks) { return {"pass@k", "mean", true, {{"k", ks}}}; }

Task humaneval() {
  Task task;
  task.name = "humaneval";
  task.about = "HumanEval: Python functions to complete, pass@1";
  task.output = OutputType::kGenerate;
  task.data.dataset = "humaneval";
  task.data.test_split = "test";
  task.data.hub_path = "openai/openai_humaneval";
  task.shots.fixed_count = true;
  task.id = [](const Json& doc, std::size_t) { return text_field(doc, "task_id"); };
  task.text = [](const Json& doc) { return text_field(doc, "prompt"); };
  task.target = [](const Json& doc) -> Target {
    return text_field(doc, "test") + "\ncheck(" + text_field(doc, "entry_point") + ")";
  };
  // The function ends where the next thing at the left margin begins.
  task.stops = {{"\nclass", "\ndef", "\n#", "\nif", "\nprint"}};
  task.max_tokens = 1024;
  task.build_program = [](const Json& doc, const std::string& completion) {
    return text_field(doc, "prompt") + completion;
  };
  task.gold_response = [](const Json& doc) { return text_field(doc, "canonical_solution"); };
  task.filters = {{"create_test", {{"create_test"}}}};
  task.metrics = {pass_at({1})};
  task.config_for_reports = {
      {"doc_to_text", "{{prompt}}"},
      {"doc_to_target", "{{test}}\ncheck({{entry_point}})"},
      {"generation_kwargs",
       {{"until", *task.stops}, {"max_gen_toks", 1024}, {"do_sample", false}}}};
  return task;
}

// 64 samples of each, for pass@k.
Task humaneval_64() {
  Task task = humaneval();
  task.name = "humaneval_64";
  task.about = "HumanEval with 64 samples: pass@2 to pass@64";
  task.repeats = 64;
  task.sampling.temperature = 0.2;
  task.sampling.top_p = 0.95;
  task.metrics = {pass_at({2, 8, 16, 32, 64})};
  task.config_for_reports["generation_kwargs"] = {{"until", *task.stops},
                                                  {"max_gen_toks", 1024},
                                                  {"do_sample", true},
                                                  {"temperature", 0.2},
                                                  {"top_p", 0.95}};
  return task;
}

// As a request to an assistant, whose answer is begun for it; made for --chat. This is the
// original's form: its stops end the answer before a second function, and what stands before the
// first fence is taken as it is.
Task humaneval_instruct_original() {
  Task task = humaneval();
  task.name = "humaneval_instruct";
  task.about = "HumanEval as a request to an assistant, for --chat";
  task.version = "4.0";
  task.text = [](const Json& doc) {
    return "Write a solution to the following problem and make sure that it passes the tests:\n"
           "```python\n" +
           text_field(doc, "prompt") + "\n```\n";
  };
  task.gen_prefix = [](const Json& doc) {
    return "Here is the completed function:\n```python\n" + text_field(doc, "prompt") + "\n";
  };
  task.build_program = [](const Json& doc, const std::string& completion) {
    return text_field(doc, "prompt") + completion.substr(0, completion.find("```"));
  };
  task.config_for_reports["doc_to_text"] =
      "Write a solution to the following problem and make sure that it passes the tests:\n"
      "```python\n{{ prompt }}\n```\n";
  task.config_for_reports["gen_prefix"] =
      "Here is the completed function:\n```python\n{{ prompt }}\n";
  return task;
}

// Ours lets the answer go on to its end and reads the program out of all of it. The original's
// score of the same answers stands beside it.
Task humaneval_instruct() {
  const Task original = humaneval_instruct_original();
  Task task = original;
  task.original = std::make_shared<const Task>(original);
  task.stops = std::vector<std::string>{};
  task.filters = {{kOwnExtraction,
                   {{"extract_program", {{"prompt", "prompt"}, {"entry_point", "entry_point"}}}}},
                  {"create_test", {{"cut_at", {{"until", *original.stops}}}, {"create_test"}}}};
  task.config_for_reports["generation_kwargs"]["until"] = Json::array();
  return task;
}

Task mini() {
  Task task = humaneval();
  task.name = "mini-humaneval";
  task.about = "our own easy functions in HumanEval's form";
  task.data.dataset = "mini/humaneval";
  task.data.hub_path.clear();
  return task;
}

const TaskRegistrar kHumanEval{[] {
  return std::vector<Task>{humaneval(), humaneval_64(), humaneval_instruct(), mini()};
}};

}  // namespace
}  // namespace assay
