// A Task is a benchmark: which items, how to ask, which scorer. It is a plain description, so one
// task is one file that can be read from top to bottom, and a declarative (YAML) task can fill in
// the same fields. The words follow protocols.md section 14.
//
// The functions take a document (Item::doc) and may throw std::exception when a field is missing
// or has the wrong type; whoever calls them turns that into an Error naming task and item.
// They must be pure and thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/item.h"
#include "assay/json.h"
#include "assay/request.h"
#include "assay/response.h"
#include "assay/scorer.h"

namespace assay {

// What a task that generates its items is given besides the data.
struct GenerateContext {
  Json settings = Json::object();  // from the suite and the command line
  // Number of tokens of a text, without special tokens. Empty when the model is not known yet: then
  // the task estimates, and says so in each item.
  std::function<int(std::string_view text)> count_tokens;
};

enum class OutputType { kMultipleChoice, kLoglikelihood, kRolling, kGenerate };

// A gold answer: index of a choice, a text, or several acceptable ones.
using Target = std::variant<int, std::string, std::vector<std::string>, std::vector<int>>;

enum class ShotSampler { kRandom, kFirstN };  // the original's `default` and `first_n`

// Which data the items and the shots come from. Empty split names mean "unset", and unset is
// meaningful: see the exclusion rule of protocols.md section 4.
struct TaskData {
  std::string dataset;  // registry name
  std::string config;   // upstream configuration name
  std::string training_split;
  std::string validation_split;
  std::string test_split;  // wins over validation_split for evaluation
  std::string fewshot_split;
  // Split → JSONL, JSON or CSV files; a split that is named here is read from them instead of from
  // the data home.
  std::map<std::string, std::vector<std::string>> files;
  std::string hub_path;  // the original's dataset_path and dataset_name, for its reports
  std::string hub_name;
};

// How shots are chosen and written; unset functions fall back to the task's own.
struct Shots {
  int default_count = 0;
  bool fixed_count = false;  // a YAML num_fewshot of 0 can never be overridden
  ShotSampler sampler = ShotSampler::kRandom;
  // A list of fixed shots; used when the data has no fewshot_split.
  std::function<expected<std::vector<Json>>(const DataSource&)> samples;
  std::function<std::string(const Json&)> text;
  std::function<Target(const Json&)> target;
  std::function<std::vector<std::string>(const Json&)> choices;
  std::function<std::string(const Json&)> gen_prefix;
  std::optional<std::string> target_delimiter;
  std::optional<std::string> fewshot_delimiter;
};

struct Task {
  std::string name;
  std::string alias;            // display name, "" = name
  std::string version = "1.0";  // as the original writes it
  std::string tag;    // by which several tasks can be requested; no aggregate. Several: "a,b"
  std::string about;  // one line for `assay list tasks`
  OutputType output = OutputType::kMultipleChoice;
  TaskData data;
  Shots shots;

  // Generated items (needle): replaces loading a split.
  std::function<expected<std::vector<Item>>(const DataSource&, const GenerateContext&)>
      generate_items;

  std::function<Json(const Json&)> process_doc;                       // unset = as loaded
  std::function<std::string(const Json& doc, std::size_t index)> id;  // unset = zero-padded index
  std::function<std::string(const Json&)> group;                      // unset = ""

  std::string description;  // header, kept as written (MMLU's ends in a blank line)
  std::function<std::string(const Json&)> description_text;  // a header made from the document
  // Protocol text in front of every question that is read from the data home because it is not ours
  // (TruthfulQA's primer). Loaded once; it reaches the prompt as Item::preamble.
  std::function<expected<std::string>(const DataSource&)> preamble;
  std::function<std::string(const Json&)> text;                  // doc_to_text
  std::function<std::vector<std::string>(const Json&)> choices;  // doc_to_choice
  std::function<Target(const Json&)> target;                     // doc_to_target
  std::function<std::string(const Json&)> gen_prefix;
  // Winogrande's form: every choice is a context of its own, all with the same continuation
  // (`target`, a string); `gold` is then the index of the right one.
  std::function<int(const Json&)> gold_of_contexts;
  std::string target_delimiter = " ";
  std::string fewshot_delimiter = "\n\n";

  // Generation. `stops` unset = {fewshot_delimiter}.
  std::optional<std::vector<std::string>> stops;
  int max_tokens = 256;
  Sampling sampling;
  int repeats = 1;

  std::vector<FilterPipeline> filters;
  std::vector<MetricSpec> metrics;
  // Replaces the metric computation of section 8 (truthfulqa_mc2, wikitext, needle).
  std::function<std::vector<MetricValue>(const Item&, const Response&)> process_results;
  // The same by the name of a scorer that a plug-in brings; "" = none.
  std::string scorer;
  Json scorer_args = Json::object();
  // Code tasks: program text = build_program(doc, completion), run together with `target`.
  std::function<std::string(const Json& doc, const std::string& completion)> build_program;

  // A response that must get full marks, where the target itself does not (because the filters want
  // it in a sentence). For `assay check task` only; unset = the target.
  std::function<std::string(const Json&)> gold_response;

  // A task from a file: all that is needed to make it again (tasks/declarative/). It is written
  // into the manifest of a run, so that the run can be scored where the file is not.
  Json definition;

  // Source texts of the original's templates, only for reports in its format.
  Json config_for_reports = Json::object();

  // The same task exactly as the original has it, where we differ on purpose (how a program is read
  // out of a chat answer): what --compat lm-eval runs. Null: there is no difference.
  std::shared_ptr<const Task> original;
};

struct GroupMetric {
  std::string metric;
  bool weight_by_size = true;
};

// A named set of tasks with aggregates over its leaves (mmlu → mmlu_stem → mmlu_anatomy …).
struct TaskGroup {
  std::string name;
  std::string alias;
  std::string version;
  std::vector<std::string> children;  // tasks or groups, in report order
  std::vector<GroupMetric> aggregates;
  std::string about;
};

// Registers what the factory returns when the program (or a plug-in) starts. Write one line at the
// bottom of a task's file:
//   const TaskRegistrar kArc{[] { return std::vector<Task>{arc("ARC-Easy"), …}; }};
class TaskRegistrar {
 public:
  explicit TaskRegistrar(std::function<std::vector<Task>()> tasks,
                         std::function<std::vector<TaskGroup>()> groups = {});
};

}  // namespace assay
