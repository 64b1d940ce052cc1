// Filter pipelines: what a task does to the model's texts before they are scored. A pipeline turns
// the list of samples of one item into one answer (or, for code, into programs). protocols.md §7.
//
// Functions: take_first, take_first_k {k}, majority_vote, regex {regex_pattern, group_select,
// fallback}, multi_choice_regex, remove_whitespace, lowercase, uppercase, map {mapping_dict,
// default_value}, create_test / build_program (the task's own program builder), extract_code
// (fenced code, mbpp_instruct's rule), extract_program {prompt, entry_point | tests} (our reading
// of chat answers, code_extraction.h; the arguments name fields of the document), cut_at {until}.
// The original lets a step after take_first see the characters of a string one by one, which no
// task wants; here such a step sees the string.
//
// Thread-safety: a compiled pipeline is immutable.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/scorer.h"

namespace assay {

// Program text for one completion: Task::build_program.
using ProgramBuilder = std::function<std::string(const Json& doc, const std::string& completion)>;

// A value on its way through a pipeline and the rule that last shaped it, for people:
// "regex match 2 of 3", "no match", "majority 5 of 8".
struct FilteredValue {
  Json value;
  std::string rule;
};

struct FilteredSamples {
  std::vector<FilteredValue> values;
  bool single = false;    // take_first has made one value of the list
  bool programs = false;  // the values are programs made by the task's builder
};

struct FilterContext {
  const Json& doc;
  const ProgramBuilder& build_program;  // may be empty
};

using FilterFunction =
    std::function<expected<void>(FilteredSamples& samples, const FilterContext& context)>;

class CompiledPipeline {
 public:
  // kUsage naming the unknown function and the known ones, or the broken argument.
  static expected<CompiledPipeline> compile(const FilterPipeline& pipeline);

  const std::string& name() const { return name_; }

  // Errors: fewer samples than a step asks for, a document without the field a step needs.
  expected<FilteredSamples> apply(const std::vector<std::string>& samples,
                                  const FilterContext& context) const;

 private:
  std::string name_;
  std::vector<FilterFunction> steps_;
};

// Names of all filter functions, sorted.
std::vector<std::string> filter_names();

// The answer findall gives for `pattern` in `text` by the rules of §7, with its rule. Exposed
// because tasks with code of their own extract the same way.
expected<FilteredValue> extract_by_regex(const std::string& pattern, int group_select,
                                         const std::string& fallback, const std::string& text);

// Makers of single steps; they check their arguments. In filters_multi_choice.cc and
// filters_code.cc.
expected<FilterFunction> make_multi_choice_regex(const Json& args);
expected<FilterFunction> make_extract_program(const Json& args);
expected<FilterFunction> make_extract_code(const Json& args);
expected<FilterFunction> make_cut_at(const Json& args);

}  // namespace assay
