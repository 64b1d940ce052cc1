// GSM8K: grade-school mathematics in words (Cobbe et al. 2021), answered in free text. Every
// variant scores two readings of the response: strict-match wants the protocol's own phrase,
// flexible-extract takes the last number. protocols.md sections 10.4 and 10.5.
#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {
namespace {

FilterPipeline extraction(const std::string& name, const std::string& pattern, int group = 0) {
  Json args = Json::object();
  if (group != 0) args["group_select"] = group;
  args["regex_pattern"] = pattern;
  return {name, {{"regex", args}, {"take_first"}}};
}

// One dot at the very end, thousands separators, dollar signs and everything up to the last "#### "
// do not count.
MetricSpec exact_match() {
  return {"exact_match",
          "mean",
          true,
          {{"ignore_case", true},
           {"ignore_punctuation", false},
           {"regexes_to_ignore", {",", "\\$", "(?s).*#### ", "\\.$"}}}};
}

Task base(const std::string& name) {
  Task task;
  task.name = name;
  task.version = "3.0";
  task.output = OutputType::kGenerate;
  task.data.dataset = "gsm8k";
  task.data.config = "main";
  task.data.test_split = "test";
  task.data.hub_path = "openai/gsm8k";
  task.data.hub_name = "main";
  task.metrics = {exact_match()};
  return task;
}

const char* const kFlexible = "(-?[$0-9.,]{2,})|(-?[0-9]+)";

Task gsm8k() {
  Task task = base("gsm8k");
  task.tag = "math_word_problems";
  task.about = "GSM8K: word problems, shots from the training split";
  task.data.training_split = "train";
  task.data.fewshot_split = "train";
  task.shots.default_count = 5;
  task.text = [](const Json& doc) {
    return "Question: " + text_field(doc, "question") + "\nAnswer:";
  };
  task.target = [](const Json& doc) -> Target { return text_field(doc, "answer"); };
  task.stops = {{"Question:", "</s>", "<|im_end|>"}};
  task.filters = {extraction("strict-match", "#### (\\-?[0-9\\.\\,]+)"),
                  extraction("flexible-extract", kFlexible, -1)};
  task.config_for_reports = {
      {"doc_to_text", "Question: {{question}}\nAnswer:"},
      {"doc_to_target", "{{answer}}"},
      {"generation_kwargs", {{"until", *task.stops}, {"do_sample", false}, {"temperature", 0.0}}}};
  return task;
}

Task mini_gsm8k() {
  Task task = gsm8k();
  task.name = "mini-gsm8k";
  task.tag.clear();
  task.about = "our own easy word problems in GSM8K's form";
  task.version = "1.0";
  task.data.dataset = "mini/gsm8k";
  task.data.hub_path.clear();
  task.data.hub_name.clear();
  return task;
}

// The eight worked examples of Wei et al. 2022; they are read from the data home.
expected<std::vector<Json>> cot_shots(const DataSource& source) {
  const expected<std::string> text = source.text("gsm8k", "cot_shots.jsonl");
  if (!text) return text.error();
  std::vector<Json> shots;
  std::istringstream lines(*text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (strip(line).empty()) continue;
    Json shot = Json::parse(line, nullptr, false);
    if (!shot.is_object() || !shot.contains("question") || !shot.contains("target")) {
      return data_error(
          fmt::format("gsm8k/cot_shots.jsonl, line {}: it is not an object with the texts question "
                      "and target; fetch the file again with `assay data fetch gsm8k`.",
                      number));
    }
    shots.push_back(std::move(shot));
  }
  return shots;
}

// What follows the "####" of the annotated answer.
std::string number_of(const Json& doc) {
  const std::string answer = text_field(doc, "answer");
  const std::size_t mark = answer.rfind("####");
  return std::string(strip(mark == std::string::npos ? answer : answer.substr(mark + 4)));
}

// An evaluated row has the annotated `answer`; a worked example has its own `target`.
Target cot_target(const Json& doc) {
  return doc.contains("answer") ? number_of(doc) : text_field(doc, "target");
}

std::string cot_gold(const Json& doc) { return "The answer is " + number_of(doc) + "."; }

// The pattern's final dot is not escaped, so it needs a character after the number.
const char* const kCotStrict = "The answer is (\\-?[0-9\\.\\,]+).";

Task gsm8k_cot() {
  Task task = base("gsm8k_cot");
  task.tag = "chain_of_thought";
  task.about = "GSM8K with the eight worked examples of Wei et al.";
  task.shots.default_count = 8;
  task.shots.sampler = ShotSampler::kFirstN;
  task.shots.samples = cot_shots;
  task.text = [](const Json& doc) { return "Q: " + text_field(doc, "question") + "\nA:"; };
  task.target = cot_target;
  task.gold_response = cot_gold;
  task.stops = {{"Q:", "</s>", "<|im_end|>"}};
  task.filters = {extraction("strict-match", kCotStrict),
                  extraction("flexible-extract", kFlexible, -1)};
  task.config_for_reports = {
      {"doc_to_text", "Q: {{question}}\nA:"},
      {"doc_to_target", "{{answer.split('####')[-1].strip() if answer is defined else target}}"},
      {"generation_kwargs", {{"do_sample", false}, {"until", *task.stops}}}};
  return task;
}

Task gsm8k_cot_zeroshot() {
  Task task = base("gsm8k_cot_zeroshot");
  task.tag = "chain_of_thought";
  task.about = "GSM8K, no shots, \"Let's think step by step.\"";
  task.data.training_split = "train";
  task.data.fewshot_split = "train";
  task.shots.fixed_count = true;
  task.text = [](const Json& doc) {
    return "Q: " + text_field(doc, "question") + "\nA: Let's think step by step.";
  };
  task.gold_response = cot_gold;
  task.target = [](const Json& doc) -> Target { return text_field(doc, "answer"); };
  task.stops = {{"Q:", "</s>", "<|im_end|>"}};
  task.filters = {extraction("strict-match", kCotStrict),
                  extraction("flexible-extract", kFlexible, -1)};
  task.config_for_reports = {{"doc_to_text", "Q: {{question}}\nA: Let's think step by step."},
                             {"doc_to_target", "{{answer}}"},
                             {"generation_kwargs", {{"until", *task.stops}, {"do_sample", false}}}};
  return task;
}

// 64 sampled solutions; the vote of the first 8, of all 64, and the first alone.
Task gsm8k_cot_self_consistency() {
  Task task = gsm8k_cot();
  task.name = "gsm8k_cot_self_consistency";
  task.tag.clear();
  task.about = "GSM8K by majority vote over 64 sampled chains of thought";
  task.version = "2.0";
  task.stops = {{"Q:", "\n\n"}};
  task.repeats = 64;
  task.sampling.temperature = 0.2;
  const FilterStep number{"regex", {{"regex_pattern", "The answer is (\\-?[0-9\\.\\,]*[0-9]+)"}}};
  task.filters = {
      {"score-first", {number, {"take_first"}}},
      {"maj@64", {number, {"majority_vote"}, {"take_first"}}},
      {"maj@8", {{"take_first_k", {{"k", 8}}}, number, {"majority_vote"}, {"take_first"}}}};
  task.config_for_reports["generation_kwargs"] = {
      {"until", *task.stops}, {"do_sample", true}, {"temperature", 0.2}};
  return task;
}

// "… The answer is 6." → "… The final answer is 6": the worked examples in this variant's phrase.
std::string with_final_answer(const std::string& solution) {
  const std::string phrase = "The answer is ";
  const std::size_t at = solution.rfind(phrase);
  if (at == std::string::npos || !solution.ends_with('.')) {
    throw std::invalid_argument("the worked example does not end in \"The answer is N.\"");
  }
  const std::size_t from = at + phrase.size();
  return solution.substr(0, at) + "The final answer is " +
         solution.substr(from, solution.size() - 1 - from);
}

// Meta's wording for instruction-tuned models; made for --chat.
Task gsm8k_cot_llama() {
  Task task = gsm8k_cot();
  task.name = "gsm8k_cot_llama";
  task.about = "GSM8K as a request to an assistant, with worked examples, for --chat";
  task.version = "4.0";
  task.target_delimiter = "";
  task.text = [](const Json& doc) {
    return "Given the following problem, reason and give a final answer to the "
           "problem.\nProblem: " +
           text_field(doc, "question") +
           "\nYour response should end with \"The final answer is [answer]\" where [answer] is the "
           "response to the problem.\n";
  };
  task.gold_response = [](const Json& doc) { return "The final answer is " + number_of(doc); };
  task.shots.target = [](const Json& doc) -> Target {
    return with_final_answer(text_field(doc, "target"));
  };
  task.stops = {
      {"<|eot_id|>", "<|start_header_id|>user<|end_header_id|>", "Q:", "</s>", "<|im_end|>"}};
  task.filters = {
      extraction("strict-match", "The final answer is ((-?[$0-9.,]{2,})|(-?[0-9]+))", -1),
      extraction("flexible-extract", kFlexible, -1)};
  task.config_for_reports["doc_to_text"] =
      "Given the following problem, reason and give a final answer to the problem.\nProblem: "
      "{{question}}\nYour response should end with \"The final answer is [answer]\" where [answer] "
      "is the response to the problem.\n";
  task.config_for_reports["generation_kwargs"] = {{"do_sample", false}, {"until", *task.stops}};
  return task;
}

const TaskRegistrar kGsm8k{[] {
  return std::vector<Task>{gsm8k(),
                           gsm8k_cot(),
                           gsm8k_cot_zeroshot(),
                           gsm8k_cot_llama(),
                           gsm8k_cot_self_consistency(),
                           mini_gsm8k()};
}};

}  // namespace
}  // namespace assay
