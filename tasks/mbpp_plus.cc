// MBPP+ (Liu et al. 2023, EvalPlus): MBPP's tasks with about a hundred inputs each; an answer is
// right when it returns what the reference solution returns for all of them. Asked as MBPP is, with
// the same three shots. tasks/data/mbpp_plus_check.py holds the comparison.
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "assay/embedded.h"
#include "assay/fields.h"
#include "assay/task.h"
#include "tasks/mbpp_shared.h"

namespace assay {
namespace {

constexpr const char* kCheck = "tasks/data/mbpp_plus_check.py";

std::string three_tests(const Json& doc) {
  const std::vector<std::string> tests = text_list(doc, "test_list");
  return tests.at(0) + "\n" + tests.at(1) + "\n" + tests.at(2);
}

// The task's sentence without the quotes that make it a docstring.
std::string sentence(const Json& doc) {
  std::string text = text_field(doc, "prompt");
  constexpr std::string_view kQuotes = "'''";
  if (text.starts_with(kQuotes)) text.erase(0, kQuotes.size());
  if (text.ends_with(kQuotes)) text.resize(text.size() - kQuotes.size());
  const std::size_t begin = text.find_first_not_of(" \n");
  if (begin == std::string::npos) throw std::runtime_error("the field \"prompt\" says nothing");
  return text.substr(begin, text.find_last_not_of(" \n") + 1 - begin);
}

std::string shown_tests(const Json& doc) {
  const std::string text = text_field(doc, "assertion");
  const std::size_t begin = text.find_first_not_of('\n');
  if (begin == std::string::npos) throw std::runtime_error("the field \"assertion\" is empty");
  return text.substr(begin, text.find_last_not_of('\n') + 1 - begin);
}

// A text as a Python literal: JSON's escapes are Python's, as long as nothing but ASCII is escaped.
std::string literal(const std::string& text) { return Json(text).dump(); }

// EvalPlus has inputs that take its own reference seconds, most of all task 599, which adds up the
// first hundred million numbers again and again. Four times what the reference needs.
std::string limits_of(const std::string& number) {
  const double cpu_seconds = number == "599" ? 60.0 : 12.0;
  // The reference runs as well. The sandbox reads this line (docs/sandbox.md).
  return fmt::format("# limits: cpu_seconds={:g} wall_seconds={:g}\n", cpu_seconds,
                     3 * cpu_seconds);
}

std::string whole_test(const Json& doc) {
  const auto check = embedded_file(kCheck);
  if (!check) throw std::runtime_error("the check of MBPP+ is not in this program");
  const std::string id = text_field(doc, "task_id");
  const std::string number = id.substr(id.find('/') + 1);
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) {
    throw std::runtime_error("the field \"task_id\" has no number");
  }
  return limits_of(number) +
         fmt::format(
             "TASK = {}\nENTRY_POINT = {}\nATOL = {}\nREFERENCE = {}\nINPUTS = [{}, {}]\n{}\n"
             "run_inputs({})\n",
             number, literal(text_field(doc, "entry_point")), field(doc, "atol").dump(),
             literal(text_field(doc, "canonical_solution")), literal(text_field(doc, "base_input")),
             literal(text_field(doc, "plus_input")), *check, text_field(doc, "entry_point"));
}

Task mbpp_plus() {
  Task task;
  task.name = "mbpp_plus";
  task.about = "MBPP+: MBPP with EvalPlus' inputs, 3 fixed shots";
  task.output = OutputType::kGenerate;
  task.data.dataset = "evalplus";
  task.data.config = "mbpp";
  task.data.test_split = "test";
  task.data.hub_path = "evalplus/mbppplus";
  task.shots.default_count = 3;
  task.shots.sampler = ShotSampler::kFirstN;
  task.shots.samples = mbpp_shots;
  task.shots.text = [](const Json& doc) {
    return mbpp_question(text_field(doc, "text"), three_tests(doc));
  };
  task.shots.target = [](const Json& doc) -> Target {
    return text_field(doc, "code") + "\n[DONE]";
  };
  task.id = [](const Json& doc, std::size_t) { return text_field(doc, "task_id"); };
  task.text = [](const Json& doc) { return mbpp_question(sentence(doc), shown_tests(doc)); };
  task.target = [](const Json& doc) -> Target { return whole_test(doc); };
  task.gold_response = [](const Json& doc) { return text_field(doc, "canonical_solution"); };
  task.target_delimiter = "";
  task.stops = {{"[DONE]"}};
  task.build_program = [](const Json&, const std::string& completion) { return completion; };
  task.metrics = {{"pass_at_1"}};
  task.config_for_reports = {
      {"doc_to_text",
       "You are an expert Python programmer, and here is your task: {{prompt}} Your code should "
       "pass these tests:\n\n{{assertion}}\n[BEGIN]\n"},
      {"doc_to_target", "EvalPlus: base and plus inputs against the reference solution"},
      {"generation_kwargs", {{"until", *task.stops}, {"do_sample", false}}}};
  return task;
}

const TaskRegistrar kMbppPlus{[] { return std::vector<Task>{mbpp_plus()}; }};

}  // namespace
}  // namespace assay
