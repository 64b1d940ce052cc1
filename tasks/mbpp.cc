// MBPP: short Python tasks described in a sentence, with three tests that the prompt shows (Austin
// et al. 2021). Evaluated on task ids 11 to 510; the shots are always ids 2, 3 and 4. protocols.md
// section 10.7.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"
#include "tasks/mbpp_shared.h"

namespace assay {
namespace {

std::string three_tests(const Json& doc) {
  const std::vector<std::string> tests = text_list(doc, "test_list");
  return tests.at(0) + "\n" + tests.at(1) + "\n" + tests.at(2);
}

Task mbpp() {
  Task task;
  task.name = "mbpp";
  task.about = "MBPP: short Python tasks with visible tests, 3 fixed shots";
  task.output = OutputType::kGenerate;
  task.data.dataset = "mbpp";
  task.data.config = "full";
  task.data.test_split = "test";
  task.data.hub_path = "google-research-datasets/mbpp";
  task.data.hub_name = "full";
  task.shots.default_count = 3;
  task.shots.sampler = ShotSampler::kFirstN;
  task.shots.samples = mbpp_shots;
  task.shots.target = [](const Json& doc) -> Target {
    return text_field(doc, "code") + "\n[DONE]";
  };
  task.id = [](const Json& doc, std::size_t) {
    return fmt::format("{}", int_field(doc, "task_id"));
  };
  task.text = [](const Json& doc) {
    return mbpp_question(text_field(doc, "text"), three_tests(doc));
  };
  task.target = [](const Json& doc) -> Target { return three_tests(doc); };
  task.target_delimiter = "";
  task.stops = {{"[DONE]"}};
  task.build_program = [](const Json&, const std::string& completion) { return completion; };
  task.gold_response = [](const Json& doc) { return text_field(doc, "code"); };
  task.metrics = {{"pass_at_1"}};
  task.config_for_reports = {
      {"doc_to_text",
       "You are an expert Python programmer, and here is your task: {{text}} Your code should pass "
       "these tests:\n\n{{test_list[0]}}\n{{test_list[1]}}\n{{test_list[2]}}\n[BEGIN]\n"},
      {"doc_to_target",
       "{% if is_fewshot is defined %}{{code}}\n[DONE]{% else %}{{test_list[0]}}\n{{test_list[1]}}"
       "\n{{test_list[2]}}{% endif %}"},
      {"generation_kwargs", {{"until", *task.stops}, {"do_sample", false}}}};
  return task;
}

// For --chat. The original's extraction takes the first word after the fence for a language name,
// so an answer that starts with "def" right after the prepared fence loses it.
Task mbpp_instruct_original() {
  Task task = mbpp();
  task.name = "mbpp_instruct";
  task.about = "MBPP as a request to an assistant, for --chat";
  task.text = [](const Json& doc) {
    return "You are an expert Python programmer, and here is your task:\n" +
           text_field(doc, "text") + "\nYour code should pass these tests:\n" + three_tests(doc);
  };
  task.gen_prefix = [](const Json&) { return std::string("\n```python\n"); };
  task.shots.target = [](const Json& doc) -> Target { return text_field(doc, "code") + "\n```"; };
  task.stops = std::vector<std::string>{};
  task.gold_response = [](const Json& doc) { return "\n" + text_field(doc, "code") + "\n```"; };
  task.filters = {{"extract_code", {{"extract_code"}}}};
  task.config_for_reports = {
      {"doc_to_text",
       "You are an expert Python programmer, and here is your task:\n{{text}}\nYour code should "
       "pass these tests:\n{{test_list[0]}}\n{{test_list[1]}}\n{{test_list[2]}}"},
      {"gen_prefix", "\n```python\n"},
      {"generation_kwargs", {{"until", Json::array()}, {"do_sample", false}}}};
  return task;
}

// Ours asks the same and reads the program out of the answer by our rules; the original's score of
// the same answers stands beside it.
Task mbpp_instruct() {
  const Task original = mbpp_instruct_original();
  Task task = original;
  task.original = std::make_shared<const Task>(original);
  task.filters.insert(task.filters.begin(),
                      {kOwnExtraction, {{"extract_program", {{"tests", "test_list"}}}}});
  return task;
}

const TaskRegistrar kMbpp{[] { return std::vector<Task>{mbpp(), mbpp_instruct()}; }};

}  // namespace

expected<std::vector<Json>> mbpp_shots(const DataSource& source) {
  const expected<DataSplit> prompts = source.load("mbpp", "full", "prompt");
  if (!prompts) return prompts.error();
  std::vector<Json> shots;
  for (const int id : {2, 3, 4}) {
    for (const Json& row : prompts->rows) {
      if (row.value("task_id", 0) == id) shots.push_back(row);
    }
  }
  if (shots.size() == 3) return shots;
  return data_error(
      "MBPP's prompt split does not have the task ids 2, 3 and 4 once each, which are its shots; "
      "check the file with `assay data verify mbpp`.");
}

std::string mbpp_question(const std::string& text, const std::string& tests) {
  return "You are an expert Python programmer, and here is your task: " + text +
         " Your code should pass these tests:\n\n" + tests + "\n[BEGIN]\n";
}

}  // namespace assay
